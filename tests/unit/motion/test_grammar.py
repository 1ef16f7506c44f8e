"""What a prompt says, and only that, becomes the plan."""

import random
import time
import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillreel.errors import PlanError
from stillreel.motion import parse_prompt, read_prompt
from stillreel.motion.plan import DIRECTIONS, KINDS, MotionPlan
from stillreel.motion.vocabulary import vocabulary


def camera(text: str, seconds: float = 5.0) -> list[str]:
    return [
        " ".join(filter(None, (move.move, move.direction))) for move in parse_prompt(text, seconds).camera
    ]


def motions(text: str) -> list[str]:
    return [" ".join(filter(None, (one.kind, one.direction))) for one in parse_prompt(text, 5.0).motions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slow push-in", ["push in"]),
        ("the camera pulls back", ["push out"]),
        ("dolly to the left", ["truck left"]),
        ("pan left", ["pan left"]),
        ("pan up", ["tilt up"]),
        ("the camera slides right past the house", ["truck right"]),
        ("the view rises", ["pedestal up"]),
        ("crane down slowly", ["pedestal down"]),
        ("arc to the left around her", ["orbit left"]),
        ("roll counter-clockwise", ["roll counterclockwise"]),
        ("Hitchcock zoom", ["dolly_zoom in"]),
        ("push in while zooming out", ["dolly_zoom in"]),
        ("shaky hand-held footage", ["handheld"]),
        ("locked-off tripod shot", ["static"]),
        ("the camera looks up", ["tilt up"]),
        ("turn the camera right", ["pan right"]),
        ("camera pans from left to right", ["pan right"]),
        ("pan left and up", ["pan left", "tilt up"]),
    ],
)
def test_a_camera_move_goes_its_own_way(text: str, expected: list[str]) -> None:
    assert camera(text) == expected
    assert motions(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("she looks up", ["head_turn up"]),
        ("she turns her head toward the camera", ["head_turn camera"]),
        ("the bottle turns to the right", ["rotate right"]),
        ("hair and dress blowing in the wind", ["hair", "cloth"]),
        ("clouds drift left and the water flows right", ["clouds left", "water right"]),
        ("a flag waves", ["cloth"]),
        ("waves roll in", ["water"]),
        ("rain falls", ["rain down"]),
        ("a candle flickers", ["fire"]),
        ("a neon sign flickers", ["light flicker"]),
        ("the wind blows through the trees from the left", ["foliage right"]),
        ("smoke billows upward", ["smoke up"]),
        ("his chest rises and falls", ["breathe"]),
        ("she shifts her weight", ["sway"]),
    ],
)
def test_who_does_it_decides_what_a_verb_means(text: str, expected: list[str]) -> None:
    assert motions(text) == expected
    assert camera(text) == []


def test_a_place_does_not_move() -> None:
    assert motions("push in past the trees toward the lake") == []
    assert motions("the woman in the red dress turns her head") == ["head_turn"]
    assert motions("a smiling woman, slow zoom in") == []


def test_then_shares_the_clip_and_while_does_not() -> None:
    first, second = parse_prompt("zoom in, then pan left", 6.0).camera
    assert (first.start, first.end, second.start, second.end) == (0, 3, 3, 6)
    together = parse_prompt("zoom in while panning left", 6.0).camera
    assert [(move.start, move.end) for move in together] == [(0, 6), (0, 6)]
    assert camera("before zooming out, pan left") == ["pan left", "zoom out"]
    assert camera("tilt up after pushing in") == ["push in", "tilt up"]
    assert camera("zoom in and out") == ["zoom in", "zoom out"]
    assert camera("1. push in 2. orbit left") == ["push in", "orbit left"]


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("zoom in for two seconds then pan right", [(0, 2), (2, 5)]),
        ("0-2s: push in; 2-5s: pan left", [(0, 2), (2, 5)]),
        ("pan right in the last second", [(4, 5)]),
        ("at 3s tilt up", [(3, 5)]),
        ("push in for the first 2 seconds", [(0, 2)]),
        ("from 1 to 3 seconds roll clockwise", [(1, 3)]),
        ("halfway, pan left", [(2.5, 5)]),
        ("pan left for 90 seconds", [(0, 5)]),
    ],
)
def test_a_time_that_is_said_wins(text: str, windows: list[tuple[float, float]]) -> None:
    assert [(move.start, move.end) for move in parse_prompt(text, 5.0).camera] == windows


