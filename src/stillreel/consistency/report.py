"""What was measured of a clip's consistency, and what was done about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["ConsistencyReport"]


@dataclass(frozen=True)
class ConsistencyReport:
    """All colours in 8-bit levels of sRGB. `*_given` came from the renderer, its namesake was delivered."""

    frames: int
    first_frame_error: float | None
    """Mean absolute difference of the rendered frame 0 from the photo, which replaced it; None without frames."""
    first_frame_bias: float | None
    """Mean signed difference of the same."""
    colour_drift_max: float
    """Largest cast of a frame against the photo over what is still seen, in its worst channel."""
    colour_drift_mean: float
    colour_drift_given_max: float
    flicker: float
    """Mean change of luma from frame to frame beyond the motion; 90th percentile over the frames."""
    flicker_given: float
    sharpness_ratio: float
    """Fine detail over that of the same content in the photo, the least of all frames; a move in lowers it."""
    sharpness_pop: float
    """Largest step of that ratio between neighbours among frames 0 to 8."""
    identity: tuple[float | None, ...]
    """For each face the least similarity to the photo's, 0..1; None where it could not be compared."""
    loop_seam: float | None
    """Step from the last frame to the first over the median step, about 1 = seamless; None: not a loop."""
    light_exempt: bool
    """Whether colour and flicker were only measured, because the plan changes the light."""
    flow_known: bool
    """Whether the renderer told its motion; without it drift is that of the whole frame's mean."""
    corrected_frames: int
    largest_correction: float

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, rounded to three decimals."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value
