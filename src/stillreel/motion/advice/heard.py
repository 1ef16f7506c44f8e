"""A prompt as the grammar hears it, clause by clause, with the place of each clause in the text.

The steps are those of `stillreel.motion.grammar.read_prompt`, stopped before times are shared out; a test holds that
both come to the same plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stillreel.motion.advice.lexicon import Match
from stillreel.motion.asides import without_asides
from stillreel.motion.asked import Asked
from stillreel.motion.clause_sense import Context, read_clause
from stillreel.motion.clauses import Clause, Item, cut, tag
from stillreel.motion.grammar import Reading, read_prompt
from stillreel.motion.homographs import settled
from stillreel.motion.labels import without_labels
from stillreel.motion.purposes import without_purposes
from stillreel.motion.relabel import assumed_moves
from stillreel.motion.vocabulary import vocabulary
from stillreel.motion.words import Token, clean, tokenise

__all__ = ["MOST_WORDS_READ", "Heard", "Part", "hear"]

MOST_WORDS_READ = 500


@dataclass(frozen=True)
class Part:
    """One clause: its items and words, and what it asks for."""

    clause: Clause
    asked: Asked
    start: int  # characters of the cleaned text
    end: int
    text: str

    @property
    def items(self) -> list[Item]:
        return self.clause.items

    @property
    def denied(self) -> bool:
        return self.clause.denied or any(item.role == "negation" for item in self.items)

    @property
    def moves_something(self) -> bool:
        return bool(self.asked.moves or self.asked.motions or self.asked.wind)


@dataclass(frozen=True)
class Heard:
    """The prompt, the grammar's reading of it, its clauses in order of time, and all its words."""

    text: str  # cleaned
    seconds: float
    reading: Reading
    parts: tuple[Part, ...]
    tokens: tuple[Token, ...]
    quiet: frozenset[int] = frozenset()  # where items start that the grammar found to be said by the way

    @property
    def words(self) -> list[str]:
        return [token.text for token in self.tokens if token.kind == "word"]

    @property
    def asks_nothing(self) -> bool:
        """Neither a move nor a motion, nor a camera that stands still."""
        plan = self.reading.plan
        return not plan.motions and not plan.camera

    def said(self, matches: Iterable[Match]) -> tuple[str, ...]:
        """The matches as they are written, each once."""
        return tuple(dict.fromkeys(self.text[match.start : match.end] for match in matches))

    def part_at(self, place: int) -> Part | None:
        """The clause around a character of the text."""
        return next((part for part in self.parts if part.start <= place < part.end), None)


def hear(prompt: str, seconds: float) -> Heard:
    """Raises PlanError `prompt.too_long` over 2,000 characters."""
    reading = read_prompt(prompt, seconds)
    words, text = vocabulary(), clean(prompt)
    items, _ = tag(text, words)
    told = settled(without_asides(without_purposes(without_labels(items, words)), text), words)
    by_the_way = {item.start for item in told if item.role == "filler"}
    quiet = frozenset(item.start for item in items if item.role != "filler" and item.start in by_the_way)
    context, parts = Context(), []
    for clause in cut(assumed_moves(told)):
        asked = read_clause(clause, context, words, text)
        start, end = min(item.start for item in clause.items), max(item.end for item in clause.items)
        parts.append(Part(clause, asked, start, end, text[start:end]))
    tokens = tuple(tokenise(text)[:MOST_WORDS_READ])
    return Heard(text, seconds, reading, tuple(parts), tokens, quiet)
