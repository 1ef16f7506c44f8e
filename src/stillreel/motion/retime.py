"""A plan made for one length, stretched or squeezed to another, and said so."""

from __future__ import annotations

from stillreel.events import Warned
from stillreel.motion.plan import CameraMove, MotionPlan, RegionMotion

__all__ = ["retimed"]


def retimed(plan: MotionPlan, seconds: float) -> tuple[MotionPlan, tuple[Warned, ...]]:
    """The plan over `seconds`: every start and end scaled alike; amounts stay."""
    if abs(plan.seconds - seconds) < 1e-6:
        return plan, ()
    scale = seconds / plan.seconds

    def moved(item: CameraMove | RegionMotion) -> dict[str, float]:
        return {"start": round(item.start * scale, 4), "end": min(seconds, round(item.end * scale, 4))}

    stretched = plan.model_copy(
        update={
            "seconds": seconds,
            "camera": tuple(item.model_copy(update=moved(item)) for item in plan.camera),
            "motions": tuple(item.model_copy(update=moved(item)) for item in plan.motions),
        }
    )
    note = Warned(
        "plan.retimed", f"The plan of {plan.seconds:g} s was fitted to {seconds:g} s; its times were scaled."
    )
    return stretched, (note,)
