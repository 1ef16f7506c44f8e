"""Directions: what one means beside its neighbours, and which of those beside a camera's verb steer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stillreel.motion.clauses import Item
from stillreel.motion.vocabulary import Entry, Looks

__all__ = ["way_meant", "ways"]

# Prepositions with a goal: "towards the door" is a way in where the camera travels, and only a goal where it turns.
_GOALS = frozenset(
    (
        "toward",
        "towards",
        "toward her",
        "toward him",
        "toward it",
        "into",
        "through",
        "closer to",
        "onto",
        "on to",
    )
)
_PURPOSE = "to reveal"
_TRAVELS = frozenset(
    ("move", "push", "pull", "dolly", "fly", "sweep", "walk", "truck", "zoom", "ken_burns", "hover")
)
_OPENS = frozenset(("move", "zoom", "pull", "dolly"))  # what opens up "to reveal"
_VAGUE = frozenset(("along", "side"))  # "glides left past the house" goes left


def ways(family_name: str, family: Mapping[str, str], heard: list[Item], says: str | None) -> list[int]:
    """Places in `heard` (in order of speech) that steer a move of `family`; `says` is the verb's own direction."""
    found = [i for i, item in enumerate(heard) if item.name in family]
    goals = [i for i in found if heard[i].text in _GOALS or heard[i].text == _PURPOSE]
    vague = [i for i in found if heard[i].name in _VAGUE]
    told = [i for i in found if i not in goals and i not in vague]
    if told or says:
        return told
    if family_name == "pull":  # "pull through the corridor"
        goals = [i for i in goals if heard[i].text != "through"]
    return [i for i in goals if family_name in (_OPENS if heard[i].text == _PURPOSE else _TRAVELS)] or vague


_REACH = 12  # items; a bound keeps hostile prompts cheap
_RIGHT_AT = frozenset(("before", "in front of", "behind", "at", "here", "there", "now", "next to", "after"))
_SIDES = ("left", "right", "up", "down")
_NAMED = frozenset(("preposition", "direction", "thing", "scenery", "object", "product"))


def way_meant(items: list[Item], at: int, looks: Looks) -> Item:
    """The direction at `at` as its neighbours have it: another way, or none (a filler)."""
    item, following = items[at], items[at + 1] if at + 1 < len(items) else None
    sided = following is not None and following.role == "direction" and following.name in _SIDES
    again = sided and (item.text == "away" or (item.role == "near" and item.text == "back"))
    back = (
        item.text in ("up", "down") and at > 0 and items[at - 1].text == "back"
    )  # "dolly back up the aisle"
    before = items[at - 1].role if at else ""
    level = item.text in ("low", "high") and (
        before != "verb" or (following is not None and following.role in _NAMED)
    )
    returns = (
        item.text in ("back", "away", "away from")
        and before == "direction"
        and items[at - 1].name in _SIDES[:2]
    )
    exactly = item.text == "right" and following is not None and following.text in _RIGHT_AT
    if (
        again or returns or exactly or level or (back and _leads_along(items, at, looks))
    ):  # "slides away to the left", "then right back again", "fly low over the water"
        return replace(item, role="filler", name="", entry=Entry("filler"))
    if item.text == "in" and _medium(items, at):
        return replace(item, role="preposition", name="", entry=Entry("preposition"))  # "moving in the wind"
    if item.role == "direction" and item.text in ("up", "down") and _leads_along(items, at, looks):
        return replace(item, name="in" if _travels(items, at) else "along")
    return item


def _medium(items: list[Item], at: int) -> bool:
    """ "Moving in the wind", "glides in a slow arc": not what it goes into."""
    after = [
        item
        for item in items[at + 1 : at + 5]
        if item.role not in ("amount", "mood_adjective", "intensifier")
    ]
    if not after or after[0].role not in ("determiner", "wind"):
        return False
    return "wind" in [item.role for item in after[:2]] or "verb" in [item.role for item in after[1:2]]


def _leads_along(items: list[Item], at: int, looks: Looks) -> bool:
    """ "Down the corridor" goes along it."""
    place = at + 1
    while place < len(items) and items[place].role in ("determiner", "mood_adjective", "amount", "mood"):
        place += 1
    there = items[place] if place < len(items) else None
    return place > at + 1 and there is not None and bool(_heads(there) & looks.ways)


def _heads(item: Item) -> set[str]:
    last = item.text.split(" ")[-1]
    return {last, last.removesuffix("s")}


def _travels(items: list[Item], at: int) -> bool:
    for item in reversed(items[max(at - _REACH, 0) : at]):
        if item.role in ("mark", "then", "together", "first"):
            return False
        if item.role == "verb":
            return item.entry.senses.get("camera") in ("move", "fly", "dolly", "truck", "push", None)
    return False
