"""What a clause says without a verb: what stands still, what is named, and the wind."""

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
        mounted = any(item.role == "still" and _MOUNTS & set(item.text.split()) for item in self.items)
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
