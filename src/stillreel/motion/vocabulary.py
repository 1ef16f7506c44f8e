"""The closed vocabulary, read from vocabulary.toml and homographs.toml: phrases, what they are, and the longest one at
a place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from stillreel.motion.words import Token, base_forms, tokenise

__all__ = ["Entry", "Found", "Looks", "Vocabulary", "phrases_of", "vocabulary", "vocabulary_data"]

_SHORTEST_SLIP = 5  # letters a word needs before any slip in it is forgiven


@dataclass(frozen=True)
class Entry:
    """What a phrase is. `role` is its part in a sentence, `name` its value within that role."""

    role: str
    name: str = ""
    senses: Mapping[str, Any] = field(default_factory=dict)
    factor: float = 1.0
    moving: bool = False  # a thing that asks for motion by being named
    before: frozenset[str] = frozenset()  # counts only when one of these words (or <direction>) follows


Reading = tuple[str, tuple[tuple[str, str], ...]]  # a known word, and the slip it was read from


@dataclass(frozen=True)
class Found:
    entry: Entry
    length: int  # tokens
    respelled: tuple[tuple[str, str], ...] = ()  # (as written, as read)


def phrases_of(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(",") if part.strip()]


@dataclass(frozen=True)
class Looks:
    """Words that only their neighbours tell from moves, and headings: the tables of homographs.toml by name."""

    physical: frozenset[str]
    size: frozenset[str]
    of_place: frozenset[str]
    doing: frozenset[str]
    figures: frozenset[str]
    pictures: frozenset[str]
    ways: frozenset[str]
    storms: frozenset[str]
    labels: Mapping[str, frozenset[str]]

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Looks:
        def words(text: str) -> frozenset[str]:
            return frozenset(phrases_of(text))

        physical = data["physical"]
        return cls(
            words(physical["words"]),
            words(physical["size"]),
            words(physical["of_place"]),
            words(physical["doing"]),
            words(data["figures"]["words"]),
            words(data["pictures"]["words"]),
            words(data["pictures"]["ways"]),
            words(data["pictures"]["storms"]),
            {name: words(text) for name, text in data["labels"].items()},
        )


class Vocabulary:
    """Phrases in a tree of words. Where two entries share a phrase, the conditional or the earlier one wins."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.families: dict[str, dict[str, str]] = data["families"]
        self.regions: dict[str, str] = {}
        self.kind_regions: dict[str, str] = {name: thing["region"] for name, thing in data["things"].items()}
        self.light: Mapping[str, Any] = data["light"]
        self.smoke: Mapping[str, str] = data["smoke"]
        self._tree: dict[str, Any] = {}
        self._words: set[str] = set()
        self.looks = Looks.read(data)
        self._not_typos = set(phrases_of(data["not_typos"]["phrases"])) | set(
            phrases_of(data["spelling"]["words"])
        )
        self._core = set(phrases_of(data["spelling"]["core"]))
        self._meant: Mapping[str, str] = data["spelling"]["as"]
        for entry, phrases in _entries(data):
            for phrase in phrases:
                self._add(phrase, entry)
        for region, phrases in data["regions"].items():
            for phrase in phrases_of(phrases):
                self.regions.setdefault(phrase, region)
                self._add(phrase, Entry("scenery"))
        self._read_word = lru_cache(4096)(self._read)  # prompts repeat their words
        self._slips = _one_letter_removed(_worth_correcting(data))

    def _add(self, phrase: str, entry: Entry) -> None:
        node = self._tree
        for word in (token.text for token in tokenise(phrase)):
            self._words.add(word)
            node = node.setdefault(word, {})
        found = node.setdefault("", [])
        found.insert(0, entry) if entry.before else found.append(entry)

    def longest(self, tokens: list[Token], at: int) -> Found | None:
        """The longest phrase that starts at token `at`, or None."""
        best: Found | None = None
        stack: list[tuple[dict[str, Any], int, tuple[tuple[str, str], ...], bool]] = [
            (self._tree, at, (), False)
        ]
        while stack:
            node, place, respelled, skipped = stack.pop()
            if "" in node and not skipped and (best is None or place - at > best.length):
                entry = self._choose(node[""], tokens, place)
                best = Found(entry, place - at, respelled) if entry else best
            if place < len(tokens):
                # an article inside a phrase says nothing: "turn her head", "corner of the mouth"
                if place > at and not skipped and tokens[place].text in _SILENT:
                    stack.append((node, place + 1, respelled, True))
                for word, slip in reversed(self._readings(tokens[place])):
                    if word in node:
                        stack.append((node[word], place + 1, (*respelled, *slip), False))
        return best

    def _choose(self, entries: list[Entry], tokens: list[Token], after: int) -> Entry | None:
        for entry in entries:
            if not entry.before:
                return entry
            if "<direction>" in entry.before and self._direction_follows(tokens, after):
                return entry
            if after < len(tokens) and entry.before & {word for word, _ in self._readings(tokens[after])}:
                return entry
        return None

    def _direction_follows(self, tokens: list[Token], at: int) -> bool:
        """A phrase of direction starts at `at`; looked for without conditions, so that it ends."""
        node = self._tree
        for token in tokens[at : at + 4]:
            node = next((node[word] for word, _ in self._readings(token) if word in node), None)
            if node is None:
                return False
            if any(entry.role == "direction" for entry in node.get("", ())):
                return True
        return False

    def _readings(self, token: Token) -> tuple[Reading, ...]:
        return self._read_word(token.text) if token.kind == "word" else ((token.text, ()),)

    def _read(self, word: str) -> tuple[Reading, ...]:
        """What a word may be: its known base forms, else those of the word it slipped from."""
        forms = [] if word in self._meant else self.known_forms(word)
        if forms:
            return tuple((form, ()) for form in forms)
        slip = self._meant.get(word) or self.correct(word)
        return tuple((form, ((word, slip),)) for form in self.known_forms(slip)) if slip else ()

    def names(self, word: str) -> bool:
        """Whether the word alone, as it is written, is a phrase."""
        return "" in self._tree.get(word, ())

    def known_forms(self, word: str) -> list[str]:
        return [form for form in dict.fromkeys(base_forms(word)) if form in self._words]

    def correct(self, word: str) -> str | None:
        """The known word one slip away (a letter lost, doubled, wrong or swapped), if there is exactly one."""
        forms = list(dict.fromkeys(base_forms(word)))
        if word.endswith("in"):
            forms += base_forms(word + "g")  # "falin"
        if word in self._not_typos or (not word.endswith("er") and set(forms) & self._not_typos):
            return None
        drawn = _STRETCHED.sub(r"\1", word)  # "slowww"
        if drawn != word and self.known_forms(drawn):
            return drawn
        near = [self._one_slip(form) for form in forms]
        longer = [{one for one in known if len(one) > len(form)} for form, known in zip(forms, near)]
        # A word of the core first; letters are lost more often than added.
        for found in ([known & self._core for known in near], [a or b for a, b in zip(longer, near)], near):
            certain = next((known for known in found if len(known) == 1), None)
            if certain:
                return next(iter(certain))
        return next(filter(None, map(self._doubled, forms)), None)

    def _one_slip(self, word: str) -> set[str]:
        near = {known for key in (word, *_shorter(word)) for known in self._slips.get(key, ())}
        return {known for known in near if _slip(word, known, known in self._core)}

    def _doubled(self, word: str) -> str | None:
        """A double letter typed once, or a single one twice, in words too short for other slips: zom, lefft."""
        if len(word) < 3:
            return None
        word = word.removesuffix("s")
        doubled = {word[: i + 1] + word[i:] for i in range(1, len(word))}
        doubled |= {word[:i] + word[i + 1 :] for i in range(1, len(word)) if word[i] == word[i - 1]}
        doubled &= self._words
        return doubled.pop() if len(doubled) == 1 else None


