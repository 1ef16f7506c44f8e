"""What is said by the way and moves nothing: similes, adjectives of two words, names of framings ("overhead shot"),
sharpness that shifts; and who "her" is in "make her look"."""

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
_FRAMINGS = frozenset(("shot", "view", "pov", "perspective", "framing", "frame", "viewpoint"))
_SHARPNESS = frozenset(("focus", "the focus", "focal plane", "sharpness"))
_ASKS = frozenset(
    ("verb", "thing", "direction", "near", "amount", "person", "object", "scenery", "unknown", "product")
)


def without_asides(items: list[Item], text: str) -> list[Item]:
    """The items with asides made fillers. `text`: the cleaned prompt, for its hyphens."""
    told = _similes(_two_word_adjectives(_her_who_acts(items), text))
    return [replace(item, role="filler", name="", entry=_FILLER) if _beside_the_point(told, i) else item
            for i, item in enumerate(told)]  # fmt: skip


def _beside_the_point(items: list[Item], at: int) -> bool:
    item = items[at]
    before = items[at - 1] if at else None
    following = items[at + 1] if at + 1 < len(items) else None
    if item.role == "direction":  # "overhead shot", unless a move leads to it: "zoom to a wide shot"
        return following is not None and following.text in _FRAMINGS and not _moves_before(items, at)
    if item.text == "stop":  # "then stop and zoom in"
        return following is None or following.role in (
            "mark",
            "and",
            "then",
            "preposition",
            "place",
            "end",
            "when",
        )
    if before is None:
        return False
    if item.role == "person":  # "the camera she goes up"
        return before.role == "camera" and item.text in ("she", "he", "they")
    if item.role == "only":  # "turn her head just a bit"
        return item.text == "just" and before.role != "mark" and following is not None and (
            following.role in ("amount", "quantity") or following.text in ("a", "enough"))  # fmt: skip
    return item.role == "verb" and before.text in _SHARPNESS  # "focus shifts to the letter"


def _moves_before(items: list[Item], at: int) -> bool:
    for item in reversed(items[:at]):
        if item.role == "mark":
            return False
        if item.role == "then" or "camera" in item.entry.senses:
            return True
    return False


def _similes(items: list[Item]) -> list[Item]:
    """ "Up slowly like a drone", "moving like waves on a lake": what comes after "like" is only compared to."""
    done, inside = list(items), False
    for i, item in enumerate(items):
        if item.text == "like":
            wished = i > 0 and items[i - 1].text in _WISHES
            inside = not wished and i > 0 and i + 1 < len(items) and items[i + 1].text in _SIMILE_OF
            inside = inside and items[i - 1].role not in ("mark", "filler", "keep")
            inside = inside and all(
                one.role != "camera" for one in items[i + 1 : i + 3]
            )  # "like the camera is moving"
        elif item.role in ("mark", "then", "and", "together", "except", "negation"):
            inside = False
        elif inside and item.role in _ASKS and item.entry.name != "handheld":
            done[i] = replace(item, role="filler", name="", entry=_FILLER)
    return done


def _two_word_adjectives(items: list[Item], text: str) -> list[Item]:
    """ "Wave-textured", "fire-red", "pull-out sofa": with a hyphen to a word that is not known, or inside and before a
    thing for sale, it is no move or thing itself."""
    done = list(items)
    for i, item in enumerate(items[:-1]):
        following = items[i + 1]
        hyphen = following.start == item.end + 1 and text[item.end] == "-"
        adjective = following.role == "unknown" or following.text.endswith("ed")
        sold = "-" in text[item.start : following.start] and [
            one.role for one in items[i + 1 : i + 3] if one.role not in ("preposition", "direction", "near")
        ][:1] in (
            ["product"],
            ["thing"],
            ["object"],
            *([["unknown"]] if following.role == "preposition" else []),
        )
        inside = item.role == "verb" and (following.role in ("product", "thing", "object") or hyphen) and sold
        if inside or (hyphen and adjective and item.role in ("thing", "verb", "direction", "still")):
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