def test_blinks_are_moments_and_counted() -> None:
    plan = parse_prompt("she blinks twice", 5.0)
    assert len(plan.motions) == 2
    assert all(one.end - one.start == pytest.approx(0.3, abs=0.01) for one in plan.motions)
    assert plan.motions[0].end < plan.motions[1].start


def test_amounts_in_words_and_numbers() -> None:
    slow, plain, fast = (
        parse_prompt(f"{word} zoom in", 5.0).camera[0].amount for word in ("slow", "", "fast")
    )
    assert 1 < slow < plain < fast
    assert parse_prompt("zoom in 20%", 5.0).camera[0].amount == pytest.approx(1.2)
    assert parse_prompt("zoom out 1.3x", 5.0).camera[0].amount == pytest.approx(1.3)
    assert parse_prompt("pan right 10 degrees", 5.0).camera[0].amount == 10
    assert parse_prompt("not too fast zoom in", 5.0).camera[0].amount == slow
    gentle, strong = (
        parse_prompt(f"hair moves {word}", 5.0).motions[0].amount for word in ("gently", "wildly")
    )
    assert gentle < 1 < strong


def test_an_amount_over_the_ceiling_is_limited_and_said() -> None:
    reading = read_prompt("pan left 200 degrees", 5.0)
    assert reading.plan.camera[0].amount == 90
    assert "prompt.amount_limited" in {note.code for note in reading.notes}


@pytest.mark.parametrize(
    "text",
    [
        "no camera movement", "the camera does not move", "don't move the camera", "keep the camera still",
        "without any camera motion, the river flows", "static shot", "no zoom, pan or tilt", "nothing else moves",
        "only the hair moves", "everything stays still except the water",
    ],
)  # fmt: skip
def test_stillness_forbids_camera_moves(text: str) -> None:
    assert camera(text) == ["static"]


def test_negation_reaches_what_it_denies_and_no_further() -> None:
    assert camera("push in without panning") == ["push in"]
    assert camera("no zoom, pan left") == ["pan left"]
    assert motions("no blinking, she smiles") == ["smile"]
    assert motions("the hair moves but the water does not move") == ["hair"]
    plan = parse_prompt("keep the background still, the water is not moving, hair sways", 5.0)
    assert plan.hold == ("background", "water")
    assert [one.kind for one in plan.motions] == ["hair"]
    assert motions("keep everything still but the clouds") == ["clouds"]


def test_every_word_is_accounted_for() -> None:
    plan = parse_prompt("slow push-in, the zebra quivers, she dances and walks, warm window light", 5.0)
    assert "slow push-in" in plan.words.understood
    assert any("zebra" in text for text in plan.words.unknown)
    assert any("dances" in text for text in plan.words.impossible)
    assert any("walks" in text for text in plan.words.impossible)
    assert plan.mood == ("warm window light",)
    assert plan.motions == ()


def test_impossible_names_models_that_can() -> None:
    notes = {note.code: note.message for note in read_prompt("she walks away, slow push in", 5.0).notes}
    assert all(name in notes["prompt.impossible"] for name in ("Kling", "Seedance", "Veo", "Wan 2.2"))
    assert "prompt.impossible" not in {note.code for note in read_prompt("no talking, no walking", 5.0).notes}


@pytest.mark.parametrize(
    "text", ["make it move", "bring this photo to life", "animate this", "do something cool"]
)
def test_vague_prompts_plan_nothing_by_themselves_and_say_so(text: str) -> None:
    reading = read_prompt(text, 5.0)
    assert (reading.plan.camera, reading.plan.motions) == ((), ())
    assert "prompt.vague" in {note.code for note in reading.notes}


def test_an_empty_prompt_is_an_empty_plan() -> None:
    assert read_prompt("", 5.0).plan == MotionPlan.model_validate({"seconds": 5.0})
    assert read_prompt("  \n\t ", 5.0).notes == ()