_STRETCHED = re.compile(r"(.)\1{2,}")
_SILENT = frozenset(["the", "a", "an", "her", "his", "their", "its", "my", "your", "our", "s", "it"])


def _slip(word: str, known: str, core: bool) -> bool:
    """Letters swapped in a word of four; any one slip in a longer or `core` one; never in its first letter."""
    if word[0] != known[0] or abs(len(word) - len(known)) > 1:
        return False
    if len(word) == len(known):
        wrong = [i for i in range(len(word)) if word[i] != known[i]]
        swapped = len(wrong) == 2 and word[wrong[0]] == known[wrong[1]] and word[wrong[1]] == known[wrong[0]]
        if len(wrong) > 1 and not (swapped and wrong[1] == wrong[0] + 1):
            return False
    shortest = _SHORTEST_SLIP - 1 if core else _SHORTEST_SLIP
    return min(len(word), len(known)) >= shortest or (len(word) == 4 and sorted(word) == sorted(known))


def _shorter(word: str) -> Iterable[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))


def _worth_correcting(data: Mapping[str, Any]) -> set[str]:
    """Words of the motion language itself; a wrong guess at any other word would do harm for little."""
    roles = ("direction", "thing", "amount", "camera", "head", "still", "easing")
    words = set(phrases_of(data["regions"]["background"])[0].split())
    for entry, phrases in _entries(data):
        deed = entry.role == "verb" and entry.senses.get("any") != "impossible"
        if entry.role in roles or deed:
            words.update(token.text for phrase in phrases for token in tokenise(phrase))
    return words


