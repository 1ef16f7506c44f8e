"""All measures of a clip's picture and motion; the camera and the plan have their own rooms."""

from __future__ import annotations

import math

from stillreel.evaluation.metric import Metric
from stillreel.evaluation.metrics.damage import DAMAGE
from stillreel.evaluation.metrics.faces import FACES
from stillreel.evaluation.metrics.fidelity import FIDELITY
from stillreel.evaluation.metrics.movement import MOVEMENT
from stillreel.evaluation.metrics.steadiness import STEADINESS
from stillreel.evaluation.observation import Observation

__all__ = ["METRICS", "measured"]

METRICS: tuple[Metric, ...] = (*FIDELITY, *FACES, *STEADINESS, *MOVEMENT, *DAMAGE)


def measured(observation: Observation, metrics: tuple[Metric, ...] = METRICS) -> dict[str, float | None]:
    """Every measure by its name; None where the clip, or what is known of it, does not allow it."""
    found = {metric.name: metric.measure(observation) for metric in metrics}
    return {name: value if value is not None and math.isfinite(value) else None for name, value in found.items()}
