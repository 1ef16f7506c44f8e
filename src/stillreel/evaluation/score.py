"""One number for a clip, 0 to 100, beside what a frozen copy and a Ken Burns clip of its first frame would get.

Quality is the weighted geometric mean of four parts: steadiness, consistency, picture, and fidelity where the photo is
known. It is multiplied by what life leaves of it: a clip without motion keeps a quarter. Life is motion of any kind,
and more than that motion that no moving camera explains, as far as it is steady. `docs/explanation/metrics.md` says
what this rewards.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import cv2
import numpy as np

from stillreel.evaluation import footage
from stillreel.evaluation.metrics import measured
from stillreel.evaluation.observation import Observation

__all__ = ["Score", "rated", "score"]

Numbers = Mapping[str, float | None]

WEIGHTS = {"steadiness": 0.45, "consistency": 0.15, "picture": 0.25, "fidelity": 0.15}
STILL = 0.25
"""What a clip without any motion keeps of its quality."""
OWN = 0.6
"""Of life: the share of what moves by itself; the rest is motion of any kind."""
USUAL_RATE = 24
"""Frames a second, from tremor a frame to tremor a second; fixed, because noise of the estimate is one a frame."""
ZOOM, MOST, FRAMES, SIDE = 0.02, 0.10, 20, 256
"""Of the Ken Burns clip: how much larger it grows a second and at most, how many frames it is judged by, and their
long side."""


@dataclass(frozen=True)
class Score:
    total: float  # 0..100
    parts: Mapping[str, float]  # 0..100 each: those of WEIGHTS that could be measured, and "life"
    frozen: float  # total of the first frame, repeated
    ken_burns: float  # total of a slow zoom into the first frame, of the same length

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def score(observation: Observation, numbers: Numbers) -> Score:
    """The score of a clip with these `numbers`, as `measured` gives them, and of its two baselines."""
    total, parts = rated(numbers)
    still, zoomed = _frozen(observation), _ken_burns(observation)
    return Score(total, parts, rated(measured(still))[0], rated(measured(zoomed))[0])


def rated(numbers: Numbers) -> tuple[float, dict[str, float]]:
    """Total and parts, 0..100."""
    parts = {name: part for name, part in _parts(numbers).items() if part is not None}
    weight = sum(WEIGHTS[name] for name in parts)
    quality = math.exp(sum(WEIGHTS[name] * math.log(max(part, 0.01)) for name, part in parts.items()) / weight)
    life = _life(numbers)
    total = quality * (STILL + (1 - STILL) * life * parts.get("steadiness", 1.0))
    return 100 * total, {name: 100 * part for name, part in {**parts, "life": life}.items()}


def _parts(numbers: Numbers) -> dict[str, float | None]:
    """0..1 each; half marks for 5 levels of flicker, 0.3 % of tremor, 6 dE of drift, 12 levels from the photo."""
    torn = 1 / (1 + (numbers["cuts"] or 0) + (numbers["broken_frames"] or 0))
    return {
        "steadiness": _all(_low(numbers["temporal_flicker"], 5), _low(numbers["motion_tremor"], 0.3)),
        "consistency": torn * _known(_high(numbers["background_consistency_proxy"], 0.5, 0.95)),
        "picture": _all(_even(numbers["sharpness"]), _low(numbers["colour_drift"], 6)),
        "fidelity": _all(_low(numbers["first_frame_error"], 12), _high(numbers["photo_consistency_proxy"], 0.4, 0.95)),
    }


def _life(numbers: Numbers) -> float:
    """Half marks for 1 % of the short side a second, and for 0.4 % of motion of its own.

    Motion that is mostly tremor counts little: half where it changes twice as fast as it goes.
    """
    amount, own = numbers["motion_amount"] or 0.0, numbers["own_motion"] or 0.0
    hurry = (numbers["motion_tremor"] or 0.0) * USUAL_RATE / max(amount, 1e-6)
    steady = _low(hurry, 2, 3) or 0.0
    amount, own = steady * amount, steady * own
    return (1 - OWN) * amount / (amount + 1.0) + OWN * own / (own + 0.4)


def _low(value: float | None, half: float, power: int = 2) -> float | None:
    return None if value is None else 1 / (1 + (value / half) ** power)


def _high(value: float | None, none: float, full: float) -> float | None:
    return None if value is None else min(1.0, max(0.0, (value - none) / (full - none)))


def _even(ratio: float | None) -> float | None:
    """1 for a ratio of 1; 0.6 for half as sharp, and for twice, which is grain."""
    return None if ratio is None else math.exp(-0.7 * abs(math.log(max(ratio, 0.01))))


def _all(*values: float | None) -> float | None:
    """The geometric mean of what is known."""
    known = [max(value, 0.01) for value in values if value is not None]
    return math.prod(known) ** (1 / len(known)) if known else None


def _known(value: float | None) -> float:
    return 1.0 if value is None else value


def _frozen(seen: Observation) -> Observation:
    """Three frames say all that a still can say."""
    still = footage.gather([seen.footage.first] * 3, seen.footage.fps)
    return Observation(still, seen.photo, seen.plan, seen.scene)


def _ken_burns(seen: Observation) -> Observation:
    """A zoom with ease about the centre, as long as the clip; small and of few frames, because it is smooth."""
    first = seen.footage.first
    height, width = first.shape[:2]
    share = min(1.0, SIDE / max(height, width))
    size = max(footage.SMALLEST, round(width * share)), max(footage.SMALLEST, round(height * share))
    grown = min(MOST, ZOOM * seen.footage.seconds)
    frames = [_zoomed(first, 1 + grown * (1 - math.cos(math.pi * t)) / 2, size) for t in np.linspace(0, 1, FRAMES)]
    photo = None if seen.photo is None else cv2.resize(seen.photo, size, interpolation=cv2.INTER_AREA)
    return Observation(footage.gather(frames, FRAMES / seen.footage.seconds), photo, None, seen.scene)


def _zoomed(frame: np.ndarray, ratio: float, size: tuple[int, int]) -> np.ndarray:
    height, width = frame.shape[:2]
    if ratio == 1:
        return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    across, down = width / ratio / size[0], height / ratio / size[1]  # pixels of the frame in one of the small one
    inner = np.array([[across, 0, (width - width / ratio + across - 1) / 2],
                      [0, down, (height - height / ratio + down - 1) / 2]])  # fmt: skip
    soft = cv2.GaussianBlur(frame, (0, 0), max(0.1, 0.4 * across))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(soft, inner, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
