"""A prompt as tokens: words, numbers and marks, each with its place in the text; and the base forms of a word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Token", "base_forms", "clean", "tokenise"]

# One pass, no nested repetition: the time is linear in the text.
_TOKEN = re.compile(
    r"(?P<number>\d{1,6}(?::\d\d)?(?:\.\d{1,6})?)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)?)"
    r"|(?P<mark>->|=>|[→>,.;:!?()\[\]{}\n/–—|+&%°•\"-])"
)
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": ".", "\t": " ", "\r": "\n", "×": "x"})


@dataclass(frozen=True)
class Token:
    text: str  # lower case
    start: int  # character offsets in the cleaned text
    end: int
    kind: Literal["word", "number", "mark"]


def clean(text: str) -> str:
    """Compatibility forms folded (NFKC), control characters turned into spaces, quotes made plain."""
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return "".join(" " if unicodedata.category(c)[0] == "C" and c != "\n" else c for c in text)


def tokenise(text: str) -> list[Token]:
    """Tokens of a cleaned text. A hyphen inside a word joins nothing and says nothing: push-in is push, in."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        assert kind in ("word", "number", "mark")
        if match.group() == "-" and not _is_dash(text, match.start()):
            continue
        lowered = match.group().lower()
        if kind == "mark" and tokens and tokens[-1].text == lowered:
            continue  # "!!!" says no more than "!"
        tokens.append(Token("-" if lowered in "–—" else lowered, match.start(), match.end(), kind))  # pyright: ignore
    return tokens


def _is_dash(text: str, at: int) -> bool:
    """A hyphen with room around it separates clauses; between numbers it is a range."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (before.isspace() and after.isspace()) or (before.isdigit() and after.isdigit()) or before == ""


def base_forms(word: str) -> Iterator[str]:
    """The word, then what it may be an inflection of, likeliest first: panning -> pan, moves -> move."""
    yield word
    for ending, stems in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending in _LIGHT else 2):
            root = word[: -len(ending)]
            for stem in stems:
                yield root + stem
            if ending in ("ing", "in", "ed", "er", "est") and len(root) > 2 and root[-1] == root[-2]:
                yield root[:-1]


_LIGHT = ("in", "ly", "er", "est", "ily", "ally")  # "doly" is no "do"
_ENDINGS = (
    ("'s", ("",)), ("ies", ("y",)), ("ves", ("f", "fe")), ("es", ("e", "")), ("s", ("",)),
    ("ying", ("ie", "y")), ("ing", ("", "e")), ("in", ("", "e")), ("ied", ("y",)), ("ed", ("", "e")),
    ("ily", ("y",)), ("ally", ("", "al")), ("ly", ("", "le")), ("er", ("", "e")), ("est", ("", "e")),
)  # fmt: skip