def _one_letter_removed(words: set[str]) -> dict[str, set[str]]:
    """Symmetric-delete index (Garbe's SymSpell) at distance one."""
    index: dict[str, set[str]] = {}
    for word in words:
        if len(word) >= 4 and word.isalpha():
            for key in (word, *_shorter(word)):
                index.setdefault(key, set()).add(word)
    return index


def _entries(data: Mapping[str, Any]) -> Iterable[tuple[Entry, list[str]]]:
    """Every entry with its phrases, the roles that win first."""
    for role, text in data["compounds"].items():
        yield Entry("thing" if role in data["things"] else role, role), phrases_of(text)
    for name, text in data["directions"].items():
        yield Entry("direction", name), phrases_of(text)
    for name, text in data["directions_near"].items():
        yield Entry("near", name), phrases_of(text)
    yield Entry("place"), phrases_of(data["places"]["phrases"])
    glue = data["glue"]
    for role in (name for name in glue if name not in ("filler", "vague")):
        yield Entry(role), phrases_of(glue[role])
    yield Entry("vague"), phrases_of(glue["vague"])
    for verb in data["verbs"]:
        before = frozenset(phrases_of(verb.get("before", "")))
        senses = {key: value for key, value in verb.items() if key not in ("phrases", "before")}
        yield (
            Entry("verb", phrases_of(verb["phrases"])[0], senses, before=before),
            phrases_of(verb["phrases"]),
        )
    yield from _amounts(data)
    for kind, thing in data["things"].items():
        yield Entry("thing", kind, moving=True), phrases_of(thing.get("moving", ""))
        yield Entry("thing", kind), phrases_of(thing["phrases"])
    yield Entry("mood"), phrases_of(data["mood"]["phrases"])
    for role, text in data["nouns"].items():
        yield Entry(role), phrases_of(text)
    yield Entry("mood_head"), phrases_of(data["mood"]["heads"])
    yield Entry("mood_adjective"), phrases_of(data["mood"]["adjectives"])
    yield Entry("filler"), phrases_of(glue["filler"])


def _amounts(data: Mapping[str, Any]) -> Iterable[tuple[Entry, list[str]]]:
    for amount in data["amounts"]:
        before = frozenset(phrases_of(amount.get("before", "")))
        yield Entry("amount", factor=amount["factor"], before=before), phrases_of(amount["phrases"])
    yield Entry("intensifier"), phrases_of(data["intensifiers"]["phrases"])
    for name, text in data["easings"].items():
        yield Entry("easing", name), phrases_of(text)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with the package."""
    return Vocabulary(vocabulary_data())


def vocabulary_data() -> dict[str, Any]:
    """The tables of both files."""
    room = resources.files("stillreel.motion")
    texts = (room.joinpath(name).read_text("utf-8") for name in ("vocabulary.toml", "homographs.toml"))
    return {name: table for text in texts for name, table in tomllib.loads(text).items()}
