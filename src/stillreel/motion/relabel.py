"""Items seen in their sentence: a word that may be a verb or a noun becomes the one it is here."""

from __future__ import annotations

from dataclasses import replace

from stillreel.motion.clauses import NOUNS, Item
from stillreel.motion.vocabulary import Entry

__all__ = ["PATHS", "TRANSPARENT", "assumed_moves", "no_place", "placed_nouns", "relabelled"]

# What may stand between two words without parting them.
TRANSPARENT = frozenset(
    (
        "amount",
        "intensifier",
        "filler",
        "determiner",
        "mood",
        "mood_adjective",
        "easing",
        "keep",
        "only",
        "quantity",
    )
)


def assumed_moves(items: list[Item]) -> list[Item]:
    """ "The camera snakes down", "we edge closer": what a camera does with a direction moves it, known or not."""
    done = list(items)
    for i, item in enumerate(items):
        verb = item.text.endswith("ing") or (item.text.endswith("s") and not item.text.endswith("ss"))
        if (
            not verb
            or item.role
            not in ("unknown", "unknown_noun", "scenery", "object", "thing", "product", "head", "filler")
            or len(item.text) < 4
        ):
            continue
        before = next(
            (one for one in reversed(items[max(i - 4, 0) : i]) if one.role not in TRANSPARENT), None
        )
        after = next((one for one in items[i + 1 : i + 5] if one.role not in TRANSPARENT), None)
        goes = after is not None and (
            after.role in ("direction", "near") or (after.text in PATHS and item.role != "filler")
        )
        if goes and before is not None and before.role == "camera":
            done[i] = replace(item, role="verb", name="move", entry=_MOVES)
    return done


# Where a camera that travels goes in: "over the roofs", "to the door".
PATHS = frozenset(("over", "to", "between", "among", "under", "beneath", "beyond"))


def relabelled(items: list[Item]) -> list[Item]:
    """The items with nouns, verbs and unknown words told apart by their neighbours."""
    return _assumed_verbs(_nouns_among_verbs(_moving_light(_unknown_subjects(items))))


def placed_nouns(items: list[Item]) -> list[bool]:
    """True for the nouns that only say where: "past the trees", "in the red dress"."""
    placed, inside = [], False
    for i, item in enumerate(items):
        if item.role == "place":
            inside = item.text.split()[-1] in _AT
        elif (item.role == "preposition" and not no_place(items, i)) or (
            item.role in ("direction", "near") and item.name in _PREPOSITIONAL
        ):
            inside = True
        elif item.text == "of" and i and items[i - 1].role in NOUNS and items[i - 1].role != "camera":
            inside = True  # "the hair of the girl"
        elif item.role == "camera" and _begins_anew(items[max(i - 3, 0) : i]):
            inside = False
        elif item.text in ("with", "having") and i and items[i - 1].role in (*NOUNS, "direction", "near"):
            inside = True  # "a woman with long hair", "slide left with the bottle in front"
        elif item.text in ("so", "see"):  # "goes up so we see his hair moving"
            inside = False
        elif item.role in ("verb", "negation", "keep", "still", "except", "only"):
            inside = (
                item.role == "verb" and " " in item.text and item.text.split()[-1] in _TO
            )  # "fly over the field"
        placed.append(inside and item.role in NOUNS)
    return placed


def _begins_anew(before: list[Item]) -> bool:
    """ "From our holiday and I want the camera to ..."."""
    return "and" in [one.role for one in before[-2:]] or any(
        one.text in ("want", "need", "let", "have", "make", "like") for one in before
    )


def no_place(items: list[Item], at: int) -> bool:
    """ "I'd love to see the waves", "I'd like the waves to roll"."""
    if items[at].text == "like":
        return at > 0 and items[at - 1].role == "filler"
    return items[at].text == "to" and at + 1 < len(items) and items[at + 1].role in ("filler", "verb", "keep")


