"""How people write: each line of phrasings/*.txt is a prompt, the camera moves and the motions that it asks for.

`-` is none, `?` is not judged; a direction that is not given is not judged either.
"""

import random
from pathlib import Path

import pytest

from stillreel.motion import read_prompt
from stillreel.motion.plan import MotionPlan
from stillreel.motion.vocabulary import vocabulary

FOLDER = Path(__file__).parent / "phrasings"
LINES = [
    (path.stem, line)
    for path in sorted(FOLDER.glob("*.txt"))
    for line in path.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def agrees(expected: str, read: list[tuple[str, str | None]], ordered: bool) -> bool:
    if expected == "?":
        return True
    wanted = [] if expected == "-" else [part.strip() for part in expected.split(",")]
    loose, wanted = "?" in wanted, [part for part in wanted if part != "?"]
    if ordered:
        return len(wanted) == len(read) and all(map(_same, wanted, read))
    kinds = {one.split()[0] for one in wanted}
    named = {kind for kind, _ in read}
    return (kinds <= named if loose else kinds == named) and all(
        any(_same(one, other) for other in read) for one in wanted
    )


def _same(wanted: str, read: tuple[str, str | None]) -> bool:
    name, _, direction = wanted.partition(" ")
    return name == read[0] and direction in ("", read[1])


@pytest.mark.parametrize(
    "line", [line for _, line in LINES], ids=[f"{stem}-{i}" for i, (stem, _) in enumerate(LINES)]
)
def test_a_phrasing_is_read(line: str) -> None:
    text, camera, motions = (part.strip() for part in line.rsplit(" | ", 2))
    plan = read_prompt(text.replace("\\n", "\n"), 5.0).plan
    moves = [(move.move, move.direction) for move in sorted(plan.camera, key=lambda one: one.start)]
    kinds = [(one.kind, one.direction) for one in plan.motions]
    assert agrees(camera, moves, ordered=True), moves
    assert agrees(motions, kinds, ordered=False), kinds


_GLUE = (
    ",",
    ".",
    ":",
    "-",
    "then",
    "and",
    "while",
    "no",
    "only",
    "except",
    "like",
    "of",
    "her",
    "camera",
    "for 2 seconds",
)


def test_salads_of_words_and_noise_are_read_whatever_they_are() -> None:
    """Half of the words the grammar's own, half of the texts any characters at all."""
    dice, words = random.Random(7), sorted(vocabulary()._words)
    for i in range(300):
        if i % 2:
            text = " ".join(
                dice.choice(words if dice.random() < 0.7 else _GLUE) for _ in range(dice.randint(1, 60))
            )
        else:
            text = "".join(
                chr(dice.choice((dice.randint(10, 0x2FFF), dice.randint(0x1F300, 0x1FAFF))))
                for _ in range(200)
            )
        plan = read_prompt(text[:2_000], 5.0).plan
        assert MotionPlan.model_validate(plan.model_dump()) == plan


def test_a_whip_pan_is_quick_and_said_to_be_less() -> None:
    whip, plain = read_prompt("whip pan left", 5.0), read_prompt("pan left", 5.0)
    assert plain.plan.camera[0].amount < whip.plan.camera[0].amount < 2 * plain.plan.camera[0].amount
    assert "prompt.softened" in {note.code for note in whip.notes} - {note.code for note in plain.notes}


@pytest.mark.parametrize("heading", ["Audio", "Music", "Negative prompt", "Style"])
def test_what_is_under_a_heading_of_other_things_moves_nothing(heading: str) -> None:
    plan = read_prompt(f"{heading}: waves crashing, pan left. Camera: push in.", 5.0).plan
    assert [move.move for move in plan.camera] == ["push"]
    assert plan.motions == ()
