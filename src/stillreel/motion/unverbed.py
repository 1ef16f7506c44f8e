"""What a clause says without a verb: what stands still, what is named, the wind, the mood and the time."""

from __future__ import annotations

from stillreel.motion.asked import Asked, AskedMotion
from stillreel.motion.clauses import NOUNS, Clause, Item
from stillreel.motion.sentence import NOTHING, REST, Context, Sentence
from stillreel.motion.vocabulary import Vocabulary

__all__ = ["Unverbed"]

_MOTION_DIRECTIONS = frozenset(["left", "right", "up", "down", "camera", "clockwise", "counterclockwise"])
_MOVED_WHEN_NAMED = {
    "eyes": "blink", "chest": "breathe", "head": "head_turn", "body": "sway", "person": "breathe",
}  # fmt: skip
_BESIDE_A_NAME = {
    "preposition",
    "place",
    "thing",
    "direction",
    "amount",
    "and",
    "determiner",
    "intensifier",
    "when",
}
_REGIONS = {"person": "person", "product": "subject", "object": "subject", "head": "face"}  # of words not listed
_MOUNTS = frozenset(("tripod", "sticks", "shot", "frame", "camera", "locked", "lock", "lockoff", "lockdown"))
_SOMETHING = ("product", "object", "person", "thing", "unknown_noun")  # it is this that stands still
_HOLDING = ("hold", "stay", "remain", "stays", "holds", "holding", "remains", "staying")
_PLACES_STILL = frozenset(["background", "backdrop", "scene", "subject", "foreground", "frame"])


class Unverbed(Sentence):
    """A sentence and what it asks for so far."""

    def __init__(self, clause: Clause, context: Context, words: Vocabulary, text: str) -> None:
        super().__init__(clause, context, words, text)
        self.asked = Asked(clause.step, throughout=clause.link != "then")

    def _motion_direction(self, heard: list[int]) -> str | None:
        for i in heard:
            if self.items[i].role == "direction" and self.items[i].name in _MOTION_DIRECTIONS:
                self.used.add(i)
                return self.items[i].name
        return None

    # -- stillness ----------------------------------------------------------------------------------------------
    def _stillness(self) -> None:
        if not self._is_still():
            self._no_camera()
            return
        if any(item.role == "negation" for item in self.items) and not any(
            item.role == "negation" and item.text in NOTHING for item in self.items
        ):
            return
        self.used.update(
            i for i, item in enumerate(self.items) if item.role in ("still", "still_after", "keep")
        )
        cameras = [i for i, item in enumerate(self.items) if item.role == "camera" and not self.placed[i]]
        targets = self._targets()
        mounted = any(
            item.role == "still" and _MOUNTS & {*item.text.split(), *following.text.split()}
            for item, following in zip(self.items, [*self.items[1:], self.items[-1]], strict=True)
        )
        targets = [i for i in targets if not (mounted and self.placed[i])]  # "tripod shot of the bay"
        if cameras and not any(item.role == "and" for item in self.items):
            targets = []
        self.used.update([*cameras, *targets])
        named = any(item.role in _SOMETHING and not self.placed[i] for i, item in enumerate(self.items))
        if cameras or mounted or not (targets or named):
            self.asked.static = True
        for i in targets:
            self._hold(self.items[i])

    def _no_camera(self) -> None:
        """ "No camera", "no camera tricks"."""
        denials = [i for i, item in enumerate(self.items) if item.role == "negation"]
        if not denials or self.verbs:
            return
        cameras = [i for i in range(denials[0], len(self.items)) if self.items[i].role == "camera"]
        if any(self.items[i].text.startswith("cam") and not self.placed[i] for i in cameras):
            self.used.update(cameras)
            self.asked.refused_moves.add("any")

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
                low = not following and i > 0 and self.items[i - 1].role == "and" and not self.verbs
                beside = beside or (
                    low and any(one.role == "camera" for one in self.items)
                )  # "low and still"
                if (kept and not self.verbs) or beside:
                    return True
        if self.verbs or not any(item.role == "keep" and item.text in _HOLDING for item in self.items):
            return False
        return not self.clause.has_head

    def _targets(self) -> list[int]:
        """Nouns that name a region to hold (not those after `except`)."""
        only = next((i for i, item in enumerate(self.items) if item.role == "only"), None)
        limit = self._exception() or only or len(self.items)
        return [
            i for i, item in enumerate(self.items[:limit])
            if item.role in NOUNS and item.role != "camera" and i not in self.used and self._region(item)
        ]  # fmt: skip

    def _region(self, item: Item) -> str | None:
        if item.role == "thing":
            return self.words.kind_regions[item.name]
        for size in range(len(item.text.split()), 0, -1):
            word = " ".join(item.text.split()[-size:])
            for form in (word, *self.words.known_forms(word)):
                if form in self.words.regions:
                    return self.words.regions[form]
        return _REGIONS.get(item.role)

    def _hold(self, item: Item) -> None:
        if item.text.startswith(REST):
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
            asks = self.asked.motions or self.asked.static or self.asked.hold
            said = any(item.role == "only" and item.text not in ("just", "only") for item in self.items)
            self.asked.only = self.asked.only or (bool(asks or said) and not self.asked.moves)
        self.asked.only = self.asked.only or excepted is not None

    def _asks_by_name(self, at: int) -> bool:
        """A bare list of things ("hair, clouds"), or things in the wind."""
        if self.verbs or self.items[at].name == "light":
            return False
        if self.placed[at]:  # "wind in her hair"
            return any(item.role == "wind" and not self.placed[i] for i, item in enumerate(self.items[:at]))
        if any(item.role == "wind" for item in self.items) or any(item.role == "only" for item in self.items):
            return True
        if any(item.role == "vague" for item in self.items):
            return True  # "give the clouds some motion"
        others = {item.role for item in self.items} - _BESIDE_A_NAME
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

    def _of_no_body(self) -> bool:
        """What acts here is named, and has neither hair nor cloth."""
        nouns = [self.items[i].role for i in self._nouns(range(len(self.items)))]
        return bool(nouns) and set(nouns) <= {"scenery", "object", "product"}

    def _wind(self) -> None:
        winds = [i for i, item in enumerate(self.items) if item.role == "wind"]
        if not winds:
            return
        self.used.update(winds)
        if self._denied(winds[0]):
            return
        if self.placed[winds[0]] and self._of_no_body():
            return  # "the surface wrinkles in the wind"
        self.asked.wind = True
        for i, item in enumerate(self.items):
            if item.role == "amount" and i not in self.used:
                self.asked.wind_factor *= item.entry.factor
                self.used.add(i)
        heard = [i for i, item in enumerate(self.items) if item.role == "direction" and i not in self.used]
        self.asked.wind_direction = self._motion_direction(heard)

    # -- mood and small words -----------------------------------------------------------------------------------
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
        real = [self.items[i] for i in self.used if self.items[i].role != "negation" or len(self.used) > 1]
        if real:
            start, end = min(item.start for item in real), max(item.end for item in real)
            self.asked.understood = " ".join(self.text[start:end].split())
        run: list[Item] = []
        for i, item in enumerate([*self.clause.items, None]):
            known = i in self.used or (
                item is not None and self.items[i].role == "unknown_noun" and self.asked.motions
            )
            if item is not None and item.role in ("unknown", "number") and not known:
                run.append(item)
            elif run:
                self.asked.unknown.append(" ".join(self.text[run[0].start : run[-1].end].split()))
                run = []
