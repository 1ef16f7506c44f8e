"""Rewritten prompts: they keep the wish, are read as meant, and need no second rewriting; templates are understood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stillreel.errors import UsageError
from stillreel.motion import read_prompt
from stillreel.motion.advice import Template, advise_prompt, template, templates
from stillreel.motion.advice.rewrite import meaning

SUITE = Path(__file__).parents[2] / "golden" / "advice" / "development.jsonl"
FLAWED = [row for row in map(json.loads, SUITE.read_text("utf-8").splitlines())
          if row["kind"] not in ("good", "language")]  # fmt: skip


@pytest.mark.parametrize("row", FLAWED, ids=lambda row: row["id"])
def test_a_rewritten_prompt_is_read_as_meant_and_has_no_flag(row: dict[str, str]) -> None:
    offered = advise_prompt(row["prompt"]).rewritten
    assert offered is not None
    plan = read_prompt(offered.text).plan
    assert meaning(plan) == meaning(offered.plan)
    assert plan.words.impossible == ()
    assert set(plan.words.unknown) <= set(
        read_prompt(row["prompt"]).plan.words.unknown
    )  # names of places at most
    again = advise_prompt(offered.text)
    assert again.flags == ()
    assert again.rewritten is None  # so that rewriting twice changes nothing


@pytest.mark.parametrize("row", FLAWED, ids=lambda row: row["id"])
def test_a_rewritten_prompt_keeps_what_was_wished(row: dict[str, list[str]]) -> None:
    """Camera and motions as written down with the prompt; where nothing of it can be kept, a plain one is offered."""
    offered = advise_prompt(str(row["prompt"])).rewritten
    assert offered is not None
    if row.get("camera"):
        assert [f"{move.move} {move.direction or ''}".strip() for move in offered.plan.camera] == row[
            "camera"
        ]
    if row.get("motions"):
        assert sorted({motion.kind for motion in offered.plan.motions}) == sorted(row["motions"])


def test_what_was_dropped_is_said() -> None:
    offered = advise_prompt("static camera, slow orbit to the left around the car, it explodes, 8k").rewritten
    assert offered is not None
    assert "Slow orbit to the left" in offered.text
    gone = " ".join(offered.dropped)
    assert all(word in gone for word in ("static camera", "explodes", "8k"))


def test_the_words_of_the_prompt_are_kept_where_they_can_stand() -> None:
    offered = advise_prompt(
        "The waiter walks in. Steam rises from the soup, the camera glides to the right."
    ).rewritten
    assert offered is not None
    assert offered.text == "The camera glides to the right. Steam rises from the soup."


def test_a_refusal_of_moves_is_respected() -> None:
    offered = advise_prompt("please don't zoom and don't pan").rewritten
    assert offered is not None
    assert offered.plan.is_static


def test_another_language_is_not_rewritten() -> None:
    advice = advise_prompt("la caméra avance lentement et les cheveux bougent dans le vent")
    assert [flag.code for flag in advice.flags] == ["prompt.language"]
    assert advice.rewritten is None


@pytest.mark.parametrize("name", templates())
def test_the_example_of_a_template_is_understood_wholly(name: str) -> None:
    one = template(name)
    for text in (one.example, one.plan):
        reading = read_prompt(text)
        assert reading.plan.words.unknown == reading.plan.words.impossible == ()
        assert len(reading.plan.camera) == 1
        assert reading.plan.motions
        assert advise_prompt(text).flags == ()
    assert "{" in one.text
    assert "{" not in one.example
    assert len(one.why) > 60


def test_the_templates_are_the_seven() -> None:
    assert list(templates()) == [
        "portrait", "product", "artwork", "old-photograph", "landscape", "street", "two-frame-transition",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="portrait, product"):
        template("x")


@pytest.mark.parametrize(("prompt", "name"), [
    ("bring grandma back to life", "old-photograph"), ("make our new sneaker pop", "product"),
    ("animate my watercolour", "artwork"), ("make this mountain valley cool", "landscape"),
    ("make this street cool", "street"), ("cool transition between the two photos", "two-frame-transition"),
    ("my sister on the beach", "portrait"), ("make it cool", None),
])  # fmt: skip
def test_the_template_follows_the_words(prompt: str, name: str | None) -> None:
    advice = advise_prompt(prompt)
    assert advice.template == name
    if name is not None:
        assert isinstance(template(name), Template)
        assert advice.rewritten is not None
        assert advice.rewritten.template == name


def test_a_clause_without_its_subject_gets_one() -> None:
    offered = advise_prompt(
        "the camera, patient as a cat, moves forward to the fountain. Cut to black."
    ).rewritten
    assert offered is not None
    assert offered.text.startswith("The camera moves forward to the fountain.")


@pytest.mark.parametrize(
    ("prompt", "camera", "moves"),
    [
        ("a man juggles three balls, static camera", "static", {"blink", "breathe"}),
        ("the woman sings, no camera movement", "static", {"blink", "breathe"}),
        ("two dogs run, camera static", "push", set()),
    ],
)
def test_a_still_picture_is_not_offered_instead_of_a_wish(prompt: str, camera: str, moves: set[str]) -> None:
    offered = advise_prompt(prompt).rewritten
    assert offered is not None
    assert {move.move for move in offered.plan.camera} == {camera}
    assert {motion.kind for motion in offered.plan.motions} == moves
