"""What changes from frame to frame that should not: flicker, shimmer, tremor."""

from __future__ import annotations

import numpy as np

from stillreel.evaluation.metric import Metric
from stillreel.evaluation.metrics.numbers import mean, short_side
from stillreel.evaluation.observation import Observation

__all__ = ["STEADINESS"]


def _vbench_course(seen: Observation) -> np.ndarray:
    return 1 - seen.footage.changed / 255


def _smooth_course(seen: Observation) -> np.ndarray:
    return 1 - seen.along.unlike / 255


def _smooth(seen: Observation) -> float | None:
    """VBench drops every second frame and judges those."""
    return mean(_smooth_course(seen)[1::2])


def _tremor_course(seen: Observation) -> np.ndarray:
    return 100 * seen.along.jerk / short_side(seen)


STEADINESS = (
    Metric(
        "temporal_flicker", "levels", "lower",
        "Mean absolute difference of a frame's luma from what its two neighbours, moved half way, say it should be, "
        "0..255, at 256 pixels; what is uncovered or goes out of view is spared, steady motion and steady change of "
        "light do not count, shimmer, flashes and shaking do.",
        ("frozen <= real", "real = reversed", "real < jitter", "real < shuffled", "real < wobble"),
        lambda seen: mean(seen.along.flicker), lambda seen: seen.along.flicker,
    ),
    Metric(
        "vbench_temporal_flickering", "", "higher",
        "VBench's temporal_flickering, exactly: 1 - mean absolute change between neighbouring frames over RGB at the "
        "clip's own size / 255, 0..1; motion counts as flicker (VBench itself drops moving clips first).",
        ("real <= frozen", "real = reversed", "jitter < real", "shuffled <= real"),
        lambda seen: mean(_vbench_course(seen)), _vbench_course,
    ),
    Metric(
        "motion_smoothness_proxy", "", "higher",
        "Stands in for VBench's motion_smoothness: 1 - mean absolute difference of every second frame from its "
        "interpolation between its neighbours / 255, 0..1, along DIS flow at 256 pixels instead of AMT-S.",
        ("real <= frozen", "real = reversed", "jitter < real", "shuffled < real", "wobble < real"),
        _smooth, _smooth_course,
    ),
    Metric(
        "motion_tremor", "%", "lower",
        "Mean length of the change of the motion from one step to the next, in percent of the short side: 0 for steady "
        "motion, more for shaking, stutter and wobble.",
        ("frozen <= real", "real = reversed", "real < jitter", "real < shuffled", "real < wobble"),
        lambda seen: mean(_tremor_course(seen)), _tremor_course,
    ),
    Metric(
        "warping_error", "levels", "lower",
        "Mean absolute change of luma from a frame to the next along the motion, 0..255, at 256 pixels, only where "
        "forward and backward motion agree (after Lai et al., Learning blind video temporal consistency, 2018).",
        ("frozen <= real", "real = reversed", "real < jitter", "real < shuffled"),
        lambda seen: mean(seen.along.warping), lambda seen: seen.along.warping,
    ),
)  # fmt: skip
