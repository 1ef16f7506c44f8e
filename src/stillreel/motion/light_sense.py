"""What a clause says of the light: where it changes to, what it does, or which way it sweeps.

"Golden hour" alone is mood; "turns to golden hour" is a change. Words are compared in their base forms, and what only
tells how (slowly, the, a little) may stand between those of a phrase.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from stillreel.motion.asked import AskedMotion
from stillreel.motion.clauses import Item
from stillreel.motion.vocabulary import Vocabulary, phrases_of
from stillreel.motion.words import base_forms, tokenise

__all__ = ["LightWords", "Said", "light_asked", "light_words"]

_HOW = frozenset(("amount", "intensifier", "determiner", "easing", "when", "quantity"))
_OTHERS = frozenset(("camera", "person", "head", "eyes", "mouth", "chest", "body", "hand"))
_SIDES = ("left", "right", "up", "down")


@dataclass(frozen=True)
class Said:
    """What the light does, as the plan's directions with their amounts, and the characters of what says so."""

    becomes: Becomes
    start: int
    end: int


@dataclass(frozen=True)
class _Word:
    forms: frozenset[str]
    start: int
    end: int
    silent: bool
    item: Item

    def among(self, words: frozenset[str]) -> bool:
        return bool(self.forms & words)


Becomes = tuple[tuple[str, float], ...]
Phrases = dict[str, list[tuple[tuple[str, ...], Becomes]]]  # by their first word


class LightWords:
    """The vocabulary's section `light`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._goals, self._deeds, self._verbs = (_phrases(data[name]) for name in ("goals", "deeds", "verbs"))
        self._change, self._between, self._move, self._sweep, self._across = (
            frozenset(phrases_of(data[name]))
            for name in ("change", "between", "move", "sweep", "across")
        )
        self.unscaled = frozenset(phrases_of(data["unscaled"]))

    def change(self, items: Sequence[Item]) -> Said | None:
        """A change that stands for itself: "night falls", "it turns to evening"; None where somebody else does it."""
        words, found = _words(items), list[Said]()
        for at, word in enumerate(words):
            deed = _longest(self._deeds, words, at)
            changes = word.among(self._change) and not _somebody(items, word.start)
            goal = self._goal(words, at + 1) if changes else None
            found += [Said(one[1], word.start, words[one[0] - 1].end) for one in (deed, goal) if one]
        return max(found, key=lambda said: said.end - said.start, default=None)

    def manner(self, items: Sequence[Item]) -> Said | None:
        """What light that a clause speaks of does; None where it just plays."""
        words = _words(items)
        for at, word in enumerate(words):
            crosses = any(other.among(self._across) for other in words[at + 1 :]) or _side(items)
            if word.among(self._sweep) or (word.among(self._move) and crosses):
                return Said(((_side(items) or "right", 1.0),), word.start, word.end)
            found = _longest(self._verbs, words, at)
            if found:
                return Said(found[1], word.start, words[found[0] - 1].end)
        return None

    def _goal(self, words: list[_Word], at: int) -> tuple[int, Becomes] | None:
        """(where it ends, what it says) of the goals that follow `at`; what the light comes from is passed over."""
        said: dict[str, float] = {}
        end, leaving = at, False
        while at < len(words):
            found = None if words[at].item.role == "vague" else _longest(self._goals, words, at)
            if found and not leaving:
                for name, amount in found[1]:
                    said[name] = max(amount, said.get(name, 0.0))
                end = found[0]
            elif not found and not (words[at].silent or words[at].among(self._between | {"from"})):
                break
            leaving = "from" in words[at].forms or (leaving and not found)
            at = found[0] if found else at + 1
        return (end, tuple(said.items())) if said else None


@lru_cache(maxsize=2)
def light_words(words: Vocabulary) -> LightWords:
    return LightWords(words.light)


def light_asked(
    items: Sequence[Item], motions: list[AskedMotion], changed: Said | None, words: Vocabulary
) -> list[AskedMotion]:
    """The motions with their light told apart: a change by name, or what light that moves does."""
    if not changed and not any(motion.kind == "light" for motion in motions):
        return motions
    known = light_words(words)
    said, factor = changed or known.manner(items), 1.0
    for item in items:
        # What slows a change does not make it smaller.
        factor *= item.entry.factor if item.role == "amount" and item.text not in known.unscaled else 1.0
    becomes = said.becomes if said else ((None, 1.0),)
    light = [AskedMotion("light", name, max(factor, 0.6) * amount) for name, amount in becomes]
    return [motion for motion in motions if motion.kind != "light"] + light


def _phrases(entries: Sequence[Mapping[str, Any]]) -> Phrases:
    found: Phrases = {}
    for entry in entries:
        for phrase in phrases_of(entry["phrases"]):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, tuple(entry["becomes"].items())))
    return found


def _longest(phrases: Phrases, words: list[_Word], at: int) -> tuple[int, Becomes] | None:
    """(the place after it, what it says) of the longest phrase that starts at `at`."""
    best: tuple[int, Becomes] | None = None
    for form in words[at].forms:
        for phrase, becomes in phrases.get(form, ()):
            end = _match(phrase, words, at)
            if end is not None and (best is None or end > best[0]):
                best = end, becomes
    return best


def _match(phrase: tuple[str, ...], words: list[_Word], at: int) -> int | None:
    place = at + 1
    for one in phrase[1:]:
        while place < len(words) and one not in words[place].forms and words[place].silent:
            place += 1
        if place == len(words) or one not in words[place].forms:
            return None
        place += 1
    return place


def _words(items: Sequence[Item]) -> list[_Word]:
    return [
        _Word(_forms(token.text), item.start, item.end, item.role in _HOW, item)
        for item in items
        for token in tokenise(item.text)
        if token.kind == "word"
    ]


@lru_cache(maxsize=4096)
def _forms(word: str) -> frozenset[str]:
    return frozenset(base_forms(word)) | _IRREGULAR.get(word, frozenset())


_IRREGULAR = {
    word: frozenset((base,))
    for base, words in {
        "fall": ("fell", "fallen"), "become": ("became",), "get": ("got", "gotten"), "go": ("went", "gone", "goes"),
        "grow": ("grew", "grown"), "rise": ("rose", "risen"), "sink": ("sank", "sunk"), "break": ("broke", "broken"),
        "come": ("came",), "make": ("made",), "sweep": ("swept",), "cloud": ("clouds",),
    }.items()
    for word in words
}  # fmt: skip


def _somebody(items: Sequence[Item], before: int) -> bool:
    """Who acts is named and is not the light: a person, the camera, a thing of another kind."""
    named = [item for item in items if item.start < before]
    return any(item.role in _OTHERS for item in named) or any(
        item.role == "thing" and item.name not in ("light", "clouds") for item in named
    )


def _side(items: Sequence[Item]) -> str | None:
    return next((item.name for item in items if item.role == "direction" and item.name in _SIDES), None)
