"""The advice's word lists (lexicon.toml), and where phrases of a list stand among the words of a prompt."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from stillreel.motion.vocabulary import phrases_of
from stillreel.motion.words import Token, base_forms, tokenise

__all__ = ["Lexicon", "Match", "Pair", "Phrases", "lexicon"]

_LONGEST = 8  # words of a phrase


@dataclass(frozen=True)
class Match:
    """A phrase of a list, found at tokens `first` to `last`."""

    phrase: str
    first: int
    last: int
    start: int  # characters
    end: int


class Phrases:
    """A list of phrases in base forms; looked up word by word, the longest at a place wins."""

    def __init__(self, text: str) -> None:
        self.phrases = tuple(phrases_of(text))
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for phrase in self.phrases:
            words = tuple(token.text for token in tokenise(phrase))[:_LONGEST]
            self._by_first.setdefault(words[0], []).append(words)
        for group in self._by_first.values():
            group.sort(key=len, reverse=True)

    def found(self, tokens: Sequence[Token]) -> list[Match]:
        """All matches, none inside another, in order."""
        matches, at = [], 0
        while at < len(tokens):
            size = self._size(tokens, at)
            if size:
                last = at + size - 1
                phrase = " ".join(token.text for token in tokens[at : at + size])
                matches.append(Match(phrase, at, last, tokens[at].start, tokens[last].end))
            at += max(size, 1)
        return matches

    def _size(self, tokens: Sequence[Token], at: int) -> int:
        for form in _forms(tokens[at].text):
            for words in self._by_first.get(form, ()):
                if at + len(words) <= len(tokens) and _same(words, tokens[at : at + len(words)]):
                    return len(words)
        return 0

    def within(self, text: str) -> bool:
        return bool(self.found(tokenise(text)))


def _same(words: tuple[str, ...], tokens: Sequence[Token]) -> bool:
    return all(word in _forms(token.text) for word, token in zip(words, tokens, strict=True))


@lru_cache(8192)
def _forms(word: str) -> tuple[str, ...]:
    irregular = _IRREGULAR.get(word)
    return tuple(dict.fromkeys(((irregular,) if irregular else ()) + tuple(base_forms(word))))


_IRREGULAR = {
    "said": "say", "told": "tell", "spoke": "speak", "sang": "sing", "ran": "run", "flew": "fly", "threw": "throw",
    "caught": "catch", "drove": "drive", "rode": "ride", "became": "become", "came": "come", "got": "get",
    "ate": "eat", "drank": "drink", "fought": "fight", "stood": "stand", "sat": "sit", "left": "left",
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """Two kinds of words that exclude each other."""

    name: str
    one: Phrases
    other: Phrases
    unless: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    deeds: Mapping[str, Mapping[str, Phrases]]  # by kind: phrases, who, verbs
    lasting: frozenset[str]  # what something may turn into without being transformed
    scenes: Phrases
    vague: Phrases
    wishes: Phrases
    quality: Phrases
    negation: Phrases
    sound: Phrases
    stillness: Phrases
    spared: frozenset[str]
    fast: Phrases
    slow: Phrases
    change: frozenset[str]
    pairs: tuple[Pair, ...]
    languages: Mapping[str, frozenset[str]]
    small: Mapping[str, frozenset[str]]  # sets of single words by name


@cache
def lexicon() -> Lexicon:
    """The lists that ship with the package."""
    text = resources.files("stillreel.motion.advice").joinpath("lexicon.toml").read_text("utf-8")
    data = tomllib.loads(text)
    deeds = ("dialogue", "transformation", "new_object", "unseen", "action")
    return Lexicon(
        deeds={kind: {name: Phrases(data[kind].get(name, "")) for name in ("phrases", "who", "verbs", "added")}
               for kind in deeds},
        lasting=frozenset(phrases_of(data["transformation"]["unless"])),
        scenes=Phrases(data["scenes"]["phrases"]),
        vague=Phrases(data["vague"]["phrases"]),
        wishes=Phrases(data["vague"]["wishes"]),
        quality=Phrases(data["quality"]["phrases"]),
        negation=Phrases(data["negation"]["phrases"]),
        sound=Phrases(data["sound"]["phrases"]),
        stillness=Phrases(data["stillness"]["phrases"]),
        spared=frozenset(phrases_of(data["stillness"]["spared"])),
        fast=Phrases(data["tempo"]["fast"]),
        slow=Phrases(data["tempo"]["slow"]),
        change=frozenset(phrases_of(data["tempo"]["change"])),
        pairs=tuple(_pair(pair) for pair in data["pairs"]),
        languages={name: frozenset(phrases_of(words)) for name, words in data["languages"].items()},
        small={name: frozenset(phrases_of(words)) for name, words in data["small"].items()},
    )  # fmt: skip


def _pair(data: Mapping[str, Any]) -> Pair:
    return Pair(
        data["name"], Phrases(data["one"]), Phrases(data["other"]), frozenset(phrases_of(data["unless"]))
    )


def quoted(words: Iterable[str]) -> str:
    """ "'a', 'b'", at most six of them."""
    listed = list(dict.fromkeys(words))
    return ", ".join(f"'{word}'" for word in listed[:6]) + (", ..." if len(listed) > 6 else "")
