"""Whether plan adherence falls when the plan is not the one that a clip was made from.

    STILLREEL_DATA=folder python benchmarks/adherence.py OUT [--split val|train] [--only NAME ...] [--real]

Animates the photos and prompts of `adherence_cases.py` with the embedded model (3 s at 12 a second, 640x360 pixels or
as many), each with its whole plan, without its motions, and with a still camera. Every clip is judged against the plan
it was made from (the one in its report) and against others: each direction turned round, each item moved into the
clip's last 40 %, the plan of a clip from which the item was left out, and the plan of another clip. Clips and rows are
kept in OUT and not made again. `--real` judges the real clips of the split instead, by their own labels.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import stillreel
from benchmarks.adherence_cases import CASES, TRAIN, Case
from stillreel import scene as scenes
from stillreel.evaluation import footage
from stillreel.evaluation.adherence import Adherence, adherence
from stillreel.evaluation.camera import CameraReading, read_camera
from stillreel.evaluation.observation import Observation
from stillreel.motion.plan import DIRECTIONS, MotionPlan, RegionMotion, parse_plan
from stillreel.motion.retime import retimed
from stillreel.scene.values import Scene

SECONDS, RATE, AREA = 3.0, 12, 640 * 360
LATE = 0.6  # of the clip, from which a delayed item starts
OPPOSITE = {"left": "right", "up": "down", "in": "out", "clockwise": "counterclockwise", "warmer": "cooler",
            "brighter": "darker"}  # fmt: skip
OPPOSITE |= {there: back for back, there in OPPOSITE.items()}
Row = dict[str, object]


def main() -> None:
    asked = _arguments()
    asked.out.mkdir(parents=True, exist_ok=True)
    data = Path(os.environ["STILLREEL_DATA"])
    if asked.real:
        _real(data, asked.split)
        return
    cases = {name: case for name, case in (CASES if asked.split == "val" else TRAIN).items()
             if not asked.only or name in asked.only}  # fmt: skip
    plans = {
        name: made for name, case in cases.items() if (made := _made(asked.out, data, name, case)) is not None
    }
    rows = [
        row for at, name in enumerate(plans) for row in _kept(asked.out, name, plans, list(plans)[at - 1])
    ]
    _print(rows)


# -- clips ------------------------------------------------------------------------------------------------------------
def _made(out: Path, data: Path, name: str, case: Case) -> MotionPlan | None:
    """The clips of one case; the plan that was rendered."""
    if not (data / case.photo).exists():
        print(f"{name}: {case.photo} is not in the data")
        return None
    plan = _clip(out / f"{name}-full", data / case.photo, prompt=case.prompt)
    if plan.motions and not plan.is_static:
        _clip(out / f"{name}-camera", data / case.photo, plan=plan.model_copy(update={"motions": ()}))
        still = {"move": "static", "start": 0, "end": plan.seconds}
        _clip(out / f"{name}-motion", data / case.photo, plan={**plan.model_dump(), "camera": [still]})
    return plan


def _clip(target: Path, photo: Path, **fields: Any) -> MotionPlan:
    clip, kept = target.with_suffix(".mp4"), target.with_suffix(".json")
    if not (clip.exists() and kept.exists()):
        width, height = Image.open(photo).size
        share = math.sqrt(AREA / (width * height))
        size = f"{round(width * share / 4) * 4}x{round(height * share / 4) * 4}"
        made = stillreel.animate(
            photo, output=clip, overwrite=True, seconds=SECONDS, fps=RATE, size=size, **fields
        )
        kept.write_text(json.dumps(made.report["plan"]))
    return parse_plan(kept.read_text())


# -- judging ----------------------------------------------------------------------------------------------------------
def _kept(out: Path, name: str, plans: dict[str, MotionPlan], other: str) -> list[Row]:
    """The rows of one case, from OUT where they are there."""
    path = out / f"{name}-rows.json"
    if not path.exists():
        path.write_text(json.dumps(list(_rows(out, name, plans[name], plans[other])), indent=1))
    return json.loads(path.read_text())


def _rows(out: Path, name: str, plan: MotionPlan, other: MotionPlan) -> Iterator[Row]:
    film = footage.read(out / f"{name}-full.mp4")
    scene = scenes.analyse(film.first)
    seen = Observation(film, None, plan, scene)
    camera = read_camera(seen)
    begun = time.process_time()
    whole = _judged(seen, camera, plan)
    spent = time.process_time() - begun
    yield {"case": name, "kind": "whole", "test": "other plan", "true": whole.score,
           "altered": _judged(seen, camera, _fitted(other, plan.seconds)).score, "cpu": spent}  # fmt: skip
    yield from _camera_rows(out, name, plan, seen, camera, whole)
    without = _without(out, name, plan, film, scene, "camera")
    for at, motion in enumerate(plan.motions):
        true = _score(whole, plan, at)
        for test, changed in (("flipped", _flipped(motion)), ("delayed", _later(motion, plan.seconds))):
            if changed is not None:
                motions = (*plan.motions[:at], changed, *plan.motions[at + 1 :])
                altered = plan.model_copy(update={"motions": motions})
                yield {"case": name, "kind": motion.kind, "test": test, "true": true,
                       "altered": _score(_judged(seen, camera, altered), altered, at)}  # fmt: skip
        yield {"case": name, "kind": motion.kind, "test": "removed", "true": true,
               "altered": _score(without, plan, at)}  # fmt: skip


def _camera_rows(
    out: Path, name: str, plan: MotionPlan, seen: Observation, camera: CameraReading, whole: Adherence
) -> Iterator[Row]:
    if plan.is_static:
        return
    kind = plan.camera[0].move
    turned = tuple(move.model_copy(update={"direction": OPPOSITE.get(move.direction or "")}) if DIRECTIONS[move.move]
                   else move for move in plan.camera)  # fmt: skip
    late = tuple(
        move.model_copy(update={"start": LATE * plan.seconds, "end": plan.seconds}) for move in plan.camera
    )
    for test, moves in (("flipped", turned), ("delayed", late)):
        if moves != plan.camera:
            judged = _judged(seen, camera, plan.model_copy(update={"camera": moves}))
            yield {"case": name, "kind": kind, "test": test, "true": whole.camera, "altered": judged.camera}
    without = _without(out, name, plan, seen.footage, seen.scene, "motion")
    yield {"case": name, "kind": kind, "test": "removed", "true": whole.camera, "altered": without.camera}


def _without(
    out: Path, name: str, plan: MotionPlan, film: footage.Footage, scene: Scene | None, what: str
) -> Adherence:
    """The whole plan against the clip that has its camera, or its motions, alone; a still where there is none."""
    path = out / f"{name}-{what}.mp4"
    shown = footage.read(path) if path.exists() and not plan.is_static else _frozen(film)
    seen = Observation(shown, None, plan, scene)
    return _judged(seen, read_camera(seen), plan)


def _frozen(film: footage.Footage) -> footage.Footage:
    return footage.gather([film.first] * len(film.frames), film.fps)


def _judged(seen: Observation, camera: CameraReading, plan: MotionPlan) -> Adherence:
    """As `adherence` of a copy of `seen` with another plan, what was measured kept."""
    copy = Observation(seen.footage, seen.photo, plan, seen.scene)
    copy.__dict__.update({name: value for name, value in seen.__dict__.items() if name != "plan"})
    found = adherence(copy, camera)
    assert found is not None
    return found


def _score(judged: Adherence, plan: MotionPlan, at: int) -> float | None:
    """Of the plan's motion `at`."""
    items = [item for item in judged.items if item.kind == "motion"]
    counted = [motion for motion in plan.motions if motion.amount > 0]
    return items[counted.index(plan.motions[at])].score


