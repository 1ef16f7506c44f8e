"""What a clause asks for: each verb takes the meaning that goes with who does it (the camera, a person, a thing)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stillreel.motion.asked import Asked, AskedMotion, AskedMove
from stillreel.motion.clauses import NOUNS, Clause, Item
from stillreel.motion.plan import KINDS
from stillreel.motion.vocabulary import Entry, Vocabulary

__all__ = ["Context", "read_clause"]

_PARTS = frozenset(
    "head eyes mouth chest body hand".split()
)  # an object that outranks the person it belongs to
_TRANSPARENT = frozenset(
    "amount intensifier filler determiner mood mood_adjective easing keep only quantity".split()
)
_WHO = frozenset(
    "camera person head eyes mouth chest body hand product object thing wind scenery unknown_noun".split()
)
_OF_WHICH = frozenset("move add change".split())  # "movement in her hair": a place after these is what moves
_MOTION_DIRECTIONS = frozenset("left right up down camera clockwise counterclockwise".split())
_MOVED_WHEN_NAMED = {
    "eyes": "blink",
    "chest": "breathe",
    "head": "head_turn",
    "body": "sway",
    "person": "breathe",
}


@dataclass
class Context:
    """What earlier clauses leave for later ones: who acted last, and how the camera last moved."""

    subject: Item | None = None
    camera_verb: Item | None = None


def read_clause(clause: Clause, context: Context, words: Vocabulary, text: str) -> Asked:
    """The clause's requests; `context` is updated."""
    return _Reader(clause, context, words, text).read()


