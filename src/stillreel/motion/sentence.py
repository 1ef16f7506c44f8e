"""A clause as a sentence: who does what, which words belong to which verb, what is denied or spared."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from stillreel.motion.clauses import NOUNS, Clause, Item
from stillreel.motion.quantities import Quantity
from stillreel.motion.relabel import TRANSPARENT, placed_nouns, relabelled
from stillreel.motion.vocabulary import Vocabulary

__all__ = ["NOTHING", "REST", "WHO", "Context", "Sentence"]

WHO = frozenset(
    ("camera", "person", "head", "eyes", "mouth", "chest", "body", "hand", "product", "object", "thing", "wind",
     "scenery", "unknown_noun")
)  # fmt: skip
NOTHING = ("nothing", "nobody")
REST = ("everything", "anything else", "all else", "rest", "all", "other")
_PARTS = frozenset(
    ("head", "eyes", "mouth", "chest", "body", "hand")
)  # these outrank the person they belong to
_OF_WHICH = frozenset(("move", "add", "change"))  # "movement in her hair": a place after these is what moves
_OF_WHAT = ("mov", "motion", "anim", "add", "bring", "life", "some", "includ", "introduc", "insert", "chang")
_MANY = frozenset(("thing", "wind", "product", "object", "person", "unknown_noun"))
_IT = ("it", "they", "them")
_TURNS = ("but", "instead", "just", "only", "rather")
# Nobody else pans or zooms.
_INHERENT = frozenset(
    ("pan", "dolly", "dolly zoom", "tilt", "handheld", "ken burns", "truck", "pedestal", "ped down")
)
_RELATIVE = ("that", "which", "who", "to")
_LIFTS = ("elevat", "rais", "lift", "lower", "drop")
_ABSTRACT = ("scenery", "unknown", "mood", "mood_head", "vague")
_MODIFIERS = frozenset(("direction", "near", "amount"))
_DEPTH = {"in", "out"}


@dataclass
class Context:
    """What earlier clauses leave for later ones: who acted last, and how the camera last moved."""

    subject: Item | None = None
    thing: Item | None = None  # the last one named, wherever it stood: "as it flows"
    product: bool = False  # one was named, and nothing that "it" would rather be
    camera_verb: Item | None = None


class Sentence:
    """One clause's items, its verbs, and which items have been used so far."""

    def __init__(self, clause: Clause, context: Context, words: Vocabulary, text: str) -> None:
        self.clause, self.context, self.words, self.text = clause, context, words, text
        self.items = relabelled(clause.items)
        self.verbs = [i for i, item in enumerate(self.items) if item.role == "verb"]
        self.placed = placed_nouns(self.items)
        self.used: set[int] = set()
        self.mood: set[int] = set()
        self._exception_at = self._find_exception()
        self._owners = {
            i: self._owner(i) for i, item in enumerate(self.items) if item.role in _MODIFIERS or item.quantity
        }

    # -- who and where ------------------------------------------------------------------------------------------
    def _denied(self, at: int) -> bool:
        spared = self._exception()
        if spared is not None and spared < at:
            return False
        denials = [i for i in range(at) if self.items[i].role == "negation"]
        return self.clause.denied or (bool(denials) and self._reaches(denials[-1], at))

    def _reaches(self, denial: int, at: int) -> bool:
        """Not past a "but", nor past its first verb to somebody else: "without blinking she turns"."""
        between = range(denial + 1, at)
        if any(self.items[i].text in _TURNS for i in between):
            return False
        acts = next((i for i in between if self.items[i].role == "verb"), at)
        beyond = [self.items[i] for i in range(acts + 1, at) if not self.placed[i]]
        return any(item.role in ("and", "or") for item in beyond) or not any(
            item.role in ("person", "camera", "thing", "wind") for item in beyond
        )

    def _span(self, verb: int) -> tuple[range, range]:
        """The items before the verb back to the previous verb, and after it up to the next."""
        place = bisect_left(self.verbs, verb)
        earlier = self.verbs[place - 1] if place else -1
        later = next(iter(self.verbs[bisect_right(self.verbs, verb) :][:1]), len(self.items))
        if self._exception_at is not None and verb < self._exception_at:
            later = min(later, self._exception_at)  # what is spared is not the verb's
        return range(earlier + 1, verb), range(verb + 1, later)

    def _nouns(self, span: range, placed: bool = False) -> list[int]:
        return [
            i
            for i in span
            if self.items[i].role in WHO and i not in self.mood and (placed or not self.placed[i])
        ]

    def _owned(self, verb: int) -> int | None:
        """The noun that a finite verb stands right behind: it does it, whatever else the verb may be of."""
        at, relative = verb - 1, False
        while at >= 0 and (self.items[at].role in (*TRANSPARENT, "negation") or self.items[at].text == "to"):
            relative = relative or self.items[at].text in _RELATIVE
            at -= 1
        if at < 0 or self.items[at].role not in WHO or at in self.mood:
            return None
        if relative:
            return at  # "between the reeds that sway"
        if self.placed[at]:
            subjects = self._nouns(self._span(verb)[0])
            return subjects[-1] if subjects else None
        first, noun = self.items[verb].text.split()[0], self.items[at]
        plural = noun.role in _MANY and noun.text.endswith("s") and not noun.text.endswith("ss")
        endings = ("s", "ing", "ed") if noun.role == "thing" else ("s", "ing")
        return at if first.endswith(endings) or plural or noun.role == "camera" else None

    def _own_deed(self, verb: int) -> tuple[str, list[int]] | None:
        """The doer of a camera's verb that is somebody else's here: "the tide pulls back", "she steps in"."""
        item, own = self.items[verb], self._owned(verb)
        if "camera" not in item.entry.senses:
            return None
        if own is None and verb and self.items[verb - 1].text == "by" and item.text.endswith("ing"):
            return "camera", []  # "reveal the valley by rising"
        if own is None:
            return self._handled(verb)
        noun = self.items[own]
        if noun.role == "thing":
            return "thing", [
                i for i in self._nouns(self._span(verb)[0]) if self.items[i].role == "thing"
            ] or [own]
        if noun.role == "wind":
            things = [
                i for i in self._nouns(self._span(verb)[1], placed=True) if self.items[i].role == "thing"
            ]
            return ("thing", things) if things else ("wind", [own])
        if noun.role == "scenery" and noun.text.split()[-1] in self.words.looks.pictures:
            return "camera", [own]
        cameras_only = set(item.entry.senses) & WHO == {"camera"}
        inherent = item.name in _INHERENT or item.text.startswith(
            ("orbit", "zoom", "crash zoom", "snap zoom")
        )
        if noun.role == "camera" or not cameras_only or inherent or noun.role in _PARTS or self.placed[own]:
            return None
        return noun.role, [own]

    def _handled(self, verb: int) -> tuple[str, list[int]] | None:
        """ "Push her hair back": somebody's hand does it; "elevate your brand": nobody's."""
        lifts = self.items[verb].text.startswith(_LIFTS)
        if not lifts and self.items[verb].name not in ("push", "pull"):
            return None
        after = [i for i in self._span(verb)[1] if self.items[i].role not in TRANSPARENT]
        if lifts and after and self.items[after[0] - 1].role == "determiner":
            lifted = self.items[after[0]]
            if lifted.role in _ABSTRACT and lifted.text.split()[-1] not in self.words.looks.pictures:
                return "nobody", []
        if not lifts and after and self.items[after[0]].role == "thing":
            return "hand", after[:1] if self.items[after[0]].name in ("hair", "cloth") else []
        return None

    def _doer(self, verb: int) -> tuple[str, list[int]]:
        """(role, the nouns it rests on) that decide the meaning of the verb."""
        own = self._own_deed(verb)
        if own and (own[0] != "hand" or own[1]):
            return own
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
        if set(senses) & WHO == {"camera"}:
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
        within = item.text.startswith(_OF_WHAT) and not self._goes_somewhere(verb)
        if item.name in _OF_WHICH and within and not things and not self._has_camera():
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
        meant = self.context.thing
        if (
            meant
            and "thing" in senses
            and "camera" not in senses
            and any(one.text in _IT for one in self.items[:verb])
        ):
            return "thing", [self._added(meant, item)]
        if (
            self.context.product
            and "product" in senses
            and any(one.text == "it" for one in self.items[:verb])
        ):
            return "product", []
        unnamed = any(one.role == "unknown" for one in self.items[:verb]) and not self._has_camera()
        if item.name in ("sway", "shake", "rotate") and unnamed and not item.text.startswith("shak"):
            return "alone", []  # "snowdrops tremble"
        return ("camera", []) if "camera" in senses else ("alone", [])

    def _added(self, noun: Item, verb: Item) -> int:
        """The place of a noun of an earlier clause, now one of this one's."""
        self.items.append(replace(noun, start=verb.start, end=verb.end))
        self.placed.append(True)
        return len(self.items) - 1

    def _goes_somewhere(self, verb: int) -> bool:
        """ "Move through the forest" against "movement in the forest"."""
        following = next((item for item in self.items[verb + 1 :] if item.role not in TRANSPARENT), None)
        return (
            following is not None
            and following.role == "direction"
            and following.name in ("in", "along", "around")
        )

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
                or not (
                    verb.is_third_person
                    or self._turning(verb, subject)
                    or (subject.text.endswith("s") and self.clause.link == "and")
                )
            ):
                return None
        elif verb.entry.senses.get("alone"):
            return None
        return subject.role, [self._added(subject, verb)]

    def _turning(self, verb: Item, subject: Item) -> bool:
        """ "Hero product, rotating"."""
        return verb.text.endswith("ing") and subject.role == "product" and "product" in verb.entry.senses

    def _has_camera(self) -> bool:
        return any(item.role == "camera" and not self.placed[i] for i, item in enumerate(self.items))

    # -- modifiers ----------------------------------------------------------------------------------------------
    def _owner(self, at: int) -> int | None:
        """The verb that a modifier at `at` belongs to: the next one if it stands right before it, else the last."""
        if not self.verbs or (self.items[at].role == "amount" and self._tells_a_noun(at)):
            return None
        earlier = [verb for verb in self.verbs if verb < at]
        later = [verb for verb in self.verbs if verb > at]
        adjacent = later and all(item.role in TRANSPARENT for item in self.items[at + 1 : later[0]])
        beside = self.items[at].role == "direction" and self.items[at - 1].role == "verb"
        if earlier and (beside or not adjacent):
            return earlier[-1]
        return later[0] if later else earlier[-1]

    def _tells_a_noun(self, at: int) -> bool:
        """ "Long hair", "the calm sea": an adjective of a noun that no verb follows."""
        rest = [item.role for item in self.items[at + 1 :] if item.role not in TRANSPARENT]
        nouns = [i for i, role in enumerate(rest) if role not in NOUNS or role in ("camera", "wind")]
        first = nouns[0] if nouns else len(rest)
        return first > 0 and (first == len(rest) or rest[first] not in ("verb", "camera", "wind", "and"))

    def _direction_items(self, verb: int) -> list[int]:
        found = []
        for i, item in enumerate(self.items):
            if item.role == "negation" and i > verb:
                break  # "left instead of right"
            if (item.role == "direction" and self._owners[i] == verb) or (
                item.role == "near" and "camera" in self.items[verb].entry.senses and self._beside(verb, i)
            ):
                found.append(i)
        return found

    def _beside(self, verb: int, at: int) -> bool:
        """Nothing but small words between: "pushes slowly in", "zooms in and out"."""
        between = self.items[verb + 1 : at] if at > verb else [None]
        return all(
            item and item.role in (*TRANSPARENT, "direction", "near", "camera", "and", "or")
            for item in between
        )

    def _directions(self, verb: int) -> list[str]:
        return list(dict.fromkeys(self.items[i].name for i in self._direction_items(verb)))

    def _factor(self, verb: int) -> float:
        factor, pressed = 1.0, 1.0
        for i, item in enumerate(self.items):
            if item.role == "intensifier":
                pressed = 1.25
            elif item.role == "amount":
                if self._owners[i] == verb:
                    self.used.add(i)
                    factor *= item.entry.factor**pressed
                pressed = 1.0
        return factor

    def _quantity(self, verb: int) -> Quantity | None:
        for i, item in enumerate(self.items):
            if item.quantity and self._owners[i] == verb:
                self.used.add(i)
                return item.quantity
        return None

    def _easing(self) -> str | None:
        for i, item in enumerate(self.items):
            if item.role == "easing":
                self.used.add(i)
                return item.name
        return None

    # -- what stands still or is spared --------------------------------------------------------------------------
    def _exception(self) -> int | None:
        return self._exception_at

    def _find_exception(self) -> int | None:
        """Where "except" stands, or the "but" of "everything but"."""
        everything = False
        for i, item in enumerate(self.items):
            everything = everything or item.text.startswith(REST) or item.text in NOTHING
            looks = [
                one.role
                for one in self.items[:i]
                if one.role in ("mood", "mood_adjective", "verb", "still", "keep")
            ]
            if looks and set(looks) <= {"mood", "mood_adjective", "keep"} and "mood_adjective" in looks:
                continue  # "everything is blue except her scarf"
            if item.role == "except" or (item.text == "but" and everything):
                return i
        return None
