"""How well the camera of a clip is read back, over clips whose camera is known (`camera_worlds`).

    STILLREEL_DATA=... python benchmarks/camera_refit.py [--seed 1] [--clips 88] [--known]

Every verb, both ways, small to large, over a frontal plane and over deep scenes, focal lengths from 0.65 to 1.3 of the
width, two moves at once and one after the other, pans over more than the view. A clip is right where exactly its moves
are read, each with its direction. A twin counts only where theory cannot tell: push and zoom on a frontal plane; and
pan and truck there, as long as the perspective of the pan is below a pixel. Without the scene the focal length is
assumed: turns are then measured as the movement of the picture's centre; a truck has no measurable amount, and a push
is measured as the expansion of what stands at the centre. `--known` gives depth and focal length.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from benchmarks.camera_worlds import FRAMES, SECONDS, SIZE, Card, View, deep, draw, encoded, plane
from stillreel.evaluation import footage
from stillreel.evaluation.camera import CameraReading, Read, read_camera
from stillreel.evaluation.observation import Observation
from tests.fakes.scenes import make_scene

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
TWINS = {"push": "zoom", "pan": "truck", "tilt": "pedestal"}
COURSES = (lambda x: x, lambda x: x * x * (3 - 2 * x), lambda x: x**3 * (x * (6 * x - 15) + 10), lambda x: x * (2 - x))


@dataclass(frozen=True)
class Asked:
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
    kind: str
    flat: bool
    asked: tuple[Asked, ...]
    focal: float  # pixels
    middle: float  # depth of what stands at the centre
    seed: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clips", type=int, default=84)
    parser.add_argument("--known", action="store_true")
    asked = parser.parse_args()
    photos = _photos()
    table: dict[str, list[tuple[bool, float | None]]] = defaultdict(list)
    for number in range(asked.clips):
        case, observation = clip(photos, asked.seed, number, asked.known)
        reading = read_camera(observation)
        right, off = judged(case, reading, asked.known)
        said = [(m.move, m.direction, round(m.amount, 3), m.alike) for m in reading.moves]
        want = [(a.verb, a.way, round(a.amount, 3)) for a in case.asked]
        print("right" if right else "WRONG", case.kind, "plane" if case.flat else "deep", want, said,
              "" if off is None else f"{off:.1%}", f"{reading.confidence:.2f}", flush=True)  # fmt: skip
        table[case.kind].append((right, off))
    _print(table)


def clip(photos: list[np.ndarray], seed: int, number: int, known: bool) -> tuple[Case, Observation]:
    """The number-th case of a seed, and what is seen of it."""
    rng = np.random.default_rng([seed, number])
    kind = KINDS[number % len(KINDS)]
    flat = bool(rng.random() < 0.4) and kind not in ("orbit", "dolly_zoom", "far pan", "both at once")
    cards = (plane if flat else deep)(photos, rng)
    focal = 0.9 * SIZE[0] if rng.random() < 0.5 else float(rng.uniform(0.65, 1.3)) * SIZE[0]
    middle = float(cards[0].corner[2] if flat else cards[2].corner[2])
    case = Case(kind, flat, _asked(kind, rng), focal, middle, number)
    film, depth = _film(cards, case, rng)
    if not known:
        return case, Observation(film)
    scene = make_scene(SIZE, disparity=(1 / depth).astype(np.float32), pixels=film.first)
    return case, Observation(film, scene=replace(scene, focal=focal))


def _asked(kind: str, rng: np.random.Generator) -> tuple[Asked, ...]:
    def one(verb: str, start: float = 0.0, end: float = 1.0) -> Asked:
        low, high = AMOUNTS[verb]
        share = 10 ** -float(rng.uniform(0, 1)) if low > 0 else 1.0
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
        pairs = [("pan", "zoom"), ("push", "pan"), ("tilt", "zoom"), ("truck", "push"), ("roll", "zoom")]
        return tuple(one(verb) for verb in pairs[int(rng.integers(len(pairs)))])
    return ()


def _film(cards: list[Card], case: Case, rng: np.random.Generator) -> tuple[footage.Footage, np.ndarray]:
    course = COURSES[int(rng.integers(len(COURSES)))]
    tremor = rng.uniform(0, 2 * np.pi, (3, 3)) if case.kind == "handheld" else None
    strength = float(rng.uniform(0.1, 0.35)) if case.kind == "handheld" else 0.0
    blurred, noise, crf = rng.random() < 0.3, float(rng.uniform(0.5, 2)), int(rng.integers(18, 27))
    depth = draw(cards, View(), case.focal, 1.0)[1]
    frames = []
    for share in np.linspace(0, 1, FRAMES):
        open_ = np.array([0, 0.15, 0.3]) / FRAMES if blurred and share > 0 else np.zeros(1)
        views = [_view(case, min(1.0, share + later), course, tremor, strength) for later in open_]
        seen = np.mean([draw(cards, view, case.focal)[0] for view in views], axis=0)
        frames.append(np.clip(seen + rng.normal(0, noise, seen.shape), 0, 255).astype(np.uint8))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        encoded(frames, path, crf)
        return footage.read(path), depth


def _view(case: Case, share: float, course, tremor: np.ndarray | None, strength: float) -> View:
    turn, zoom, at = {"pan": 0.0, "tilt": 0.0, "roll": 0.0}, 1.0, np.zeros(3)
    for move in case.asked:
        value = move.signed * course(min(1.0, max(0.0, (share - move.start) / (move.end - move.start))))
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
    if tremor is not None:
        rates = np.array([0.5, 1.1, 2.3])
        shaken = strength * (np.array([1, 0.6, 0.35]) * (np.sin(2 * np.pi * rates * share * SECONDS + tremor)
                             - np.sin(tremor))).sum(1)  # fmt: skip
        turn = dict(zip(turn, np.radians(shaken * [1, 1, 0.3]), strict=True))
    return View(turn["pan"], turn["tilt"], turn["roll"], zoom, (float(at[0]), float(at[1]), float(at[2])))


def judged(case: Case, reading: CameraReading, known: bool) -> tuple[bool, float | None]:
    """Whether exactly what was asked is read; and the largest relative error of its amounts."""
    read = list(reading.moves)
    if not case.asked:
        return [move.move for move in read] == [case.kind], None
    found = [next((m for m in read if _same(case, asked, m)), None) for asked in case.asked]
    if len(read) != len(case.asked) or None in found:
        return False, None
    errors = [_off(case, asked, m, reading, known) for asked, m in zip(case.asked, found, strict=True) if m]
    real = [each for each in errors if each is not None]
    return True, max(real) if real else None


def _same(case: Case, asked: Asked, move: Read) -> bool:
    twins = {asked.verb}
    if case.flat and asked.verb in ("push", "zoom"):
        twins = {"push", "zoom"}
    bend = 0.3 * case.focal * np.radians(asked.amount)
    if case.flat and asked.verb in ("pan", "tilt") and bend < 1:
        twins.add(TWINS[asked.verb])
    return move.move in twins and move.direction == asked.way


def _off(case: Case, asked: Asked, move: Read, reading: CameraReading, known: bool) -> float | None:
    if asked.verb in ("pan", "tilt"):
        if move.move != asked.verb:
            return None
        seen, true = reading.focal * np.tan(np.radians(move.amount)), case.focal * np.tan(np.radians(asked.amount))
        if max(move.amount, asked.amount) > 30:  # beyond the picture's edge there is no displacement
            return abs(move.amount / asked.amount - 1) if known or abs(case.focal / reading.focal - 1) < 0.01 else None
        return abs(float(seen / true) - 1)
    if asked.verb in ("push", "zoom") and (asked.verb == "push" or move.move == "push"):
        if len(case.asked) > 1:
            return None
        grown = asked.amount if asked.verb == "zoom" else 1 / (1 - asked.signed / case.middle)
        grown = 1 / grown if asked.verb == "zoom" and asked.way == "out" else grown
        return abs(float(np.log(reading.expansion[-1]) / np.log(grown)) - 1)
    if asked.verb in ("zoom", "dolly_zoom"):
        return abs(float(np.log(move.amount) / np.log(asked.amount)) - 1)
    if asked.verb == "orbit" and not known and abs(case.focal / reading.focal - 1) > 0.01:
        return None
    if asked.verb in ("truck", "pedestal") and not known:
        return None
    return abs(move.amount / asked.amount - 1)


def _print(table: dict[str, list[tuple[bool, float | None]]]) -> None:
    print("\n| planned | right | amount, median | p90 |\n|---|---|---|---|")
    every = [row for rows in table.values() for row in rows]
    for kind, cases in [*table.items(), ("all", every)]:
        off = [error for _, error in cases if error is not None]
        shares = f"{np.median(off):.1%} | {np.quantile(off, 0.9):.1%}" if off else "| "
        print(f"| {kind} | {sum(right for right, _ in cases)} of {len(cases)} | {shares} |")


def _photos() -> list[np.ndarray]:
    folder = Path(os.environ["STILLREEL_DATA"]) / "photos" / "work-suite-wallpapers"
    found = [cv2.imread(str(path)) for path in sorted(folder.rglob("*.jp*g"))[:24]]
    return [cv2.cvtColor(each, cv2.COLOR_BGR2RGB) for each in found if each is not None]


if __name__ == "__main__":
    main()