class _Reader:
    def __init__(self, clause: Clause, context: Context, words: Vocabulary, text: str) -> None:
        self.clause, self.context, self.words, self.text = clause, context, words, text
        self.items = _assumed_verbs(_nouns_among_verbs(_unknown_subjects(clause.items)))
        self.verbs = [i for i, item in enumerate(self.items) if item.role == "verb"]
        self.placed = _after_preposition(self.items)
        self.used: set[int] = set()
        self.mood: set[int] = set()
        self.asked = Asked(clause.step, throughout=clause.link == "together")

    def read(self) -> Asked:
        self._mood()
        for verb in self.verbs:
            self._verb(verb)
        self._stillness()
        self._things_by_name()
        self._wind()
        self._leftover_directions()
        self._small_words()
        self._account()
        return self.asked

    # -- who and where ------------------------------------------------------------------------------------------
    def _denied(self, at: int) -> bool:
        spared = self._exception()
        if spared is not None and spared < at:
            return False
        return self.clause.denied or any(item.role == "negation" for item in self.items[:at])

    def _span(self, verb: int) -> tuple[range, range]:
        """The items before the verb back to the previous verb, and after it up to the next."""
        earlier = max((other for other in self.verbs if other < verb), default=-1)
        later = min((other for other in self.verbs if other > verb), default=len(self.items))
        return range(earlier + 1, verb), range(verb + 1, later)

    def _nouns(self, span: range, placed: bool = False) -> list[int]:
        return [
            i
            for i in span
            if self.items[i].role in _WHO and i not in self.mood and (placed or not self.placed[i])
        ]

    def _doer(self, verb: int) -> tuple[str, list[int]]:
        """(role, the nouns it rests on) that decide the meaning of the verb."""
        senses, (before, after) = self.items[verb].entry.senses, self._span(verb)
        subjects, objects = self._nouns(before), self._nouns(after)
        parts = [
            i for i in objects + subjects if self.items[i].role in _PARTS and self.items[i].role in senses
        ]
        if parts and not any(self.items[i].role == "camera" for i in subjects[-1:]):
            return self.items[parts[0]].role, parts[:1]
        if any(self.items[i].role == "wind" for i in subjects) and "thing" in senses:
            things = [
                i for i in (*subjects, *self._nouns(after, placed=True)) if self.items[i].role == "thing"
            ]
            return "thing", things
        if set(senses) & _WHO == {"camera"}:
            return "camera", [i for i in subjects if self.items[i].role == "camera"]
        if "camera" not in senses:
            subjects = [i for i in subjects if self.items[i].role != "camera"]
        if subjects and self.items[subjects[-1]].role not in senses:  # "a woman with long hair blowing"
            placed = [i for i in self._nouns(before, placed=True) if self.items[i].role in senses]
            subjects = placed[-1:] if placed and self.items[placed[-1]].role != "camera" else subjects
        if subjects:
            role = self.items[subjects[-1]].role
            return role, [i for i in subjects if self.items[i].role == role]
        return self._no_subject(verb, objects, after)

    def _no_subject(self, verb: int, objects: list[int], after: range) -> tuple[str, list[int]]:
        item, senses = self.items[verb], self.items[verb].entry.senses
        directions = self._directions(verb)
        things = [i for i in objects if self.items[i].role == "thing"]
        if item.name in _OF_WHICH and not things and not self._has_camera():
            things = [i for i in self._nouns(after, placed=True) if self.items[i].role == "thing"]
        if things and "thing" in senses:
            return "thing", things
        for i in objects:
            if self.items[i].role in senses and self.items[i].role != "thing":
                return self.items[i].role, [i]
        if "camera" in directions and senses.get("person"):
            return "person", []
        inherited = self._inherited(item, directions)
        if inherited:
            return inherited
        filming = self.context.subject is not None and self.context.subject.role == "camera"
        if (
            item.is_third_person
            and senses.get("person") == "head_turn"
            and item.name != "tilt"
            and not filming
        ):
            return "person", []
        return ("camera", []) if "camera" in senses else ("alone", [])

    def _inherited(self, verb: Item, directions: list[str]) -> tuple[str, list[int]] | None:
        """The subject of the clause before, where this verb can be its own."""
        subject = self.context.subject
        if subject is None or subject.role not in verb.entry.senses or subject.role == "camera":
            return None
        if "camera" in verb.entry.senses:
            goes_on = self.clause.link in ("and", "then", "comma", "together") and set(directions).isdisjoint(
                _DEPTH
            )
            if (
                not goes_on
                or (subject.role == "thing" and self.clause.link == "comma")
                or not verb.is_third_person
            ):
                return None
        elif verb.entry.senses.get("alone"):
            return None
        self.items.append(replace(subject, start=verb.start, end=verb.end))
        self.placed.append(True)
        return subject.role, [len(self.items) - 1]

    def _has_camera(self) -> bool:
        return any(item.role == "camera" and not self.placed[i] for i, item in enumerate(self.items))

    # -- modifiers ----------------------------------------------------------------------------------------------
    def _owner(self, at: int) -> int | None:
        """The verb that a modifier at `at` belongs to: the next one if it stands right before it, else the last."""
        if not self.verbs or (self.items[at].role == "amount" and self._tells_a_noun(at)):
            return None
        earlier = [verb for verb in self.verbs if verb < at]
        later = [verb for verb in self.verbs if verb > at]
        adjacent = later and all(item.role in _TRANSPARENT for item in self.items[at + 1 : later[0]])
        if earlier and not adjacent:
            return earlier[-1]
        return later[0] if later else earlier[-1]

    def _tells_a_noun(self, at: int) -> bool:
        """ "Long hair", "the calm sea": an adjective of a noun that no verb follows."""
        rest = [item.role for item in self.items[at + 1 :] if item.role not in _TRANSPARENT]
        nouns = [i for i, role in enumerate(rest) if role not in NOUNS or role in ("camera", "wind")]
        first = nouns[0] if nouns else len(rest)
        return first > 0 and (first == len(rest) or rest[first] not in ("verb", "camera", "wind", "and"))

    def _direction_items(self, verb: int) -> list[int]:
        found = []
        for i, item in enumerate(self.items):
            if item.role == "direction" and self._owner(i) == verb:
                found.append(i)
            elif item.role == "near" and "camera" in self.items[verb].entry.senses and self._beside(verb, i):
                found.append(i)
        return found

    def _beside(self, verb: int, at: int) -> bool:
        """Nothing but small words between: "pushes slowly in", "zooms in and out"."""
        between = self.items[verb + 1 : at] if at > verb else [None]
        return all(
            item and item.role in (*_TRANSPARENT, "direction", "near", "and", "or") for item in between
        )

    def _directions(self, verb: int) -> list[str]:
        return list(dict.fromkeys(self.items[i].name for i in self._direction_items(verb)))

    def _factor(self, verb: int) -> float:
        factor, pressed = 1.0, 1.0
        for i, item in enumerate(self.items):
            if item.role == "intensifier":
                pressed = 1.25
            elif item.role == "amount":
                if self._owner(i) == verb:
                    self.used.add(i)
                    factor *= item.entry.factor**pressed
                pressed = 1.0
        return factor

    def _quantity(self, verb: int):  # noqa: ANN202 - Quantity | None
        for i, item in enumerate(self.items):
            if item.quantity and self._owner(i) == verb:
                self.used.add(i)
                return item.quantity
        return None

    def _easing(self) -> str | None:
        for i, item in enumerate(self.items):
            if item.role == "easing":
                self.used.add(i)
                return item.name
        return None

    # -- verbs --------------------------------------------------------------------------------------------------
    def _verb(self, verb: int) -> None:
        item = self.items[verb]
        if item.entry.senses.get("describes") and self._describes(verb):
            self.used.add(verb)
            return
        if "any" in item.entry.senses:
            subjects = self._nouns(self._span(verb)[0])
            if subjects and self.items[subjects[-1]].role == "thing" and item.entry.senses["any"] not in _WITHOUT_THING:
                self._move_things(verb, [i for i in subjects if self.items[i].role == "thing"])  # flames lick
                return
            self._deed(verb, item.entry.senses["any"], subjects)
            if (
                not any(self.items[i].role == "camera" for i in subjects)
                and item.entry.senses["any"] != "impossible"
            ):
                self.context.subject = replace(item, role="person")
            return
        role, nouns = self._doer(verb)
        if nouns and role in _WHO:
            self.context.subject = self.items[nouns[-1]]
        sense = item.entry.senses.get(role)
        if role == "camera":
            self._camera(verb, nouns)
        elif role == "thing" and sense:
            self._move_things(verb, nouns)
        elif (
            role in ("unknown_noun", "scenery")
            and "product" in item.entry.senses
            and item.entry.senses.get("alone")
        ):
            self._deed(verb, item.entry.senses["product"], nouns)
        elif isinstance(sense, str):
            self._deed(verb, sense, nouns)
        elif role in ("alone", "thing", "wind", "scenery") and item.entry.senses.get("alone"):
            self._deed(verb, item.entry.senses["alone"], nouns)
        elif self._denied(verb):
            self._deny_all(verb)

    def _describes(self, verb: int) -> bool:
        """A participle right before a person tells how the photo looks: "a smiling woman"."""
        following = self.items[verb + 1 : verb + 2]
        return self.items[verb].text.endswith("ing") and bool(following) and following[0].role == "person"

    def _camera(self, verb: int, nouns: list[int]) -> None:
        item = self.items[verb]
        family = self.words.families[item.entry.senses["camera"]]
        heard = [i for i in self._direction_items(verb) if self.items[i].name in family]
        names = list(dict.fromkeys(self.items[i].name for i in heard))
        names = [name for name in names if name not in _VAGUE_DIRECTIONS] or names
        if not names and item.entry.senses.get("says") in family:
            names = [item.entry.senses["says"]]
        said = [family[name] for name in names] or [family["default"]]
        if self._denied(verb):
            self.used.update([verb, *nouns, *heard])
            everything = not said[0] and (self._has_camera() or not self._targets())
            self.asked.refused_moves.update(
                {"any"} if everything else {one.split()[0] for one in said if one}
            )
            if not said[0] and not self._has_camera():
                self._deny_all(verb)
            return
        if not said[0]:
            self.asked.vague = True
            self.used.update([verb, *nouns])
            return
        self.used.update([verb, *nouns, *heard])
        self.context.camera_verb = item
        self.context.subject = replace(item, role="camera")
        guessed = not names
        factor, quantity, easing = self._factor(verb), self._quantity(verb), self._easing()
        for one in dict.fromkeys(said):
            self._ask_move(one, factor, quantity, easing, bool(item.entry.senses.get("weak")), guessed)

    def _ask_move(self, said: str, factor: float, quantity, easing, weak: bool, guessed: bool) -> None:  # noqa: ANN001
        move, _, direction = said.partition(" ")
        if move == "static":
            self.asked.static = True
            return
        self.asked.moves.append(AskedMove(move, direction or None, factor, quantity, easing, weak, guessed))

    def _move_things(self, verb: int, nouns: list[int]) -> None:
        item = self.items[verb]
        kinds = list(dict.fromkeys(self.items[i].name for i in nouns))
        if not kinds and any(one.role == "wind" for one in self.items):
            self.used.add(verb)  # the wind blows: _wind() decides
            return
        if not kinds and isinstance(item.entry.senses.get("alone"), str):
            kinds = [item.entry.senses["alone"]]
        self.used.update([verb, *nouns])
        heard = self._direction_items(verb)
        if self._denied(verb):
            self.asked.refused_kinds.update(kinds)
            self.asked.hold.extend(
                self.words.kind_regions[kind] for kind in kinds if kind in self.words.kind_regions
            )
            return
        direction, leaning = self._motion_direction(heard), item.entry.senses.get("says")
        factor = self._factor(verb)
        self.asked.motions.extend(AskedMotion(kind, direction, factor, leaning=leaning) for kind in kinds)

    def _motion_direction(self, heard: list[int]) -> str | None:
        for i in heard:
            if self.items[i].role == "direction" and self.items[i].name in _MOTION_DIRECTIONS:
                self.used.add(i)
                return self.items[i].name
        return None

    def _deed(self, verb: int, kind: str, nouns: list[int]) -> None:
        """A motion of a person, a product or a scene that needs no thing; or what cannot be done."""
        self.used.update([verb, *nouns])
        heard = self._direction_items(verb)
        if kind == "impossible":
            if not self._denied(verb):
                first = min([verb, *(i for i in nouns if i < verb)])
                self.used.update(heard)
                last = max([verb, *(i for i in nouns if self.items[i].end > self.items[verb].end)])
                self.asked.impossible.append(self.text[self.items[first].start : self.items[last].end])
            return
        assert kind in KINDS
        if self._denied(verb):
            self.asked.refused_kinds.add(kind)
            if kind == "sway":
                self.asked.hold.append("person")
            return
        quantity = self._quantity(verb)
        count = int(min(max(quantity.value, 1), 5)) if quantity and quantity.unit == "times" else 1
        direction = None
        if kind in ("head_turn", "rotate", "sway") or kind in self.words.kind_regions:
            direction = self._motion_direction(heard) or self.items[verb].entry.senses.get("says")
        self.asked.motions.append(AskedMotion(kind, direction, self._factor(verb), count))

    # -- stillness ----------------------------------------------------------------------------------------------
    def _targets(self) -> list[int]:
        """Nouns that name a region to hold (not those after `except`)."""
        limit = self._exception() or len(self.items)
        return [
            i for i, item in enumerate(self.items[:limit])
            if item.role in NOUNS and item.role != "camera" and i not in self.used and self._region(item)
        ]  # fmt: skip

    def _exception(self) -> int | None:
        """Where "except" stands, or the "but" of "everything but"."""
        for i, item in enumerate(self.items):
            everything = any(
                one.text.startswith(_ALL_THE_REST) or one.text in _NOTHING for one in self.items[:i]
            )
            if item.role == "except" or (item.text == "but" and everything):
                return i
        return None

    def _region(self, item: Item) -> str | None:
        if item.role == "thing":
            return self.words.kind_regions[item.name]
        for size in range(len(item.text.split()), 0, -1):
            for word in (" ".join(item.text.split()[-size:]),):
                for form in (word, *self.words.known_forms(word)):
                    if form in self.words.regions:
                        return self.words.regions[form]
        return None

    def _stillness(self) -> None:
        if not self._is_still():
            return
        if any(item.role == "negation" for item in self.items) and not any(
            item.role == "negation" and item.text in _NOTHING for item in self.items
        ):
            return
        self.used.update(
            i for i, item in enumerate(self.items) if item.role in ("still", "still_after", "keep")
        )
        cameras = [i for i, item in enumerate(self.items) if item.role == "camera" and not self.placed[i]]
        targets = self._targets()
        if cameras and not any(item.role == "and" for item in self.items):
            targets = []
        self.used.update([*cameras, *targets])
        if cameras or not targets:
            self.asked.static = True
        for i in targets:
            self._hold(self.items[i])

    def _is_still(self) -> bool:
        for i, item in enumerate(self.items):
            if item.role == "still":
                return True
            if item.role == "still_after":
                kept = any(one.role == "keep" for one in self.items[:i])
                following = self.items[i + 1 : i + 2]
                beside = bool(following) and (
                    following[0].role == "camera" or following[0].text in _PLACES_STILL
                )
                beside = beside or (not following and i > 0 and self.items[i - 1].role in NOUNS)
                if (kept and not self.verbs) or beside:
                    return True
        if self.verbs or not any(item.role == "keep" and item.text in _HOLDING for item in self.items):
            return False
        return not self.clause.has_head

    def _hold(self, item: Item) -> None:
        if item.text.startswith(_ALL_THE_REST):
            self.asked.only = True
        region = self._region(item)
        if region and region != "whole":
            self.asked.hold.append(region)

    def _deny_all(self, verb: int) -> None:
        """ "Nothing moves", "no movement in the background"."""
        self.used.add(verb)
        targets = self._targets()
        for i in targets:
            self.used.add(i)
            self._hold(self.items[i])
        if not targets:
            self.asked.only = True

    # -- what is named without a verb ---------------------------------------------------------------------------
    def _things_by_name(self) -> None:
        only = any(item.role == "only" for item in self.items)
        excepted = self._exception()
        for i, item in enumerate(self.items):
            if i in self.used:
                continue
            spared = excepted is not None and i > excepted
            if spared and item.role in _MOVED_WHEN_NAMED:
                self.used.add(i)
                self.asked.motions.append(AskedMotion(_MOVED_WHEN_NAMED[item.role]))
            elif item.role == "thing" and (item.entry.moving or spared or self._asks_by_name(i)):
                self.used.add(i)
                self._name(i, item, denied=self._denied(i) and not spared)
        if only:
            self.used.update(i for i, item in enumerate(self.items) if item.role == "only")
            self.asked.only = self.asked.only or not self.asked.moves
        self.asked.only = self.asked.only or excepted is not None

    def _asks_by_name(self, at: int) -> bool:
        """A bare list of things ("hair, clouds"), or things in the wind."""
        if self.verbs or self.items[at].name == "light":
            return False
        if self.placed[at]:  # "wind in her hair"
            return any(item.role == "wind" and not self.placed[i] for i, item in enumerate(self.items[:at]))
        if any(item.role == "wind" for item in self.items) or any(item.role == "only" for item in self.items):
            return True
        others = {item.role for item in self.items} - {
            "thing",
            "amount",
            "and",
            "determiner",
            "intensifier",
            "when",
        }
        return not others and not any(item.text in ("a", "an") for item in self.items)

    def _name(self, at: int, item: Item, denied: bool) -> None:
        if denied:
            self.asked.refused_kinds.add(item.name)
            return
        factor = 1.0
        for i, other in enumerate(self.items):
            if other.role == "amount" and i not in self.used:
                factor *= other.entry.factor
                self.used.add(i)
        direction = None
        if not self.verbs:
            direction = self._motion_direction(
                [i for i, one in enumerate(self.items) if one.role == "direction"]
            )
        self.asked.motions.append(AskedMotion(item.name, direction, factor))

    def _wind(self) -> None:
        winds = [i for i, item in enumerate(self.items) if item.role == "wind"]
        if not winds:
            return
        self.used.update(winds)
        if self._denied(winds[0]):
            return
        self.asked.wind = True
        for i, item in enumerate(self.items):
            if item.role == "amount" and i not in self.used:
                self.asked.wind_factor *= item.entry.factor
                self.used.add(i)
        heard = [i for i, item in enumerate(self.items) if item.role == "direction" and i not in self.used]
        self.asked.wind_direction = self._motion_direction(heard)

    def _leftover_directions(self) -> None:
        """ "then up": the last camera verb again, in another direction."""
        verb = self.context.camera_verb
        if (
            self.verbs
            or verb is None
            or self.asked.motions
            or self.clause.roles & {"thing", "person", "wind", "still"}
        ):
            return
        family = self.words.families[verb.entry.senses["camera"]]
        for i, item in enumerate(self.items):
            if item.role in ("direction", "near") and item.name in family and i not in self.used:
                self.used.add(i)
                self._ask_move(family[item.name], 1.0, None, None, False, False)

    # -- the rest -----------------------------------------------------------------------------------------------
    def _mood(self) -> None:
        """Runs such as "warm window light"; light that a verb moves is not mood."""
        for i, item in enumerate(self.items):
            if i in self.used:
                continue
            if item.role == "mood":
                self._take_mood(i, i)
            elif item.role == "mood_head" or (
                item.role == "thing" and item.name == "light" and not item.entry.moving
            ):
                first = i
                while first and self.items[first - 1].role in ("mood_adjective", "amount", "intensifier"):
                    first -= 1
                touching = [*self.items[max(first - 1, 0) : first], *self.items[i + 1 : i + 3]]
                if first < i and not any("thing" in one.entry.senses for one in touching):
                    self._take_mood(first, i)

    def _take_mood(self, first: int, last: int) -> None:
        span = range(first, last + 1)
        if not self._denied(first):
            self.asked.mood.append(self.text[self.items[first].start : self.items[last].end].lower())
        self.used.update(span)
        self.mood.update(span)

    def _small_words(self) -> None:
        for i, item in enumerate(self.items):
            if item.role == "when":
                self.asked.when = item.when or self.asked.when
                self.used.add(i)
            elif item.role == "vague":
                self.asked.vague = True
                self.used.add(i)
            elif item.role in ("end", "negation"):
                self.used.add(i)

    def _account(self) -> None:
        """What was used, from its first to its last word; and runs of words that are not known."""
        real = [
            self.items[i] for i in self.used if self.items[i].role not in ("negation",) or len(self.used) > 1
        ]
        if real:
            start, end = min(item.start for item in real), max(item.end for item in real)
            self.asked.understood = " ".join(self.text[start:end].split())
        run: list[Item] = []
        for item in [*self.clause.items, None]:
            if item is not None and item.role in ("unknown", "number"):
                run.append(item)
            elif run:
                self.asked.unknown.append(" ".join(self.text[run[0].start : run[-1].end].split()))
                run = []


