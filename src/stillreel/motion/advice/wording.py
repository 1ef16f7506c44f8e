"""Prompts that name no motion, and words that move nothing: vague, descriptive, negative, foreign, long, of quality."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from stillreel.motion.advice.heard import Heard
from stillreel.motion.advice.lexicon import Match, lexicon, quoted
from stillreel.motion.advice.values import Remark

__all__ = ["LONG", "TOO_LONG", "foreign_language", "language_remark", "wording"]

LONG, TOO_LONG = 60, 100  # words: a plan of three or four things takes about forty
_FOREIGN_SHARE = 0.18  # of the words that belong to another language, to call it that
_LATIN_SHARE = 0.7  # of the letters

_LOOKS = re.compile(
    r"\b(?:make|let|have)\b[^.,;]{1,40}\blooks?\s+(?!at\b|left|right|up\b|down\b|to\b|toward|into|away|back|around|over)",
    re.I,
)
_EXAMPLE = "Slow push in, her hair moves gently, the background stays still."
_NAME_A_MOTION = f"Say what the camera does and what moves, such as '{_EXAMPLE}'"


def wording(heard: Heard, deeds: bool) -> Iterator[Remark]:
    """Remarks on the words. `deeds`: something that a model might do, though not this one, was asked for."""
    if not heard.words:
        yield Remark("prompt.empty", "info", (), "The prompt is empty; the scene decides.", _NAME_A_MOTION)
        return
    quality = lexicon().quality.found(heard.tokens)
    if heard.asks_nothing and not deeds:
        yield _nothing_named(heard, quality)
    elif quality:
        yield Remark(
            "prompt.quality_words", "info", heard.said(quality),
            f"{quoted(heard.said(quality))}: words of quality or of lenses move nothing.",
            "Leave them out; the photo brings its own quality.",
        )  # fmt: skip
    if not heard.asks_nothing and not deeds and _looks(heard):
        yield Remark(
            "prompt.vague",
            "warn",
            (heard.text.strip()[:80],),
            "How it shall look is no motion.",
            _NAME_A_MOTION,
        )
    if not heard.asks_nothing and not deeds and _only_denies(heard):
        yield _negative(heard)
    yield from _length(heard)
    vague = tuple(part.text for part in heard.parts if part.asked.vague and not part.moves_something)
    if vague and not heard.asks_nothing:
        text = f"{quoted(vague)} moves nothing; what else the prompt says is planned."
        yield Remark("prompt.vague", "info", vague, text, "Leave it out.")
    unknown = heard.reading.plan.words.unknown
    if unknown and not heard.asks_nothing:
        yield Remark(
            "prompt.unknown", "info", unknown, f"Not understood: {quoted(unknown)}.",
            "Nothing is planned for these words; say it with a word of docs/reference/prompts.md, or leave them out.",
        )  # fmt: skip


def _nothing_named(heard: Heard, quality: list[Match]) -> Remark:
    """Why a prompt that asks for nothing does so."""
    words = lexicon()
    if _only_denies(heard):
        return _negative(heard)
    content = [word for word in heard.words if word not in lexicon().small["empty"]]
    covered = sum(match.last - match.first + 1 for match in quality)
    wished = bool(words.vague.found(heard.tokens)) and not _sentence_of_a_photo(heard)
    wished = wished or bool(words.wishes.found(heard.tokens) and len(content) - covered <= 4 and not quality)
    wished = wished or heard.words[0] in lexicon().small["commands"]
    listed = heard.said(quality)
    if quality and (covered >= 0.4 * max(1, len(content)) or len(quality) >= 3) and not _imperative(heard):
        text = f"Only a description and words of quality ({quoted(listed)}): made for generators of pictures."
        return Remark("prompt.quality_words", "warn", listed, text, _NAME_A_MOTION)
    if wished:
        found = heard.said(words.wishes.found(heard.tokens)) or (heard.text.strip()[:80],)
        text = "A wish without a motion: it says neither what the camera does nor what moves."
        return Remark("prompt.vague", "warn", found, text, _NAME_A_MOTION)
    text = "It tells what the photo shows, which the photo does itself; no move or motion is understood."
    return Remark("prompt.describes_photo", "warn", (heard.text.strip()[:80],), text, _NAME_A_MOTION)


def _looks(heard: Heard) -> bool:
    """ "Make our product look irresistible", which the grammar takes for a turned head."""
    plan = heard.reading.plan
    heads = bool(plan.motions) and all(
        motion.kind == "head_turn" and not motion.direction for motion in plan.motions
    )
    return heads and not plan.camera and _LOOKS.search(heard.text) is not None


def _imperative(heard: Heard) -> bool:
    return any(word in lexicon().small["commands"] for word in heard.words[:4])


def _sentence_of_a_photo(heard: Heard) -> bool:
    """ "This is a video ..." and the like aside: begins as a description does and commands nothing."""
    first = heard.words[0]
    return first in lexicon().small["openers"] and not any(
        word in lexicon().small["commands"] for word in heard.words
    )


def _only_denies(heard: Heard) -> bool:
    """Every clause that asks for anything at all denies something, and nothing is to move."""
    if any(part.moves_something for part in heard.parts) or not lexicon().negation.found(heard.tokens):
        return False
    plan = heard.reading.plan
    if plan.motions or not plan.is_static:
        return False
    told = [part for part in heard.parts if part.clause.roles - _IDLE]
    positive = [part for part in told if not part.denied and not _listed_denial(heard, part.start)]
    return bool(told) and not any(part.asked.static or part.asked.hold for part in positive) and (
        len(positive) <= 0.34 * len(told)
    )  # fmt: skip


def _listed_denial(heard: Heard, start: int) -> bool:
    """ "No blur, distortion, extra fingers": a list that a negation opened and no full stop closed."""
    before = heard.text[:start].rsplit(".", 1)[-1].lower().split()
    return any(word.strip(",;:") in lexicon().small["deny"] for word in before)


def _negative(heard: Heard) -> Remark:
    return Remark(
        "prompt.only_negative", "warn", (heard.text.strip()[:80],),
        "It only says what shall not happen.", f"{_NAME_A_MOTION} What is not named stays as it is.",
    )  # fmt: skip


def _length(heard: Heard) -> Iterator[Remark]:
    count = len(heard.words)
    if count <= LONG:
        return
    severity = "warn" if count > TOO_LONG else "info"
    asked = len(heard.reading.plan.camera) + len(heard.reading.plan.motions)
    yield Remark(
        "prompt.too_long", severity, (), f"{count} words name {asked} moves and motions.",
        "Forty words do: one camera move, one or two motions, what stays still, the mood.",
    )  # fmt: skip


# -- other languages ----------------------------------------------------------------------------------------------
def language_remark(heard: Heard) -> Remark | None:
    """A remark where the prompt is not English; little else can be said of it then."""
    name = foreign_language(heard)
    if name is None:
        return None
    understood = "Nothing of it is understood." if heard.asks_nothing else "Only part of it is understood."
    return Remark(
        "prompt.language", "bad" if heard.asks_nothing else "warn", (heard.text.strip()[:80],),
        f"The prompt seems to be {name}; the grammar reads English. {understood}", "Write it in English.",
    )  # fmt: skip


def foreign_language(heard: Heard) -> str | None:
    """The language, or "in another script"; None for English."""
    letters = [c for c in heard.text if c.isalpha()]
    latin = sum("LATIN" in unicodedata.name(c, "") for c in letters[:500])
    if letters and latin < _LATIN_SHARE * min(len(letters), 500):
        return "in another script"
    words = heard.words
    if len(words) < 3:
        return None
    english = sum(word in lexicon().small["english"] for word in words)
    counts = {name: sum(word in known for word in words) for name, known in lexicon().languages.items()}
    best = max(counts, key=lambda name: counts[name])
    least = max(2, _FOREIGN_SHARE * len(words))
    return best if counts[best] >= least and counts[best] > english else None


_IDLE = frozenset(
    [
        "filler",
        "determiner",
        "mark",
        "and",
        "or",
        "preposition",
        "pronoun",
        "intensifier",
        "negation",
        "together",
    ]
)
