"""Headings in a prompt: `Camera: slow pan left. Subject: a woman. Audio: waves. Negative: blur.`

What stands under a heading of sound or of words to avoid asks for nothing; under one of style it is mood; under one of
the scene a word of movement is not the camera's. Any other known noun before a colon is the subject of what follows.
"""

from __future__ import annotations

from dataclasses import replace

from stillreel.motion.clauses import NOUNS, Item
from stillreel.motion.vocabulary import Entry, Vocabulary

__all__ = ["without_labels"]

_COLONS = (":", "=")
_LONGEST, _LONGEST_FOR = 3, 6  # items of a heading
_FOR = ("for", "re", "to")
_MEDIA = frozenset(("reel", "video", "ad", "advert", "post", "story", "campaign", "commercial", "header", "banner"))
_CAMERA = Entry("camera")
_FILLER, _STILL = Entry("filler"), Entry("still")


def without_labels(items: list[Item], words: Vocabulary) -> list[Item]:
    """The items with headings applied and taken out."""
    done: list[Item] = []
    scope = ""
    place = 0
    while place < len(items):
        size = _heading(items, place)
        if size:
            named = " ".join(item.text for item in items[place : place + size])
            scope = _kind(named, words)
            place = _after_heading(items, place, size, scope, done, words)
            scope = "" if scope == "camera" else scope
            continue
        item = items[place]
        if item.role == "mark" and item.text in ".\n;)]}!?•":
            scope = scope if _goes_on(scope, item) else ""
        done.append(_seen(item, scope))
        place += 1
    return done


def _heading(items: list[Item], at: int) -> int:
    """How many items the heading at `at` has; 0 where none stands."""
    if at and items[at - 1].role not in ("mark", "number", "and"):
        return 0
    longest = _LONGEST_FOR if items[at].text in _FOR else _LONGEST
    for size in range(1, longest + 1):
        end = at + size
        if end >= len(items) or items[end - 1].role in ("mark", "number", "when", "quantity"):
            return 0
        mark = items[end]
        dash = mark.text == "-" and size == 1 and items[at].role in NOUNS and _short(items, end + 1)
        if mark.role == "mark" and (mark.text in _COLONS or dash):
            return size
    return 0


def _short(items: list[Item], at: int) -> bool:
    """One or two items up to the next mark: "hair - moving"."""
    run = 0
    while at + run < len(items) and items[at + run].role != "mark":
        run += 1
    return 1 <= run <= 2


def _kind(named: str, words: Vocabulary) -> str:
    for kind, names in words.looks.labels.items():
        if named in names and kind not in ("yes", "no"):
            return kind
    return ""


def _after_heading(
    items: list[Item], at: int, size: int, scope: str, done: list[Item], words: Vocabulary
) -> int:
    """Put the heading's own words where they count, answer yes and no; the place to read on from."""
    after = at + size + 1
    head = items[at : at + size]
    if (head[0].text in _FOR and len(head) > 1) or head[-1].text.split()[-1] in _MEDIA:
        scope = "for"
    if scope == "camera":
        head = [replace(head[0], role="camera", name="", entry=_CAMERA)]
    elif scope:  # "for": who the clip is for
        # the mark stays, to part what follows from what came before
        done.append(replace(items[at + size], text=".", role="mark"))
        return after
    noun = head[-1]
    answer = items[after] if after < len(items) else None
    last = after + 1 >= len(items) or items[after + 1].role == "mark"
    if noun.role == "camera" or noun.role in NOUNS:
        if answer is not None and last and answer.text in words.looks.labels["no"]:
            done += [*head, replace(answer, role="still", name="", entry=_STILL)]
            return after + 1
        if answer is not None and answer.text in words.looks.labels["yes"] and answer.role != "verb":
            done += head
            return after + 1
        done += head  # the colon goes: the heading is the subject
        return after
    if (
        noun.role == "verb"
        and answer is not None
        and last
        and answer.text in (*words.looks.labels["no"], "0")
    ):
        done += [replace(answer, role="negation", name="", entry=Entry("negation")), *head]  # "Zoom: none"
        return after + 1
    if noun.role == "verb" and after < len(items) and items[after].role in ("direction", "near"):
        done += head
        return after
    done += [*head, items[at + size]]
    return after


def _goes_on(scope: str, mark: Item) -> bool:
    """What is not to be heard or seen goes on to the end of its list."""
    return scope in ("silent", "denied") and mark.text == ";"


def _seen(item: Item, scope: str) -> Item:
    """The item as it counts under a heading."""
    if not scope or item.role == "mark":
        return item
    if scope in ("silent", "denied"):
        return replace(item, role="filler", name="", entry=_FILLER)
    moves = item.role == "verb" and "camera" in item.entry.senses
    if scope == "look":
        asks = item.role in ("verb", "wind", "thing", "direction", "near") and item.entry.name != "handheld"
        return replace(item, role="filler", name="", entry=_FILLER) if asks else item
    if scope == "light":
        return (
            replace(item, role="filler", name="", entry=_FILLER)
            if moves and "thing" not in item.entry.senses
            else item
        )
    if moves and "thing" not in item.entry.senses and not {"person", "head"} & set(item.entry.senses):
        return replace(item, role="filler", name="", entry=_FILLER)
    return item
