"""Words of movement that are something else here: "pan full of rice", "rolling hills", "a sea of clouds".

A tagged phrase keeps its place and characters; only what it counts as changes. The tests are of neighbours, in the
manner of a part-of-speech tagger's rules (Brill 1992), each for a whole family of words.
"""

from __future__ import annotations

from dataclasses import replace

from stillreel.motion.clauses import NOUNS, Item
from stillreel.motion.vocabulary import Entry, Looks, Vocabulary
from stillreel.motion.whither import way_meant

__all__ = ["settled"]

_REACH = 12  # items; a bound keeps hostile prompts cheap
_FILLER, _SCENERY = Entry("filler"), Entry("scenery")
_ENDS = frozenset(
    ("mark", "then", "first", "before", "after", "together", "and", "or", "except", "when", "end")
)
_HOW = frozenset(("amount", "intensifier", "easing", "mood_adjective", "mood"))
_WHITHER = frozenset(("direction", "near", "quantity", "easing", "amount"))
_PATHS = frozenset(
    ("across", "around", "along", "over", "through", "past", "to", "toward", "towards")
    + ("from", "into", "onto", "between", "up", "down", "for", "until")
)
_BASE_ADJECTIVES = frozenset(
    ("dim", "clear", "open", "close", "dance", "wave", "crash", "motion", "wash", "swing")
)
_NAMED = ("unknown", "product", "object", "scenery", "hand", "mood_head")
_GENERAL = frozenset(
    ("move", "sweep", "rush", "fly", "creep", "push")
)  # "a sweeping crane shot": the crane's manner
_OWN = frozenset(("zoom", "pan", "dolly", "dolly zoom", "orbit", "truck", "handheld", "ken burns"))


def settled(items: list[Item], words: Vocabulary) -> list[Item]:
    """The items with every word of movement that is none here made a noun or a filler."""
    done = list(items)
    for i in range(len(done)):
        if (
            _figure(done, i, words.looks)
            or (
                done[i].text == "winds" and i > 0 and done[i - 1].role in ("scenery", "unknown")
            )  # the road winds
            or (
                done[i].role == "verb"
                and (_inside_a_noun(done, i) or _agent(done[i], words) or _told_twice(done, i))
            )
        ):
            done[i] = replace(done[i], role="filler", name="", entry=_FILLER)
        elif _plural_doer(done, i):
            done[i] = replace(done[i], role="unknown_noun", name="", entry=Entry("unknown_noun"))
        elif done[i].role in ("direction", "near"):
            done[i] = way_meant(done, i, words.looks)
        elif (
            done[i].text in words.looks.storms and _at(done, i + 1) is not None and done[i + 1].role == "verb"
        ):
            done[i] = replace(done[i], role="wind", entry=Entry("wind"))
        elif _adjunct(done, i):
            done[i] = replace(done[i], role="scenery", name="", entry=_SCENERY)
        elif done[i].role == "verb" and _is_look(done, i, words.looks):
            kind = done[i].entry.senses.get("alone")
            if kind in words.kind_regions:  # "a wave breaks"
                done[i] = replace(done[i], role="thing", name=kind, entry=Entry("thing", kind))
            else:
                done[i] = replace(done[i], role="scenery", name="", entry=_SCENERY)
    return done


def _at(items: list[Item], place: int) -> Item | None:
    return items[place] if 0 <= place < len(items) else None


def _told_twice(items: list[Item], at: int) -> bool:
    """ "The zoom is going in": a move that itself moves."""
    before = [item for item in items[max(at - 4, 0) : at] if item.role not in ("amount", "keep", "filler")][
        -2:
    ]
    return (
        items[at].entry.name == "move"
        and [item.role for item in before] == ["determiner", "verb"]
        and before[1].entry.name in _OWN
    )


def _agent(item: Item, words: Vocabulary) -> bool:
    """ "Dropper bottle", "a street dancer": who or what does it, where the word in -er is not itself known."""
    return item.text.endswith("er") and " " not in item.text and not words.names(item.text)


def _first(item: Item) -> str:
    return item.text.split(maxsplit=1)[0] if item.text.strip() else ""


def _turned_round(items: list[Item], at: int) -> bool:
    """ "A full spin of the handbag": the thing for sale does it."""
    if "product" not in items[at].entry.senses or "alone" not in items[at].entry.senses:
        return False
    of = [item.text if item.text == "of" else item.role for item in items[at + 1 : at + 4]]
    return of[:1] == ["of"] and "product" in of[1:]


