"""The plan as a value: what may be left out, and what is refused."""

from __future__ import annotations

import pytest

from stillreel.errors import PlanError
from stillreel.motion.plan import parse_plan


def test_what_does_not_say_when_it_ends_goes_on_to_the_end() -> None:
    for seconds in (2, 9):
        plan = parse_plan(
            f'{{"seconds": {seconds}, "camera": [{{"move": "static"}}], '
            '"motions": [{"kind": "hair", "region": "hair"}, '
            '{"kind": "blink", "region": "face", "start": 1, "end": 1.3}]}'
        )
        assert plan.camera[0].end == seconds
        assert [motion.end for motion in plan.motions] == [seconds, 1.3]


@pytest.mark.parametrize(
    "text",
    [
        "[]", '{"camera": [3]}', '{"camera": 3}', '{"seconds": "soon", "camera": [{"move": "static"}]}',
        '{"seconds": 1e9, "camera": [{"move": "static"}]}', '{"seconds": 2, "camera": [{"move": "static", "end": 3}]}',
    ],
)  # fmt: skip
def test_what_is_no_plan_is_one_error(text: str) -> None:
    with pytest.raises(PlanError) as refused:
        parse_plan(text)
    assert refused.value.code == "plan.invalid"