def test_contradictions_and_crowds_are_settled_and_said() -> None:
    both = read_prompt("static camera, zoom in", 5.0)
    assert [move.move for move in both.plan.camera] == ["zoom"]
    assert "prompt.contradictory" in {note.code for note in both.notes}
    crowd = read_prompt("zoom in, pan left, tilt up, roll clockwise, truck right", 5.0)
    assert len(crowd.plan.camera) == 3
    assert "prompt.too_many_moves" in {note.code for note in crowd.notes}
    turns = read_prompt("pan left, pan right", 5.0)
    assert [(move.direction, move.start, move.end) for move in turns.plan.camera] == [
        ("left", 0, 2.5),
        ("right", 2.5, 5),
    ]


def test_steps_that_do_not_fit_are_dropped_and_said() -> None:
    reading = read_prompt(", then ".join(["pan left", "tilt up"] * 5), 2.0)
    assert len(reading.plan.camera) == 2
    assert "prompt.too_many_moves" in {note.code for note in reading.notes}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zom in", "zoom in"),
        ("pan lefft", "pan left"),
        ("slwo puhs in", "push in"),
        ("slooow zoom out", "zoom out"),
    ],
)
def test_a_slip_of_the_keyboard_is_read_and_said(text: str, expected: str) -> None:
    assert camera(text) == [expected]
    assert "prompt.spelling" in {note.code for note in read_prompt(text, 5.0).notes}


@pytest.mark.parametrize(
    "word", ["waiter", "crate", "budget", "heart", "planet", "candidate", "bread", "statement"]
)
def test_ordinary_words_are_not_corrected(word: str) -> None:
    assert vocabulary().correct(word) is None or word in vocabulary()._words
    assert motions(f"zoom in on the {word}") == []


@pytest.mark.parametrize(
    "text", ["la cámara gira a la izquierda", "镜头慢慢推近，水面泛起涟漪", "Камера наезжает"]
)
def test_other_languages_are_unknown_words_not_guesses(text: str) -> None:
    reading = read_prompt(text, 5.0)
    assert (reading.plan.camera, reading.plan.motions) == ((), ())
    assert reading.plan.words.unknown
    assert any("English" in note.message for note in reading.notes)


def test_an_english_prompt_is_not_told_to_be_english() -> None:
    notes = {note.code: note.message for note in read_prompt("slow orbit around the teddy", 5.0).notes}
    assert notes["prompt.unknown_words"] == "Not understood: 'teddy'."


def test_control_characters_emoji_and_curly_quotes_do_no_harm() -> None:
    assert camera("zoom\x00 in \u202e🌊 – don’t pan") == ["zoom in"]


@pytest.mark.parametrize("text", ["hearts floating up around them", "having the turn over an", "turn over the top"])
def test_a_way_that_a_move_does_not_know_is_left_out(text: str) -> None:
    assert all(move.direction in (None, *DIRECTIONS[move.move]) for move in read_prompt(text, 5.0).plan.camera)


def test_any_words_of_the_vocabulary_in_any_order_make_a_plan() -> None:
    draw = random.Random(11)
    words = [*_WORDS, *(["up", "down", "left", "in", "around", "over", "the", "camera", "no", "then"] * 20)]
    for _ in range(2_000):
        read_prompt(" ".join(draw.choice(words) for _ in range(draw.randint(2, 9))), 5.0)


def test_a_prompt_over_the_limit_is_refused() -> None:
    with pytest.raises(PlanError) as refused:
        read_prompt("a" * 2_001, 5.0)
    assert refused.value.code == "prompt.too_long"
    assert "2001" in refused.value.message


HOSTILE = [
    "a ", "no ", "then ", "zoom ", "face ", "heads ", "0-", "0:00-", "((", "x", "1", "hair and ", "abcde ", "the ",
    "zoom and pan or ", "turn her head ", "nothing but ", "in the last ", "hair dress clouds ", "é̀", "🌊",
    "\x00", "ing ",
]  # fmt: skip


