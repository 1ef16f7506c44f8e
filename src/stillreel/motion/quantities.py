"""Times and amounts in a prompt: "for two seconds", "0:02-0:04", "in the last second", "10 degrees", "1.3x"."""

from __future__ import annotations

from dataclasses import dataclass

from stillreel.motion.words import Token

__all__ = ["Quantity", "When", "find_quantity", "find_when"]

_NUMBERS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "twelve": 12.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "ninety": 90.0,
    "a": 1.0, "an": 1.0, "half": 0.5, "couple": 2.0, "few": 3.0,
}  # fmt: skip
_SECONDS = frozenset(["s", "sec", "secs", "second", "seconds"])
_TIME_LEADS = frozenset(
    [
        "for",
        "over",
        "during",
        "in",
        "at",
        "after",
        "from",
        "between",
        "until",
        "till",
        "by",
        "within",
        "lasting",
        "the",
        "first",
        "last",
        "final",
        "next",
        "opening",
        "closing",
        "course",
        "of",
        "about",
        "around",
        "starting",
        "beginning",
        "begin",
        "start",
    ]
)
_UNITS = {
    "degree": "degrees", "degrees": "degrees", "deg": "degrees", "degs": "degrees", "°": "degrees",
    "%": "percent", "percent": "percent", "pct": "percent", "x": "times", "times": "times",
}  # fmt: skip
_WHOLE_CLIP = frozenset(["clip", "video", "reel", "loop", "shot", "footage", "animation", "film"])


@dataclass(frozen=True)
class When:
    """Seconds, or shares of the clip where `share`. `tail`: counted back from the end."""

    start: float | None = None
    end: float | None = None
    length: float | None = None
    tail: float | None = None
    share: bool = False


@dataclass(frozen=True)
class Quantity:
    value: float
    unit: str  # degrees, percent or times


def find_quantity(tokens: list[Token], at: int) -> tuple[Quantity, int] | None:
    """An amount with its unit at token `at`, and how many tokens it takes."""
    if tokens[at].text in ("twice", "thrice"):
        return Quantity(2.0 if tokens[at].text == "twice" else 3.0, "times"), 1
    value = _number(tokens, at)
    if value is None or at + 1 >= len(tokens) or tokens[at].text in ("a", "an", "half"):
        return None
    unit = _UNITS.get(tokens[at + 1].text)
    return (Quantity(value, unit), 2) if unit else None


def find_when(tokens: list[Token], at: int) -> tuple[When | None, int] | None:
    """A time at token `at` and how many tokens it takes; a None time is one that only names the clip's length."""
    place = at
    leads: set[str] = set()
    while place < len(tokens) and tokens[place].text in _TIME_LEADS and place - at < 6:
        leads.add(tokens[place].text)
        place += 1
    if place < len(tokens) and tokens[place].text == "second" and _number(tokens, place + 1) is not None:
        place += 1  # "at second 3"
        value, with_unit, length = _number(tokens, place) or 0.0, True, 1
    elif place < len(tokens) and leads & {"last", "final", "first"} and tokens[place].text in _SECONDS:
        value, with_unit, length = 1.0, True, 1
    else:
        value, with_unit, length = _seconds(tokens, place)
    if not length:
        return _share_of_clip(tokens, at)
    place += length
    upper = _upper_bound(tokens, place)
    if upper:
        return When(start=value, end=upper[0]), place + upper[1] - at
    if not with_unit:
        return None
    if place < len(tokens) and tokens[place].text in _WHOLE_CLIP and not leads & {"first", "last", "final"}:
        return None, place + 1 - at
    if place < len(tokens) and tokens[place].text == "mark":
        place += 1
        leads.add("at")
    return _place(leads, value), place - at


def _place(leads: set[str], value: float) -> When:
    if leads & {"last", "final", "closing"}:
        return When(tail=value)
    if leads & {"first", "opening"}:
        return When(start=0.0, end=value)
    if leads & {"at", "after", "from", "starting", "beginning", "begin", "start"}:
        return When(start=value)
    if leads & {"until", "till", "by"}:
        return When(end=value)
    return When(length=value)


def _share_of_clip(tokens: list[Token], at: int) -> tuple[When, int] | None:
    words = [token.text for token in tokens[at : at + 5]]
    for size, phrase, when in _SHARES:
        if words[:size] == phrase:
            return when, size
    return None


_SHARES = [
    (len(text.split()), text.split(), when)
    for text, when in (
        ("in the second half", When(start=0.5, share=True)), ("second half", When(start=0.5, share=True)),
        ("in the first half", When(start=0.0, end=0.5, share=True)), ("first half", When(0.0, 0.5, share=True)),
        ("halfway through", When(start=0.5, share=True)), ("half way through", When(start=0.5, share=True)),
        ("halfway", When(start=0.5, share=True)), ("midway", When(start=0.5, share=True)),
        ("in the middle of the clip", When(start=0.4, share=True)), ("mid clip", When(start=0.4, share=True)),
    )
]  # fmt: skip


def _number(tokens: list[Token], at: int) -> float | None:
    if at >= len(tokens):
        return None
    text = tokens[at].text
    if tokens[at].kind != "number":
        return _NUMBERS.get(text)
    minutes, _, seconds = text.rpartition(":")
    return float(seconds) + (60.0 * float(minutes) if minutes else 0.0)


def _seconds(tokens: list[Token], at: int) -> tuple[float, bool, int]:
    """(value, said to be seconds, tokens taken); nothing taken where no number stands."""
    value, place = _number(tokens, at), at + 1
    if value is None:
        return 0.0, False, 0
    if tokens[at].text == "a" and place < len(tokens) and tokens[place].text in ("couple", "few"):
        value, place = _NUMBERS[tokens[place].text], place + 1
    while place < len(tokens) and tokens[place].text in ("a", "of", "full", "whole", "more"):
        place += 1
    if place < len(tokens) and tokens[place].text in _SECONDS:
        return value, True, place + 1 - at
    return (value, ":" in tokens[at].text, 1) if tokens[at].kind == "number" else (0.0, False, 0)


def _upper_bound(tokens: list[Token], at: int) -> tuple[float, int] | None:
    """The second number of a range such as `- 2s` or `to 4 seconds`."""
    if at + 1 >= len(tokens) or tokens[at].text not in ("-", "to", "and", "until"):
        return None
    value, with_unit, length = _seconds(tokens, at + 1)
    return (value, length + 1) if length and with_unit else None
