"""What is said by the way and moves nothing: similes, adjectives of two words; and who "her" is in "make her look"."""

from __future__ import annotations

from dataclasses import replace

from stillreel.motion.clauses import Item
from stillreel.motion.vocabulary import Entry

__all__ = ["without_asides"]

_FILLER, _PERSON = Entry("filler"), Entry("person")
_SIMILE_OF = frozenset(
    (
        "a",
        "an",
        "the",
        "it",
        "its",
        "it's",
        "in",
        "on",
        "someone",
        "he",
        "she",
        "they",
        "you",
        "we",
        "i'm",
        "i",
    )
    + ("waves",)
)
_WISHES = frozenset(
    ("would", "i'd", "'d", "we'd", "you'd", "we", "i", "they", "feel", "should", "look", "looks", "seem")
)
_CALLS = frozenset(
    ("make", "let", "have", "see", "get", "help", "watch", "want", "made", "makes", "lets", "having")
)
_ASKS = frozenset(
    ("verb", "thing", "direction", "near", "amount", "person", "object", "scenery", "unknown", "product")
)


def without_asides(items: list[Item], text: str) -> list[Item]:
    """The items with asides made fillers. `text`: the cleaned prompt, for its hyphens."""
    return _similes(_two_word_adjectives(_her_who_acts(items), text))


def _similes(items: list[Item]) -> list[Item]:
    """ "Up slowly like a drone", "moving like waves on a lake": what comes after "like" is only compared to."""
    done, inside = list(items), False
    for i, item in enumerate(items):
        if item.text == "like":
            wished = i > 0 and items[i - 1].text in _WISHES
            inside = not wished and i > 0 and i + 1 < len(items) and items[i + 1].text in _SIMILE_OF
            inside = inside and items[i - 1].role not in ("mark", "filler", "keep")
        elif item.role in ("mark", "then", "and", "together", "except", "negation"):
            inside = False
        elif inside and item.role in _ASKS and item.entry.name != "handheld":
            done[i] = replace(item, role="filler", name="", entry=_FILLER)
    return done


def _two_word_adjectives(items: list[Item], text: str) -> list[Item]:
    """ "Wave-textured", "fire-red", "water-resistant": with a hyphen to a word that is not known, it is none itself."""
    done = list(items)
    for i, item in enumerate(items[:-1]):
        following = items[i + 1]
        hyphen = following.start == item.end + 1 and text[item.end] == "-"
        adjective = following.role == "unknown" or following.text.endswith("ed")
        if hyphen and adjective and item.role in ("thing", "verb", "direction", "still"):
            done[i] = replace(item, role="filler", name="", entry=_FILLER)
    return done


def _her_who_acts(items: list[Item]) -> list[Item]:
    """ "Make her look right": an object, not a possessive, before a bare verb."""
    done = list(items)
    for i in range(1, len(items) - 1):
        called = bool({*items[i - 1].text.split()} & _CALLS)
        if items[i].text == "her" and called and items[i + 1].role == "verb":
            done[i] = replace(items[i], role="person", name="", entry=_PERSON)
    return done
