"""`stillreel prompts`, and what `stillreel plan` says of a prompt."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.fakes.scenes import texture

from .conftest import Stillreel


def test_advice_is_one_json_object(quick: Stillreel) -> None:
    ended = quick("prompts", "advise", "she walks away, slow push in, 8k", "--json")
    assert ended.status == 0
    said = ended.json
    assert (said["model"], said["seconds"], said["prompt"]) == (
        "embedded",
        5,
        "she walks away, slow push in, 8k",
    )
    assert said["advice"][0]["code"] == "prompt.action"
    assert {"code", "severity", "words", "message", "fix"} == set(said["advice"][0])
    assert said["rewritten"]["text"] == "Slow push in."
    assert said["rewritten"]["plan"]["camera"][0]["move"] == "push"
    assert any("walks" in one for one in said["rewritten"]["dropped"])


def test_advice_for_people_names_the_problem_and_a_better_prompt(quick: Stillreel) -> None:
    ended = quick("prompts", "advise", "make it cool")
    assert ended.status == 0
    assert "wish without a motion" in ended.out
    assert 'try   "Slow push in. The background stays still."' in ended.out


def test_a_good_prompt_is_called_good(quick: Stillreel) -> None:
    ended = quick(
        "prompts", "advise", "Slow push in. Her hair moves gently. The background stays still. Calm mood."
    )
    assert ended.out == "Nothing is wrong with it.\n"


def test_advice_knows_the_model(quick: Stillreel) -> None:
    words = "she walks to us, slow push in"
    assert "prompt.action" in quick("prompts", "advise", words, "--json").out
    assert (
        "prompt.action"
        not in quick("prompts", "advise", words, "--model", "wan2.1-i2v-14b-480p", "--json").out
    )


@pytest.mark.parametrize(("call", "status", "code"), [
    (("advise", "x" * 3000), 4, "request.limit"),
    (("advise", "hair moves", "--seconds", "99"), 4, "request.limit"),
    (("advise", "hair moves", "--model", "no-such"), 2, "model.unknown"),
    (("templates", "no-such"), 2, "prompt.no_template"),
])  # fmt: skip
def test_a_wrong_call_is_one_clear_error(
    quick: Stillreel, call: tuple[str, ...], status: int, code: str
) -> None:
    ended = quick("prompts", *call, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (status, code)


def test_templates_are_listed_and_shown(quick: Stillreel) -> None:
    listed = quick("prompts", "templates", "--json").json["templates"]
    assert len(listed) == 7
    shown = quick("prompts", "templates", "street").out
    assert "Example: " in shown
    assert "Why: " in shown


def test_a_plan_shows_what_is_wrong_with_its_prompt(quick: Stillreel) -> None:
    ended = quick("plan", "-", "static camera, orbit left around the car, hair moves")
    assert ended.out.count("stand still and to move") == 1
    assert 'try   "Orbit left around the car. Hair moves."' in ended.out
    assert "try" not in quick("plan", "-", "slow push in, hair moves").out


def test_a_plan_with_a_photo_offers_what_the_photo_carries(quick: Stillreel, tmp_path: Path) -> None:
    Image.fromarray(texture((192, 128), seed=1)).save(tmp_path / "photo.png")
    ended = quick("plan", "photo.png", "make it cool")
    assert ended.status == 0
    assert "wish without a motion" in ended.out
    assert "try" in ended.out