_WITHOUT_THING = ("blink", "rotate")
_VAGUE_DIRECTIONS = {"along", "side"}  # "glides left past the house" goes left
_DEPTH = {"in", "out"}
_NOTHING = ("nothing", "nobody")
_HOLDING = ("hold", "stay", "remain", "stays", "holds", "holding", "remains", "staying")
_PLACES_STILL = frozenset("background backdrop scene subject foreground frame".split())
_ALL_THE_REST = ("everything", "anything else", "all else", "rest", "all", "other")


def _after_preposition(items: list[Item]) -> list[bool]:
    """True for the nouns that only say where: "past the trees", "in the red dress"."""
    placed, inside = [], False
    for i, item in enumerate(items):
        if item.role == "preposition" or (item.role in ("direction", "near") and item.name in _PREPOSITIONAL):
            inside = True
        elif item.text in ("with", "having") and i and items[i - 1].role in NOUNS:
            inside = True  # "a woman with long hair"
        elif item.role in ("verb", "negation", "keep", "still", "except", "only"):
            inside = False
        placed.append(inside and item.role in NOUNS)
    return placed


_PREPOSITIONAL = frozenset("in out along around side camera away up down".split())


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
        owned = any(item.role in NOUNS and item.name != kind for item in before)  # "ocean waves" own themselves
        if not owned and any(
            _touch(done, i, other) for other in verbs if other != i and done[other].role == "verb"
        ):
            done[i] = replace(done[i], role="thing", name=kind)
    return done


