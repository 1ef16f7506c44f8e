"""The verdict on a clip: its numbers, its camera, how well it follows the plan, and one score beside its baselines."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stillreel.errors import UsageError
from stillreel.evaluation.adherence import Adherence, adherence
from stillreel.evaluation.camera import CameraReading, read_camera
from stillreel.evaluation.metrics import METRICS, measured
from stillreel.evaluation.observation import Observation
from stillreel.evaluation.observe import observe
from stillreel.evaluation.score import Score, score
from stillreel.events import Listener, Stage, StageDone, StageStarted, Warned, ignore
from stillreel.motion.plan import MotionPlan

__all__ = ["Evaluation", "evaluate", "judge"]


@dataclass(frozen=True)
class Evaluation:
    """What was measured of one clip. A number that the clip, or what is known of it, does not allow is None."""

    size: tuple[int, int]  # (width, height) of the clip
    fps: float
    frames: int  # that were looked at
    numbers: Mapping[str, float | None]  # by the names of METRICS
    courses: Mapping[str, np.ndarray]  # the same along the clip, for those that have a course
    camera: CameraReading
    adherence: Adherence | None  # None without a plan
    score: Score
    notes: tuple[Warned, ...] = ()

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    def as_dict(self) -> dict[str, Any]:
        """One object of named numbers, JSON-ready; `camera`, `score` and `adherence_items` hold what lies behind."""
        followed = self.adherence
        return {
            "width": self.size[0],
            "height": self.size[1],
            "fps": round(self.fps, 4),
            "frames": self.frames,
            "seconds": round(self.seconds, 4),
            **{name: _rounded(value) for name, value in self.numbers.items()},
            "adherence": _rounded(followed.score) if followed else None,
            "leakage": _rounded(followed.leakage) if followed else None,
            "adherence_items": [_plain(item.as_dict()) for item in followed.items] if followed else [],
            "camera": _plain(self.camera.as_dict()),
            "score": _plain(self.score.as_dict()),
            "notes": [{"code": note.code, "message": note.message} for note in self.notes],
        }


def evaluate(
    clip: Path,
    *,
    photo: Path | None = None,
    prompt: str | None = None,
    plan: MotionPlan | None = None,
    listen: Listener = ignore,
) -> tuple[Evaluation, Observation]:
    """A clip of any program, measured and held against its plan; with what it was measured from, for pages.

    What is not given is taken from the clip where it tells; see `observe` for that and for the errors, to which comes
    UsageError `request.plan_and_prompt`.
    """
    if plan is not None and prompt is not None:
        raise UsageError(
            "request.plan_and_prompt", "A plan and a prompt exclude each other.", "Give one of the two."
        )
    with _stage("footage", listen):
        observation, notes = observe(clip, photo=photo, prompt=prompt, plan=plan)
    for note in notes:
        listen(note)
    with _stage("measures", listen):
        return judge(observation, notes), observation


def judge(observation: Observation, notes: tuple[Warned, ...] = ()) -> Evaluation:
    """Measure all that `observation` allows."""
    numbers = measured(observation)
    camera = read_camera(observation)
    film = observation.footage
    return Evaluation(
        size=film.size,
        fps=film.fps,
        frames=len(film.frames),
        numbers=numbers,
        courses={each.name: each.course(observation) for each in METRICS if each.course is not None},
        camera=camera,
        adherence=adherence(observation, camera),
        score=score(observation, numbers),
        notes=notes,
    )


@contextmanager
def _stage(stage: Stage, listen: Listener) -> Iterator[None]:
    listen(StageStarted(stage, 0))
    start = time.perf_counter()
    yield
    listen(StageDone(stage, time.perf_counter() - start))


def _rounded(value: float | None) -> float | None:
    """To five digits; what is no number counts as not measured."""
    if value is None or not np.isfinite(value):
        return None
    return float(f"{value:.5g}")


def _plain(value: Any) -> Any:
    """JSON-ready, whatever it holds."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, (bool, int, str)) or value is None:
        return value
    return _rounded(float(value)) if isinstance(value, (float, np.floating)) else str(value)
