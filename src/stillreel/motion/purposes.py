"""What a move is for, and what is not to stop: "until you see his eyes", "so you get to see the whole coast",
"stopping just short", "something that stops the scroll". None of it moves or stills anything itself."""

from __future__ import annotations

from dataclasses import replace

from stillreel.motion.clauses import Item
from stillreel.motion.vocabulary import Entry

__all__ = ["without_purposes"]

_REACH = 12  # items; a bound keeps hostile prompts cheap
_FILLER = Entry("filler")
_UNTIL = frozenset(("till", "until", "til", "'til", "so", "so that", "that"))
_VIEWERS = frozenset(
    ("you", "we", "i", "people", "everyone", "everybody", "shoppers", "viewers", "customers", "one")
)
_SEES = frozenset(
    ("see", "sees", "read", "reads", "recognise", "recognize", "notice", "get", "only", "just", "can")
)
_ENDS = frozenset(("mark", "and", "then", "together", "before", "after"))
_STOPS = frozenset(("stop", "stops", "stopping", "stopped"))
_PAUSES = frozenset(("just", "short", "right", "briefly", "for", "when", "once", "there", "dead", "a"))
_WHICH = frozenset(("that", "which", "to", "will", "who"))
_SHORT = frozenset(("amount", "determiner"))


def without_purposes(items: list[Item]) -> list[Item]:
    """The items with purposes, and stops that are no denial, made fillers."""
    done, inside, denied = list(items), False, False
    for i, item in enumerate(items):
        if item.role in _ENDS:
            inside = denied = False
        elif item.text in _UNTIL and _viewed(items, i):
            inside = True
        elif item.role == "negation" and item.text in _STOPS:
            denied = denied or (i > 0 and items[i - 1].text in _WHICH and i > 1)
            inside = inside or denied
            if _pauses(items, i):
                done[i] = _quiet(item)
        if inside:
            done[i] = _quiet(item)
    return done


def _viewed(items: list[Item], at: int) -> bool:
    """ "Until you just see ...", not "so the camera rises", nor "so we see him breathing"."""
    after = items[at + 1 : at + 4]
    if len(after) < 2 or after[0].text not in _VIEWERS or not any(one.text in _SEES for one in after[1:]):
        return False
    end = next(
        (i for i in range(at + 1, min(at + _REACH, len(items))) if items[i].role in _ENDS), at + _REACH
    )
    return not any(one.role == "verb" and one.text.endswith("ing") for one in items[at + 1 : end])


def _pauses(items: list[Item], at: int) -> bool:
    """ "A short stop", "stopping just short of the door": a pause, and nothing is denied by it."""
    after = items[at + 1] if at + 1 < len(items) else None
    short = at > 0 and items[at - 1].role in _SHORT
    return short or after is None or after.role in ("mark", "when") or after.text.split()[0] in _PAUSES


def _quiet(item: Item) -> Item:
    return replace(item, role="filler", name="", entry=_FILLER)