ORDINARY = (
    "The camera slowly pushes in while her hair moves in the breeze, she blinks once and the clouds drift to the left, "
    "warm evening light. Then it pans right across the harbour and the water ripples gently. "
)


def _seconds_to_read(*texts: str) -> list[float]:
    """The least of seven readings each, taken in turn: another process may slow any of them."""
    clocks = [timeit.Timer(lambda text=text: read_prompt(text, 5.0), timer=time.process_time) for text in texts]
    return [min(each) for each in zip(*([clock.timeit(1) for clock in clocks] for _ in range(7)), strict=True)]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_prompts_take_little_longer_than_ordinary_ones_of_their_length(unit: str) -> None:
    """Against an ordinary prompt read in the same breath, so that a slow machine does not count."""
    ordinary, hostile = _seconds_to_read((ORDINARY * 20)[:2_000], (unit * 2_000)[:2_000])
    assert hostile < 2.5 * ordinary < 0.5


_WORDS = sorted(vocabulary()._words)
_GLUE = [
    ",",
    ".",
    "then",
    "and",
    "while",
    "no",
    "only",
    "except",
    "for 2 seconds",
    "at 3s",
    "20%",
    "10 degrees",
    "-",
]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(_WORDS) | st.sampled_from(_GLUE) | st.text(max_size=6), max_size=20),
    st.floats(1, 60),
)
def test_any_words_give_a_valid_plan_or_one_refusal(words: list[str], seconds: float) -> None:
    plan = parse_prompt(" ".join(words)[:2_000], seconds)
    assert MotionPlan.model_validate(plan.model_dump()) == plan


def test_the_vocabulary_speaks_the_plans_language() -> None:
    words = vocabulary()
    assert set(words.kind_regions) <= set(KINDS)
    for family in words.families.values():
        for said in family.values():
            if said:
                move, _, direction = said.partition(" ")
                MotionPlan.model_validate(
                    {
                        "camera": [
                            {
                                "move": move,
                                "direction": direction or None,
                                "amount": 1.0 if move != "static" else 0,
                            }
                        ]
                    }
                )


def lights(text: str) -> dict[str | None, float]:
    return {one.direction: one.amount for one in parse_prompt(text).motions if one.kind == "light"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("slow truck left, light changes to evening", {"darker", "warmer"}),
        ("night falls slowly", {"darker", "cooler"}),
        ("the scene fades from day to night", {"darker", "cooler"}),
        ("light shifts from warm to cool", {"cooler"}),
        ("the sun comes out", {"brighter", "warmer"}),
        ("make it warmer", {"warmer"}),
        ("clouds cover the sun", {"darker", "cooler"}),
        ("studio light sweeps across", {"right"}),
        ("golden sunlight sweeps across the bottle from right to left", {"left"}),
        ("a neon sign flickers", {"flicker"}),
        ("lightning flashes in the sky", {"flash"}),
        ("sunlight dances on the water", {None}),
        ("golden hour, slow push in", set()),
        ("she turns to the left in the evening", set()),
        ("the camera moves into the dark room", set()),
        ("no light change", set()),
    ],
)
def test_what_light_does(text: str, expected: set[str | None]) -> None:
    assert set(lights(text)) == expected


def test_a_change_of_light_takes_turns_and_its_pace_does_not_shrink_it() -> None:
    plan = parse_prompt("first it gets darker, then the sun comes out", 4.0)
    assert [(one.direction, one.start, one.end) for one in plan.motions][:2] == [("darker", 0, 2), ("brighter", 2, 4)]
    assert lights("the light slowly fades")["darker"] == lights("the light fades")["darker"]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("steam rises from the food", "subject"),
        ("steaming coffee", "subject"),
        ("smoke curls from the chimney", "subject"),
        ("cigarette smoke curls upward", "mouth"),
        ("mist drifts over the lake", "water"),
        ("mist drifting across the floor", "ground"),
        ("fog rolls in", "whole"),
        ("smoke fills the room", "whole"),
    ],
)
def test_where_smoke_is(text: str, region: str) -> None:
    assert [one.region for one in parse_prompt(text).motions] == [region]
