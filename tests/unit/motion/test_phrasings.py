"""How people write: each line of phrasings/*.txt is a prompt, the camera moves and the motions that it asks for.

`-` is none, `?` is not judged; a direction that is not given is not judged either.
"""

from pathlib import Path

import pytest

from stillreel.motion import read_prompt

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