_AT = frozenset(
    ("in", "on", "at", "of", "over", "against", "from", "above", "under", "around", "behind", "between")
)
_TO = frozenset(("over", "through", "toward", "towards", "into", "past", "around", "along", "across"))
_PREPOSITIONAL = frozenset(["in", "out", "along", "around", "side", "camera", "away", "up", "down"])


def _nouns_among_verbs(items: list[Item]) -> list[Item]:
    """ "Waves roll", "rolling waves": a word of movement beside a verb, with no doer of its own, is the doer."""
    done = list(items)
    verbs = [i for i, item in enumerate(done) if item.role == "verb"]
    for i in verbs:
        kind = done[i].entry.senses.get("alone")
        if kind in (None, "impossible", "rotate", "head_turn") or done[i].text.endswith(("ing", "ed")):
            continue
        if _follows_preposition(done, i):  # "on the waves"
            done[i] = replace(done[i], role="thing", name=kind)
            continue
        before = done[max((v for v in verbs if v < i), default=-1) + 1 : i]
        owned = any(
            item.role in NOUNS and item.name != kind for item in before
        )  # "ocean waves" own themselves
        if not owned and any(
            _touch(done, i, other) for other in verbs if other != i and done[other].role == "verb"
        ):
            done[i] = replace(done[i], role="thing", name=kind)
    return done


def _moving_light(items: list[Item]) -> list[Item]:
    """ "Studio light" is a mood; "studio light sweeps across" is light that moves."""
    done = list(items)
    for i, item in enumerate(items):
        following = next((one for one in items[i + 1 :] if one.role not in TRANSPARENT), None)
        moved = following is not None and following.role == "verb" and following.entry.senses.get("thing")
        if (
            item.role == "mood"
            and moved
            and item.text.split()[-1] in ("light", "lighting", "sunlight", "backlight")
        ):
            done[i] = replace(item, role="thing", name="light")
    return done


def _follows_preposition(items: list[Item], at: int) -> bool:
    before = [item for item in items[:at] if item.role not in ("determiner", "amount", "mood_adjective")]
    return bool(before) and before[-1].role == "preposition" and before[-1].text != "to"  # "to shimmer"


def _assumed_verbs(items: list[Item]) -> list[Item]:
    """A word in -ing, or in -s after one thing, that is not known and follows a thing, is taken for its movement."""
    done = list(items)
    for i, item in enumerate(done):
        if item.role != "unknown" or i == 0 or done[i - 1].role != "thing" or len(item.text) < 5:
            continue
        singular = not done[i - 1].text.endswith("s")
        if item.text.endswith("ing") or (
            singular and item.text.endswith("s") and not item.text.endswith("ss")
        ):
            done[i] = replace(item, role="verb", name="assumed", entry=_ASSUMED)
    return done


_MOVES = Entry("verb", "move", {"camera": "move"})
_ASSUMED = Entry("verb", "assumed", {"thing": True})


def _touch(items: list[Item], one: int, other: int) -> bool:
    between = items[min(one, other) + 1 : max(one, other)]
    moves = items[other].entry.senses.get("thing")
    return bool(moves) and all(item.role in TRANSPARENT or item.role == "keep" for item in between)


def _unknown_subjects(items: list[Item]) -> list[Item]:
    """An unknown word before a verb, with an article or a verb in -s, is somebody who does it."""
    done = list(items)
    for i, item in enumerate(items[:-1]):
        following = items[i + 1]
        if item.role == "unknown" and following.role == "verb" and not (i and items[i - 1].role == "camera"):
            articles = {one.text for one in items[max(i - 2, 0) : i] if one.role == "determiner"}
            finite = following.text.endswith(
                ("s", "ing", "ed")
            )  # "a nervous handheld camera" has an adjective
            of_thing = i > 0 and items[i - 1].role == "thing"  # "water beads sliding down"
            if following.is_third_person or of_thing or (articles and (finite or not articles & {"a", "an"})):
                done[i] = replace(item, role="unknown_noun")
    return done
