"""What is written of a clip: the document inside it (what determines it), the report beside it (what happened)."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any, Iterator

from pydantic import BaseModel

from stillreel import __version__
from stillreel.consistency import ConsistencyReport
from stillreel.events import Warned
from stillreel.models.protocol import ModelInfo
from stillreel.motion.plan import MotionPlan
from stillreel.photo import Photo
from stillreel.request import AnimationRequest
from stillreel.scene import Scene

__all__ = ["Stopwatch", "build_document", "build_report"]

# Where a clip goes and whether it replaces one does not determine its frames.
_DOORS_ONLY = {
    "output", "overwrite", "report", "keep_stages", "plan", "sidecar", "signing_key", "signing_certificate",
}  # fmt: skip


class Stopwatch:
    """Seconds by name; names may come back and add up."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def build_document(
    request: AnimationRequest,
    picture: Photo,
    model: ModelInfo,
    plan: MotionPlan,
    options: BaseModel,
    notes: Iterable[Warned],
) -> dict[str, Any]:
    """What determines the clip: enough to make it again from the same photo. No times, no machine names."""
    return {
        "generator": f"stillreel {__version__}",
        "made_by": "AI: generated from a photograph",
        "request": request.model_dump(mode="json", exclude=_DOORS_ONLY),
        "photo": {"name": picture.name, "sha256": picture.sha256},
        "model": {
            "name": model.name,
            "version": model.version,
            "weights": dict(model.weights),
            "options": options.model_dump(mode="json"),
        },
        "seed": request.seed,
        "plan": plan.model_dump(mode="json"),
        "notes": [{"code": note.code, "message": note.message} for note in notes],
    }


def build_report(
    document: dict[str, Any],
    watch: Stopwatch,
    seen: Scene,
    facts: dict[str, Any],
    held: ConsistencyReport,
    clip: dict[str, Any],
) -> dict[str, Any]:
    """The document with what this run measured: times, memory, consistency, the share that was generated."""
    return {
        **document,
        "clip": clip,
        "scene": {
            "depth_network": seen.depth_network,
            "depth_confidence": round(seen.confidence.get("disparity", 0.0), 4),
        },
        "frames": facts,
        "consistency": held.as_dict(),
        "seconds": {name: round(value, 3) for name, value in watch.seconds.items()},
        "peak_memory_mb": _peak_memory_mb(),
    }


def _peak_memory_mb() -> float | None:
    """Peak resident memory of this process; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