def _is_look(items: list[Item], at: int, looks: Looks) -> bool:
    if _turned_round(items, at):
        return False
    if "camera" not in items[at].entry.senses and items[at].text not in _BASE_ADJECTIVES:
        if items[at].entry.senses.get("any") == "impossible":
            return _before_a_noun(items, at, ("product", "scenery"))  # "the explosion poster"
        whose = at > 0 and items[at - 1].text.endswith("'s")  # "the operator's pulse"
        return items[at].entry.senses.get("alone") == "light" and (whose or _participle(items, at))
    return (
        _participle(items, at)
        or _manner(items, at)
        or _before_a_noun(items, at)
        or (_word(items[at]) in looks.physical and _is_thing(items, at, looks))
    )


def _plural_doer(items: list[Item], at: int) -> bool:
    """ "Bubbles rise": of two bare words of movement the first, a plural, is who moves."""
    item, following = items[at], _at(items, at + 1)
    opens = at == 0 or items[at - 1].role in ("mark", "determiner", "mood_adjective")
    bare = (
        following is not None and following.role == "verb" and not following.text.endswith(("s", "ing", "ed"))
    )
    alone = item.entry.senses.get("alone")
    return (
        opens
        and bare
        and item.role == "verb"
        and item.text.endswith("s")
        and not alone
        and " " not in item.text
    )


def _inside_a_noun(items: list[Item], at: int) -> bool:
    """ "A light sweep travels": the bare verb between a thing and its verb belongs to the thing's name."""
    before, following = _at(items, at - 1), _at(items, at + 1)
    text = items[at].text
    bare = " " not in text and not text.endswith(("ing", "ed"))
    return (
        bare
        and before is not None
        and (before.role == "thing" or (before.role == "mood" and before.text.endswith("light")))
        and following is not None
        and following.role == "verb"
        and following.is_third_person is not text.endswith("s")  # "light sweep travels", "dew drops tremble"
    )


def _segment(items: list[Item], at: int) -> range:
    """From the last mark, or word of order, to `at`."""
    first = at
    while (
        first and at - first < _REACH and items[first - 1].role not in ("mark", "then", "together", "first")
    ):
        first -= 1
    return range(first, at)


def _word(item: Item) -> str:
    """The only word of the item, without its plural; empty for phrases and for -ing and -ed."""
    text = item.text
    if " " in text or text.endswith(("ing", "ed")):
        return ""
    return text[:-1] if text.endswith("s") and not text.endswith("ss") else text


def _participle(items: list[Item], at: int) -> bool:
    """ "Hair pulled back", "a tilted hat", "sleeves are rolled up": a state, not a move, unless the camera's."""
    first = items[at].text.split()[0]
    if not first.endswith("ed") or first in ("speed", "bed"):
        return False
    segment = [items[i] for i in _segment(items, at)]
    if any(item.role in ("camera", "pronoun") or item.text in ("we", "i", "it", "i'd") for item in segment):
        return False
    following = _at(items, at + 1)
    if following is not None and following.role in ("camera", "quantity"):
        return False
    if segment and segment[-1].role == "thing" and following is not None and following.role == "direction":
        return False  # "smoke pulled to the right"
    before = segment[-1] if segment else None
    if before is not None and (before.role in NOUNS or before.role in ("determiner", "filler", "keep")):
        return before.role not in ("person",) or following is None
    return following is not None and following.role in (*NOUNS, "unknown")


def _manner(items: list[Item], at: int) -> bool:
    """ "A sweeping crane shot", "a slow creeping zoom": the way of another move."""
    following = _at(items, at + 1)
    return (
        items[at].text.endswith("ing")
        and items[at].entry.name in _GENERAL
        and following is not None
        and following.role == "verb"
        and following.entry.name not in _GENERAL
        and "camera" in following.entry.senses
        and not (at and items[at - 1].role in ("camera", "thing", "person"))
    )


def _before_a_noun(items: list[Item], at: int, nouns: tuple[str, ...] = _NAMED) -> bool:
    """ "The climbing wall", "a dim hall", "handheld radio": it tells what kind of thing follows."""
    item, before, following = items[at], _at(items, at - 1), _at(items, at + 1)
    if following is None or following.role not in nouns:
        return False
    if following.role == "unknown" and following.text.endswith(("ly", "ing")):
        return False
    named = before is not None and (
        before.role in ("determiner", "mood_adjective") or before.text in ("in", "of")
    )
    if any(items[i].role == "camera" for i in _segment(items, at)) or not following.text[0].isalpha():
        return False
    if _a_move_follows(items, at + 1):
        return False
    if item.entry.name == "handheld" or item.text in _BASE_ADJECTIVES:
        return named and following.role != "mood_head"
    if item.text.endswith("ing"):
        return named and "product" not in item.entry.senses
    return (
        named
        and item.entry.name not in ("dolly zoom",)
        and " " not in item.text
        and following.role != "scenery"
    )


