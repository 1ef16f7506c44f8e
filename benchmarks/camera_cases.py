"""Clips whose camera is known: what each is asked to do, filmed in `camera_worlds`, and kept with its tracks in a
folder, so that trying another fit over a hundred clips takes a minute."""

from __future__ import annotations

import hashlib
import inspect
import pickle
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from camera_worlds import FRAMES, SECONDS, SIZE, Card, View, deep, draw, encoded, plane

from stillreel.evaluation import flow, footage, observation, tracks
from stillreel.evaluation.observation import Observation

__all__ = ["KINDS", "Asked", "Case", "Followed", "followed", "places_at", "view_at"]

AMOUNTS = {
    "pan": (0.7, 12), "tilt": (0.7, 8), "roll": (0.7, 12), "zoom": (1.03, 1.4), "push": (0.05, 0.35),
    "truck": (0.02, 0.2), "pedestal": (0.02, 0.12), "orbit": (3, 15), "dolly_zoom": (1.08, 1.35),
}  # fmt: skip
WAYS = {
    "pan": ("right", "left"), "tilt": ("up", "down"), "roll": ("clockwise", "counterclockwise"), "zoom": ("in", "out"),
    "push": ("in", "out"), "truck": ("right", "left"), "pedestal": ("up", "down"), "orbit": ("right", "left"),
    "dolly_zoom": ("in", "out"),
}  # fmt: skip
KINDS = (*AMOUNTS, "static", "handheld", "far pan", "sequence", "both at once")
DEEP = ("orbit", "dolly_zoom", "far pan", "both at once")  # never over a plane
PAIRS = [("pan", "zoom"), ("push", "pan"), ("tilt", "zoom"), ("truck", "push"), ("roll", "zoom")]
COURSES = (lambda x: x, lambda x: x * x * (3 - 2 * x), lambda x: x**3 * (x * (6 * x - 15) + 10), lambda x: x * (2 - x))
"""How a move goes from 0 to 1: steadily, eased, eased more, and slowing down."""


@dataclass(frozen=True)
class Asked:
    """One planned move."""

    verb: str
    way: str
    amount: float
    start: float = 0.0  # of the clip
    end: float = 1.0

    @property
    def signed(self) -> float:
        return self.amount if WAYS[self.verb].index(self.way) == 0 else -self.amount


@dataclass(frozen=True)
class Case:
    """A clip to be filmed."""

    kind: str
    flat: bool
    asked: tuple[Asked, ...]
    focal: float  # pixels
    middle: float  # depth of what stands at the centre
    course: Callable[[float], float]
    tremor: np.ndarray | None  # (3, 3) phases
    strength: float  # degrees


@dataclass(frozen=True)
class Followed:
    """What is kept of a filmed clip."""

    parts: list[tracks.Tracks]
    times: np.ndarray  # (k,) seconds of the keys, the first frame's included
    size: tuple[int, int]
    scale: float
    depth: np.ndarray  # (h, w) of the first frame


def followed(photos: list[np.ndarray], seed: int, number: int, keep: Path) -> tuple[Case, Followed]:
    """The number-th clip of a seed; drawn and followed only where `keep` lacks it, or where the code that follows has
    changed since."""
    rng = np.random.default_rng([seed, number])
    kind = KINDS[number % len(KINDS)]
    flat = bool(rng.random() < 0.4) and kind not in DEEP
    cards = (plane if flat else deep)(photos, rng)
    focal = 0.9 * SIZE[0] if rng.random() < 0.5 else float(rng.uniform(0.65, 1.3)) * SIZE[0]
    middle = float(cards[0].corner[2] if flat else cards[2].corner[2])
    asked, course = _asked(kind, rng), COURSES[int(rng.integers(len(COURSES)))]
    shaken = kind == "handheld"
    tremor = rng.uniform(0, 2 * np.pi, (3, 3)) if shaken else None
    strength = float(rng.uniform(0.1, 0.35)) if shaken else 0.0
    case = Case(kind, flat, asked, focal, middle, course, tremor, strength)
    film, kept = keep / f"{seed}-{number}.mp4", keep / f"{seed}-{number}-{_fingerprint()}.tracks"
    if not film.exists():
        _film(cards, case, rng, film)
    if not kept.exists():
        seen = Observation(footage.read(film))
        times = np.array([0, *seen.keys]) / seen.footage.fps
        size = seen.footage.luma.shape[:0:-1]
        depth = draw(cards, View(), focal, 1.0)[1]
        kept.write_bytes(pickle.dumps(Followed(tracks.follow(seen), times, size, seen.footage.scale, depth)))
    return case, pickle.loads(kept.read_bytes())