def _flipped(motion: RegionMotion) -> RegionMotion | None:
    if motion.kind in ("rain", "snow", "smoke"):  # which way it drifts is not judged
        return None
    there = OPPOSITE.get(motion.direction or "")
    return None if there is None else motion.model_copy(update={"direction": there})


def _later(motion: RegionMotion, seconds: float) -> RegionMotion:
    if motion.end - motion.start < 0.3 * seconds:  # a blink
        start = 0.75 * seconds if motion.start < 0.5 * seconds else 0.1 * seconds
        return motion.model_copy(update={"start": start, "end": start + motion.end - motion.start})
    return motion.model_copy(update={"start": LATE * seconds, "end": seconds})


def _fitted(plan: MotionPlan, seconds: float) -> MotionPlan:
    return plan if abs(plan.seconds - seconds) < 1e-6 else retimed(plan, seconds)[0]


# -- tables -----------------------------------------------------------------------------------------------------------
def _print(rows: list[Row]) -> None:
    """One line a kind: the mean score for the true plan and for each altered one, and how often the true one won."""
    tests = ("flipped", "delayed", "removed", "other plan")
    found: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["true"] is not None and row["altered"] is not None:
            group = found[str(row["kind"])], found["camera" if row["kind"] in DIRECTIONS else
                                                   "whole" if row["kind"] == "whole" else "motions"]  # fmt: skip
            for each in group if group[0] is not group[1] else group[:1]:
                each[str(row["test"])].append((float(row["true"]), float(row["altered"])))  # type: ignore[arg-type]
    print(f"{'kind':14}{'true':>6}" + "".join(f"{test:>20}" for test in tests))
    kinds = [
        *sorted(set(found) & set(DIRECTIONS)),
        *sorted(set(found) - set(DIRECTIONS) - {"camera", "motions", "whole"}),
    ]
    for kind in [*kinds, *(name for name in ("camera", "motions", "whole") if name in found)]:
        true = np.mean([pair[0] for pairs in found[kind].values() for pair in pairs])
        print(f"{kind:14}{true:6.2f}" + "".join(_cell(found[kind].get(test, [])) for test in tests))
    for row in rows:
        if row["true"] is not None and row["altered"] is not None and not row["true"] > row["altered"]:  # type: ignore[operator]
            print(
                f"not told: {row['case']} {row['kind']} {row['test']}: {row['true']:.2f} <= {row['altered']:.2f}"
            )
    cpu = [float(row["cpu"]) for row in rows if "cpu" in row]  # type: ignore[arg-type]
    print(f"{len(rows)} comparisons of {len(cpu)} clips; {np.mean(cpu):.2f} CPU s a judgement")


