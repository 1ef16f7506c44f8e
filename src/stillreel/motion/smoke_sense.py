"""Where a clause's smoke is: steam rises from what is named, fog lies over land or water, smoke may fill a room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from stillreel.motion.asked import AskedMotion
from stillreel.motion.clauses import Item
from stillreel.motion.plan import FOGGY
from stillreel.motion.vocabulary import Vocabulary, phrases_of
from stillreel.motion.words import base_forms, tokenise

__all__ = ["smoke_placed", "smoke_region"]

_SPREADING = frozenset(("across", "over", "through", "between", "among", "along", "around", "inside", "within", "past"))


def smoke_placed(items: Sequence[Item], motions: list[AskedMotion], words: Vocabulary) -> list[AskedMotion]:
    """The motions with their smoke in its region; what lies on no wide one rises."""
    if not any(one.kind == "smoke" for one in motions):
        return motions
    region = smoke_region(items, words)
    rises = None if region in FOGGY else "up"
    return [
        replace(one, region=region, leaning=one.leaning or rises) if one.kind == "smoke" else one for one in motions
    ]


def smoke_region(items: Sequence[Item], words: Vocabulary) -> str:
    """A region of the plan, before the scene is known."""
    said, lists = _said(items), _lists(words)
    water = any(item.role == "thing" and item.name == "water" for item in items)
    if said & lists["fog"]:
        return "water" if water else "ground" if said & lists["ground"] else "whole"
    if said & lists["breath"] or any(item.role in ("mouth", "person") for item in items):
        return "mouth"
    if water and not any(item.role in ("product", "unknown_noun") for item in items):
        return "water"
    wide = said & lists["fill"] or (said & _SPREADING and not said & {"from", "off"} and _scenery(items))
    return "whole" if wide else "subject"


def _scenery(items: Sequence[Item]) -> bool:
    return any(item.role == "scenery" or (item.role == "thing" and item.name == "foliage") for item in items)


def _said(items: Sequence[Item]) -> set[str]:
    tokens = [token.text for item in items for token in tokenise(item.text) if token.kind == "word"]
    return {form for token in tokens for form in base_forms(token)}


@lru_cache(maxsize=2)
def _lists(words: Vocabulary) -> Mapping[str, frozenset[str]]:
    return {name: frozenset(phrases_of(text)) for name, text in words.smoke.items()}
