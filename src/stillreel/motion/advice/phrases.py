"""A plan as a prompt that a person would write: the words that `stillreel.motion.describe` says at length, short.

The names of things are those of the prompt where it names them ("the veil", "grandma").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stillreel.motion.advice.heard import Heard
from stillreel.motion.advice.lexicon import lexicon
from stillreel.motion.assemble import NATURAL
from stillreel.motion.describe import describe
from stillreel.motion.plan import CameraMove, MotionPlan, RegionMotion

__all__ = ["Names", "camera_words", "held_words", "motion_words", "names_in", "pace", "size"]

_CAMERA = {
    "pan": "pan to the {}", "tilt": "tilt {}", "roll": "roll {}", "zoom": "zoom {}", "push": "push {}",
    "orbit": "orbit to the {}", "truck": "truck to the {}", "pedestal": "pedestal {}", "dolly_zoom": "dolly zoom {}",
}  # fmt: skip
_PULL = "pull back"
_PERSON = {
    "blink": ("blinks", "blink"), "smile": ("smiles", "smile"), "breathe": ("breathes", "breathe"),
    "sway": ("sways", "sway"),
}  # fmt: skip
_THING = {
    "hair": ("hair", "moves", "move"), "cloth": ("cloth", "moves", "move"), "water": ("water", "ripples", "ripple"),
    "clouds": ("clouds", "drifts", "drift"), "foliage": ("leaves", "sways", "sway"),
    "fire": ("flames", "flickers", "flicker"), "rain": ("rain", "falls", "fall"), "snow": ("snow", "falls", "fall"),
    "rotate": ("object", "rotates", "rotate"),
}  # fmt: skip
_OWN = {"she": "her", "he": "his", "they": "their"}
_WIDE = frozenset(
    ("sky", "skies", "heavens", "garden", "forest", "field", "meadow", "wood", "harbour", "harbor", "bay")
)


@dataclass(frozen=True)
class Names:
    """Who and what the prompt names."""

    who: str = "the person"  # "she", "he", "they" or "the person"
    things: Mapping[str, str] = field(default_factory=dict)  # kind -> the prompt's own noun


def names_in(heard: Heard) -> Names:
    """The people and things of a prompt, by its own words."""
    things: dict[str, str] = {}
    for part in heard.parts:
        for item in part.items:
            if item.role == "thing" and item.text.isascii() and item.text not in _WIDE:
                things.setdefault(item.name, item.text)
    return Names(_who(heard.words), things)


def _who(words: list[str]) -> str:
    people = {who: lexicon().small[who] for who in ("she", "he", "they")}
    return next((who for word in words for who, names in people.items() if word in names), "the person")


def pace(move: CameraMove) -> str:
    """ "slow", "fast" or "" for the move's natural amount."""
    if move.move in ("static", "handheld"):
        return ""
    natural = NATURAL[move.move]
    share = (move.amount - 1) / (natural - 1) if move.unit == "ratio" else move.amount / natural
    return "slow" if share < 0.8 else "fast" if share > 1.4 else ""


def size(motion: RegionMotion) -> str:
    """ "gently", "strongly" or "" for the natural amount."""
    return "gently" if motion.amount < 0.8 else "strongly" if motion.amount > 1.4 else ""


def camera_words(move: CameraMove) -> str:
    if move.move == "static":
        return "static camera"
    if move.move == "handheld":
        return "handheld camera"
    verb = (
        _PULL if (move.move, move.direction) == ("push", "out") else _CAMERA[move.move].format(move.direction)
    )
    return f"{pace(move)} {verb}".strip()


def motion_words(motion: RegionMotion, names: Names, plan: MotionPlan) -> str:
    """One clause: "her hair moves gently", "they blink"."""
    if motion.kind in ("light", "smoke"):
        return _described(plan, motion)
    many = names.who == "they"
    if motion.kind == "head_turn":
        return _head_turn(motion, names.who)
    if motion.kind in _PERSON:
        verb = _PERSON[motion.kind][many]
        return " ".join(word for word in (names.who, verb, size(motion), _way(motion)) if word)
    noun, singular, plural = _THING[motion.kind]
    noun = names.things.get(motion.kind, noun)
    owner = _OWN.get(names.who) if motion.kind == "hair" and motion.kind not in names.things else None
    verb = plural if noun.endswith("s") and not noun.endswith(("ss", "grass")) else singular
    away = "" if motion.kind in ("rain", "snow") and motion.direction == "down" else _way(motion)
    return " ".join(word for word in (owner or "the", noun, verb, size(motion), away) if word)


def _head_turn(motion: RegionMotion, who: str) -> str:
    many = who == "they"
    head = f"{_OWN.get(who, 'the')} {'heads' if many else 'head'}"
    return " ".join(w for w in (who, "turn" if many else "turns", head, size(motion), _way(motion)) if w)


def _way(motion: RegionMotion) -> str:
    if motion.direction == "camera":
        return "toward the camera"
    if motion.direction in ("left", "right"):
        return f"to the {motion.direction}"
    return motion.direction or ""


def held_words(region: str) -> str:
    return _sentence(describe(MotionPlan(hold=(region,))))


def _described(plan: MotionPlan, motion: RegionMotion) -> str:
    """By `describe`, over the whole clip."""
    whole = motion.model_copy(update={"start": 0.0, "end": plan.seconds})
    return _sentence(describe(MotionPlan(seconds=plan.seconds, motions=(whole,), words=plan.words)))


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:].removesuffix(".")