def _a_move_follows(items: list[Item], at: int) -> bool:
    """A camera noun or another move stands before the segment ends: "a static telephoto shot"."""
    for item in items[at:]:
        if item.role in _ENDS:
            return False
        if item.role == "camera" or item.text in ("movement", "move", "motion", "effect", "style"):
            return True
    return False


def _is_thing(items: list[Item], at: int, looks: Looks) -> bool:
    """A pan on the stove, cranes in the marsh, past the trucks: a noun by its article, its number and its company."""
    item, following = items[at], _at(items, at + 1)
    segment = [items[i] for i in _segment(items, at)]
    if any(one.role == "camera" for one in segment):
        return False
    place = len(segment)
    while place and (segment[place - 1].role in _HOW) and segment[place - 1].text not in looks.size:
        place -= 1
    if place < len(segment):
        return False  # "a slow pan", "a dramatic crane"
    while place and segment[place - 1].text in looks.size:
        place -= 1
    before = segment[place - 1] if place else None
    plural = item.text.endswith("s")
    if following is not None and (
        following.role == "camera" or following.text in ("move", "movement", "motion")
    ):
        return False
    if before is not None and before.text.endswith("'s"):
        return True
    whither = _whither(items, at + 1)
    if before is None or before.role in ("negation", "verb", "and", "filler", "end", "when", "intensifier"):
        if following is None or whither or _first(following) not in looks.of_place:
            return False
        return plural or following.text not in ("in", "on", "by", "for", "with", "at")
    if before.role == "determiner" and before.text not in ("a", "an"):
        return not whither
    if before.role == "determiner":
        asked = any(one.text in looks.doing or one.role in ("then", "and") for one in segment[-4:])
        if following is None or following.role in _ENDS:
            return not asked and before is not segment[0]
        return _first(following) in looks.of_place and not (
            whither or (asked and following.text not in ("full", "of"))
        )
    if before.role in ("preposition", "direction", "near"):
        return not whither and before.role == "preposition"
    moved = set(item.entry.senses) - {"camera", "says", "weak"}  # "the toy spins": its own doing
    return (before.role in ("unknown", "number") or (before.role in NOUNS and not moved)) and not whither


def _whither(items: list[Item], at: int) -> bool:
    """A direction, an amount or a path follows; "in the water" is none, "in on her" is."""
    following, after = _at(items, at), _at(items, at + 1)
    if following is None:
        return False
    if following.text == "of" and after is not None and after.role == "direction":
        return True  # "a pan of left to right"
    if following.role == "near" and following.text == "in":
        return after is None or after.text in ("on", "to", "toward", "towards") or after.role in _ENDS
    return following.role in _WHITHER or following.text in _PATHS


def _figure(items: list[Item], at: int, looks: Looks) -> bool:
    """ "A sea of clouds" is clouds; "waves of hair" are hair."""
    item, of = items[at], _at(items, at + 1)
    if of is None or of.text != "of" or item.role not in ("thing", "verb", "scenery", "unknown"):
        return False
    if not {item.text.split()[-1], item.text.split()[-1].removesuffix("s")} & looks.figures:
        return False
    place = at + 2
    while place < len(items) and items[place].role in (
        "determiner",
        "amount",
        "mood_adjective",
        "unknown",
        "mood",
    ):
        place += 1
    meant = _at(items, place)
    if meant is not None and meant.role == "verb":  # "a river of lights flickers"
        return meant.entry.senses.get("alone") not in (None, "impossible", "rotate", item.name)
    return meant is not None and meant.role == "thing" and meant.name != item.name


def _adjunct(items: list[Item], at: int) -> bool:
    """ "Wood smoke" is smoke, "river mist" mist: the first of two things says where the second is from."""
    item, following = items[at], _at(items, at + 1)
    return (
        item.role == "thing"
        and following is not None
        and following.role == "thing"
        and following.name in ("smoke", "light", "rain", "snow", "fire")
        and following.name != item.name
        and not following.entry.senses
        and item.name not in ("hair", "cloth", "rain", "snow", "clouds")
    )
