"""Advice on prompts: what is flagged, with which words, and that good prompts are left alone."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from stillreel.errors import PlanError
from stillreel.motion import read_prompt
from stillreel.motion.advice import Abilities, abilities_of, advise_prompt
from stillreel.motion.advice.heard import hear

SUITE = Path(__file__).parents[2] / "golden" / "advice" / "development.jsonl"
ROWS = [json.loads(line) for line in SUITE.read_text("utf-8").splitlines()]
CODES = {
    "quality": "quality_words", "photo": "describes_photo", "transform": "transformation", "negative": "only_negative",
}  # fmt: skip


def codes(prompt: str, seconds: float = 5.0, model: Abilities | None = None) -> set[str]:
    """What is flagged, without `prompt.`."""
    advice = advise_prompt(prompt, seconds, model or Abilities())
    return {remark.code.removeprefix("prompt.") for remark in advice.flags}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_problem_is_named_and_a_good_prompt_left_alone(row: dict[str, str]) -> None:
    flagged = codes(row["prompt"])
    if row["kind"] == "good":
        assert flagged == set()
    else:
        assert CODES.get(row["kind"], row["kind"]) in flagged


def test_a_flag_says_which_words_what_is_wrong_and_what_to_do() -> None:
    advice = advise_prompt("Slow push in. She says good morning to him.")
    (flag,) = advice.flags
    assert (flag.code, flag.severity) == ("prompt.dialogue", "warn")
    assert flag.words == ("She says",) or "says good morning" in flag.words[0]
    assert "speech" in flag.message
    assert flag.fix


def test_what_leaves_nothing_to_do_is_bad_and_comes_first() -> None:
    advice = advise_prompt("he dances, 8k")
    assert advice.remarks[0].severity == "bad"


@pytest.mark.parametrize("prompt", [
    "slow push in, then pan left",  # in turn
    "the light turns from day to night, static camera",  # a change, not a contradiction
    "slow zoom in as fast clouds race by",  # two things, two speeds
    "keep everything still except the water, which ripples",
    "a woman wearing a scarf, her scarf flutters",
    "Camera: slow pan left. Subject: she blinks. Negative: morphing, walking.",
    "add some mist and a little light",
    "hold on her face, she smiles, no zoom",
])  # fmt: skip
def test_what_only_looks_like_a_problem_is_none(prompt: str) -> None:
    assert codes(prompt) == set()


def test_how_much_is_too_much_depends_on_the_seconds() -> None:
    prompt = "pan left, then tilt up, then zoom in, hair moves"
    assert codes(prompt, 5) == {"too_many"}
    assert codes(prompt, 10) == set()


def test_structure_is_a_suggestion_and_flags_nothing() -> None:
    advice = advise_prompt("hair moves")
    assert advice.flags == ()
    assert advice.rewritten is None
    assert {"prompt.no_camera", "prompt.no_stability", "prompt.no_mood"} <= {
        one.code for one in advice.remarks
    }
    full = advise_prompt("Slow push in. Her hair moves gently. The background stays still. Calm mood.")
    assert full.remarks == ()


def test_a_model_that_can_is_not_advised_against() -> None:
    class Entry:
        still_only, shots, sound, prompt = False, 1, "optional", True

    able = abilities_of(Entry())
    assert codes("she walks to us and says hello, slow push in", model=able) == set()
    assert codes("she blinks, cut to the beach", model=able) == {"scenes"}

    class Dumb(Entry):
        prompt = False

    assert "not_read" in codes("she blinks", model=abilities_of(Dumb()))


def test_sound_is_remarked_where_the_model_is_silent() -> None:
    said = {remark.code for remark in advise_prompt("slow push in, with soft piano music").remarks}
    assert "prompt.silent" in said


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_advice_hears_what_the_grammar_reads(row: dict[str, str]) -> None:
    """The clauses that the advice looks at ask for the kinds that the plan has."""
    heard = hear(row["prompt"], 5.0)
    plan = read_prompt(row["prompt"], 5.0).plan
    asked = {motion.kind for part in heard.parts for motion in part.asked.motions}
    assert {motion.kind for motion in plan.motions} <= asked | {"hair", "cloth", "foliage"}
    assert heard.reading.plan == plan


def test_an_empty_prompt_is_no_problem() -> None:
    advice = advise_prompt(" \n")
    assert [remark.code for remark in advice.remarks] == ["prompt.empty"]
    assert advice.rewritten is None


@pytest.mark.parametrize("text", [
    "a " * 1000, "zoom in and out " * 125, 'says "hi" ' * 200, "scene 1: " * 222, "((((" * 500, "x" * 2000,
    "\u0130\u0307" * 1000, "slow fast day night calm frantic hair moves " * 45, "hair moves," * 180,
])  # fmt: skip
def test_hostile_prompts_cost_little(text: str) -> None:
    before = time.process_time()
    advice = advise_prompt(text[:2000])
    assert time.process_time() - before < 1.0  # 0.15 s and less were measured
    assert len(advice.remarks) < 20


def test_a_prompt_over_the_limit_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        advise_prompt("a" * 2001)
    assert caught.value.code == "prompt.too_long"


def test_an_ordinary_prompt_takes_less_than_30_ms() -> None:
    for row in ROWS:
        advise_prompt(row["prompt"])
    before = time.process_time()
    for row in ROWS:
        advise_prompt(row["prompt"])
    assert (time.process_time() - before) / len(ROWS) < 0.03


@pytest.mark.parametrize(("prompt", "code"), [
    ("turn the sketch into a real photo", "transformation"),
    ("her hair turns from black to blonde", "transformation"),
    ("remove the people in the background", "transformation"),
    ('text "SALE" slides in from the left', "new_object"),
    ("She wakes up. Cut. She is at work. Cut. She is at a bar.", "scenes"),
    ("keep the camera still and pan left", "contradiction"),
    ("the camera moves left and right at the same time", "contradiction"),
    ("make our product look irresistible", "vague"),
])  # fmt: skip
def test_patterns_of_more_than_one_word(prompt: str, code: str) -> None:
    assert code in codes(prompt)


@pytest.mark.parametrize("prompt", [
    "a walking street at night, neon flickers",
    "the light turns from warm to cool, slow push in",
    "slow zoom in on the ring, nothing moves",
    "make her look to the left",
])  # fmt: skip
def test_patterns_that_stop_short(prompt: str) -> None:
    assert codes(prompt) == set()
