"""How well the grammar reads the prompt suites: `python -m tests.golden.judge [SUITE ...]`. See README.md here."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from stillreel.motion import read_prompt
from stillreel.motion.plan import CameraMove, MotionPlan

HERE = Path(__file__).parent
Row = dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    row: Row
    plan: MotionPlan
    camera: bool
    motions: bool
    impossible: bool
    vague: bool
    hold: bool


def camera_right(expected: Row, plan: MotionPlan) -> bool:
    """The moves, their given directions and their order; `camera_or` is right too."""
    sides = [expected["camera"], *([expected["camera_or"]] if expected.get("camera_or") is not None else [])]
    return any(_moves_agree(side, plan.camera, expected.get("simultaneous", False)) for side in sides)


def _moves_agree(expected: list[Row], moves: tuple[CameraMove, ...], together: bool) -> bool:
    if len(expected) != len(moves):
        return False
    if together:
        overlap = max(move.start for move in moves) < min(move.end for move in moves)
        left = list(moves)
        for one in expected:
            found = next((move for move in left if _same(one, move)), None)
            if found is None:
                return False
            left.remove(found)
        return overlap
    ordered = all(one.start < other.start for one, other in pairwise(moves))
    return ordered and all(_same(one, move) for one, move in zip(expected, moves, strict=True))


def _same(expected: Row, move: CameraMove) -> bool:
    return expected["move"] == move.move and expected.get("direction") in (None, move.direction)


def motions_right(expected: Row, plan: MotionPlan) -> bool:
    """The set of kinds, and each given direction."""
    if {one["kind"] for one in expected["motions"]} != {motion.kind for motion in plan.motions}:
        return False
    read = {(motion.kind, motion.direction) for motion in plan.motions}
    return all((one["kind"], one["direction"]) in read for one in expected["motions"] if one.get("direction"))


def judge(name: str) -> list[Verdict]:
    verdicts = []
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        reading = read_prompt(row["prompt"], 5.0)
        plan = reading.plan
        vague = not plan.camera and not plan.motions and not plan.hold and not plan.words.impossible
        verdicts.append(
            Verdict(
                row,
                plan,
                camera_right(row, plan),
                motions_right(row, plan),
                bool(row.get("impossible")) == bool(plan.words.impossible),
                row.get("vague", False) == vague,
                set(row.get("hold", [])) <= set(plan.hold),
            )
        )
    return verdicts


def table(name: str, verdicts: list[Verdict]) -> str:
    named_camera = [one for one in verdicts if one.row["camera"]]
    named_motion = [one for one in verdicts if one.row["motions"]]
    lines = [
        f"{name}: {len(verdicts)} prompts",
        _share("camera right", [one.camera for one in verdicts]),
        _share("  where a move is expected", [one.camera for one in named_camera]),
        _share("motions right", [one.motions for one in verdicts]),
        _share("  where a motion is expected", [one.motions for one in named_motion]),
        _share("impossible said", [one.impossible for one in verdicts]),
        _share("vague said", [one.vague for one in verdicts]),
        _share("hold read", [one.hold for one in verdicts if one.row.get("hold")]),
    ]
    return "\n".join(lines)


def _share(title: str, right: list[bool]) -> str:
    return f"{title:<30} {sum(right):>4} of {len(right):<4} {100 * sum(right) / len(right):6.1f} %"


def misses(verdicts: list[Verdict], every: bool = False) -> str:
    """One block a miss: what was expected and what was read. `every`: the side counts too."""
    blocks = []
    for one in verdicts:
        wrong = [name for name, fine in (("camera", one.camera), ("motions", one.motions)) if not fine]
        if every:
            wrong += [name for name in ("impossible", "vague", "hold") if not getattr(one, name)]
        if wrong:
            expected = {key: value for key, value in one.row.items() if key not in ("id", "voice", "prompt")}
            camera = [f"{move.move} {move.direction} {move.start:g}-{move.end:g}" for move in one.plan.camera]
            motions = [f"{motion.kind} {motion.direction}" for motion in one.plan.motions]
            said = f"camera {camera} motions {motions} hold {one.plan.hold} impossible {one.plan.words.impossible}"
            blocks.append(
                f"{one.row['id']} ({', '.join(wrong)}): {one.row['prompt']}\n    {expected}\n    {said}"
            )
    return "\n".join(blocks)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    suites = sorted(path.stem for path in HERE.glob("prompts*.jsonl"))
    options.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(suites)}; prompts if none")
    options.add_argument("--totals", action="store_true", help="only the counts, no word of a prompt")
    options.add_argument("--every", action="store_true", help="with the misses of the side counts")
    chosen = options.parse_args()
    unknown = set(chosen.suites) - set(suites)
    if unknown:
        options.error(f"no suite {', '.join(sorted(unknown))}; there are {', '.join(suites)}")
    for name in chosen.suites or ["prompts"]:
        verdicts = judge(f"{name}.jsonl")
        print(table(f"{name}.jsonl", verdicts), "\n")
        if not chosen.totals:
            print(misses(verdicts, chosen.every))


if __name__ == "__main__":
    main()