def _follows_preposition(items: list[Item], at: int) -> bool:
    before = [item.role for item in items[:at] if item.role not in ("determiner", "amount", "mood_adjective")]
    return bool(before) and before[-1] == "preposition"


def _assumed_verbs(items: list[Item]) -> list[Item]:
    """A word in -ing, or in -s after one thing, that is not known and follows a thing, is taken for its movement."""
    done = list(items)
    for i, item in enumerate(done):
        if item.role != "unknown" or i == 0 or done[i - 1].role != "thing" or len(item.text) < 5:
            continue
        singular = not done[i - 1].text.endswith("s")
        if item.text.endswith("ing") or (singular and item.text.endswith("s") and not item.text.endswith("ss")):
            done[i] = replace(item, role="verb", name="assumed", entry=_ASSUMED)
    return done


_ASSUMED = Entry("verb", "assumed", {"thing": True})


def _touch(items: list[Item], one: int, other: int) -> bool:
    between = items[min(one, other) + 1 : max(one, other)]
    moves = items[other].entry.senses.get("thing")
    return bool(moves) and all(item.role in _TRANSPARENT or item.role == "keep" for item in between)


def _unknown_subjects(items: list[Item]) -> list[Item]:
    """An unknown word before a verb, with an article or a verb in -s, is somebody who does it."""
    done = list(items)
    for i, item in enumerate(items[:-1]):
        following = items[i + 1]
        if item.role == "unknown" and following.role == "verb":
            article = any(one.role == "determiner" for one in items[max(i - 2, 0) : i])
            if article or following.is_third_person:
                done[i] = replace(item, role="unknown_noun")
    return done
