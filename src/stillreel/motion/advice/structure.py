"""What a good prompt has: one camera move, one or two small motions, what stays still, a mood."""

from __future__ import annotations

from collections.abc import Iterator

from stillreel.motion.advice.heard import Heard
from stillreel.motion.advice.lexicon import lexicon, quoted
from stillreel.motion.advice.values import Remark

__all__ = ["structure"]


def structure(heard: Heard, silent: bool = False) -> Iterator[Remark]:
    """Suggestions only (`info`): what is missing is filled from the scene or left to the photo. `silent`: the model
    makes no sound."""
    sounds = heard.said(lexicon().sound.found(heard.tokens)) if silent else ()
    if sounds:
        yield Remark(
            "prompt.silent", "info", sounds, f"{quoted(sounds)}: the model makes no sound.",
            "Add it in an editor, or choose a model with sound.",
        )  # fmt: skip
    plan = heard.reading.plan
    if not plan.camera:
        yield Remark(
            "prompt.no_camera", "info", (), "No camera move is named; one gentle move is chosen by the scene.",
            "Say one, such as 'slow push in', or 'static camera'.",
        )  # fmt: skip
    if not plan.motions:
        yield Remark(
            "prompt.no_motion", "info", (), "Nothing in the picture is asked to move.",
            "Name one or two small motions: hair, water, clouds, leaves, a blink, steam, light.",
        )  # fmt: skip
    if not plan.hold and not (plan.camera and plan.is_static):
        yield Remark(
            "prompt.no_stability", "info", (), "Nothing is said to stand still.",
            "Add 'the background stays still' where walls, text or faces must not drift.",
        )  # fmt: skip
    if not plan.mood:
        yield Remark(
            "prompt.no_mood", "info", (), "No mood is named; models that read text use one.",
            "Add two words, such as 'calm, warm light'.",
        )  # fmt: skip
    for note in heard.reading.notes:
        if note.code in (
            "prompt.direction_assumed",
            "prompt.softened",
            "prompt.amount_limited",
            "prompt.spelling",
        ):
            fix = {"prompt.direction_assumed": "Say the direction.", "prompt.softened": "Ask for a slow move.",
                   "prompt.amount_limited": "Ask for less.", "prompt.spelling": "Correct it."}[note.code]  # fmt: skip
            yield Remark(note.code, "info", (), note.message, fix)