def _cell(pairs: list[tuple[float, float]]) -> str:
    if not pairs:
        return f"{'':>20}"
    won = sum(true > altered for true, altered in pairs)
    return f"{np.mean([altered for _, altered in pairs]):10.2f}  ({won}/{len(pairs)})".rjust(20)


def _real(data: Path, split: str) -> None:
    """Real clips by their labels: the move that was labelled against its opposite, and against a still camera."""
    lines = (json.loads(line) for line in (data / "manifest.jsonl").read_text().splitlines())
    for clip in (line for line in lines if line["kind"] == "video" and line["split"] == split):
        film = footage.read(data / clip["path"])
        seen = Observation(film)
        camera, seconds = read_camera(seen), max(1.0, round(film.seconds, 3))
        said = " ".join(str(clip["camera"]).split()[:2])
        scores = []
        for move, way in (
            ("static", None),
            ("pan", "left"),
            ("pan", "right"),
            ("push", "in"),
            ("push", "out"),
        ):
            one = {
                "move": move,
                "direction": way,
                "amount": {"pan": 5.0, "push": 0.15}.get(move, 0.0),
                "end": seconds,
            }
            judged = _judged(seen, camera, MotionPlan.model_validate({"seconds": seconds, "camera": [one]}))
            scores.append(
                f"{move} {way or ''} {judged.camera if judged.camera is None else round(judged.camera, 2)}"
            )
        read = [(move.move, move.direction, round(move.amount, 3)) for move in camera.moves][:3]
        print(f"{clip['path'][6:50]:46} {said:14}", "; ".join(scores), read, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", choices=("val", "train"), default="val")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--real", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