def places_at(case: Case, points: np.ndarray, depth: np.ndarray, share: float) -> np.ndarray:
    """(n, 2): where pixels `points` (n, 2) of the first frame, at `depth` (n,), are when `share` has passed."""
    view, middle = view_at(case, share), (np.array(SIZE) - 1) / 2
    world = np.column_stack([(points - middle) / case.focal, np.ones(len(points))]) * depth[:, None]
    seen = (world - np.array(view.at)) @ view.axes()
    return case.focal * view.zoom * seen[:, :2] / seen[:, 2:] + middle


def _fingerprint() -> str:
    code = "".join(inspect.getsource(room) for room in (flow, footage, observation, tracks))
    return hashlib.sha256(code.encode()).hexdigest()[:8]


def _asked(kind: str, rng: np.random.Generator) -> tuple[Asked, ...]:
    def one(verb: str, start: float = 0.0, end: float = 1.0) -> Asked:
        low, high = AMOUNTS[verb]
        share = 10 ** -float(rng.uniform(0, 1))
        amount = low + (high - low) * (share - 0.1) / 0.9
        return Asked(verb, str(rng.choice(WAYS[verb])), amount, start, end)

    if kind in AMOUNTS:
        return (one(kind),)
    if kind == "far pan":
        return (Asked("pan", str(rng.choice(WAYS["pan"])), float(rng.uniform(40, 65))),)
    if kind == "sequence":
        first, then = rng.choice(["pan", "tilt", "zoom", "roll"], 2, replace=False)
        return one(str(first), 0, 0.5), one(str(then), 0.5, 1)
    if kind == "both at once":
        return tuple(one(verb) for verb in PAIRS[int(rng.integers(len(PAIRS)))])
    return ()


def _film(cards: list[Card], case: Case, rng: np.random.Generator, to: Path) -> None:
    blurred, noise, crf = rng.random() < 0.3, float(rng.uniform(0.5, 2)), int(rng.integers(18, 27))
    frames = []
    for share in np.linspace(0, 1, FRAMES):
        open_ = np.array([0, 0.15, 0.3]) / FRAMES if blurred and share > 0 else np.zeros(1)
        seen = np.mean([draw(cards, view_at(case, min(1.0, share + later)), case.focal)[0] for later in open_], axis=0)
        frames.append(np.clip(seen + rng.normal(0, noise, seen.shape), 0, 255).astype(np.uint8))
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        encoded(frames, Path(folder) / "clip.mp4", crf)
        (Path(folder) / "clip.mp4").rename(to)


def view_at(case: Case, share: float) -> View:
    """Where the camera is when `share` of the clip has passed."""
    turn, zoom, at = {"pan": 0.0, "tilt": 0.0, "roll": 0.0}, 1.0, np.zeros(3)
    for move in case.asked:
        value = move.signed * case.course(min(1.0, max(0.0, (share - move.start) / (move.end - move.start))))
        if move.verb in turn:
            turn[move.verb] += np.radians(value)
        elif move.verb == "zoom":
            zoom *= move.amount ** (value / move.amount)
        elif move.verb in ("truck", "pedestal", "push"):
            axis = ("truck", "pedestal", "push").index(move.verb)
            at[axis] += -value if axis == 1 else value
        elif move.verb == "orbit":  # to the right, looking back to the left at what is turned about
            angle = np.radians(value)
            turn["pan"] -= angle
            at += case.middle * np.array([np.sin(angle), 0, 1 - np.cos(angle)])
        else:
            grown = move.amount ** (value / move.amount)
            zoom /= grown
            at[2] += case.middle * (1 - 1 / grown)
    if case.tremor is not None:
        rates = np.array([0.5, 1.1, 2.3])
        swing = np.sin(2 * np.pi * rates * share * SECONDS + case.tremor) - np.sin(case.tremor)
        shaken = case.strength * (np.array([1, 0.6, 0.35]) * swing).sum(1)
        turn = dict(zip(turn, np.radians(shaken * [1, 1, 0.3]), strict=True))
    return View(turn["pan"], turn["tilt"], turn["roll"], zoom, (float(at[0]), float(at[1]), float(at[2])))
