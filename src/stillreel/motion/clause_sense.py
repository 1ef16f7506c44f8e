"""What a clause asks for: each verb takes the meaning that goes with who does it (the camera, a person, a thing)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stillreel.motion.asked import Asked, AskedMotion, AskedMove
from stillreel.motion.clauses import Clause
from stillreel.motion.light_sense import Said, light_asked, light_words
from stillreel.motion.plan import KINDS
from stillreel.motion.relabel import PATHS, TRANSPARENT, no_place
from stillreel.motion.sentence import WHO, Context
from stillreel.motion.smoke_sense import smoke_placed
from stillreel.motion.unverbed import Unverbed
from stillreel.motion.vocabulary import Vocabulary
from stillreel.motion.whither import ways

__all__ = ["Context", "read_clause"]


def read_clause(clause: Clause, context: Context, words: Vocabulary, text: str) -> Asked:
    """The clause's requests; `context` is updated."""
    return _Reader(clause, context, words, text).read()


class _Reader(Unverbed):
    def read(self) -> Asked:
        changed = light_words(self.words).change(self.items)
        if changed:
            self._use(changed)
        self._mood()
        for verb in self.verbs:
            self._verb(verb)
        self._stillness()
        self._things_by_name()
        self._wind()
        self._leftover_directions()
        self._small_words()
        self._remember()
        self._air(changed)
        self._account()
        return self.asked

    def _remember(self) -> None:
        """What a later "it", or a "rotating" after a comma, may mean."""
        things = [item for item in self.items if item.role == "thing"]
        self.context.thing = things[-1] if things else self.context.thing
        self.context.product = self.context.product or any(item.role == "product" for item in self.items)
        nouns = self._nouns(range(len(self.items)))
        if not self.verbs and nouns and self.items[nouns[-1]].role == "product":
            self.context.subject = self.items[nouns[-1]]

    # -- light --------------------------------------------------------------------------------------------------
    def _use(self, said: Said) -> None:
        """These words speak of light and of nothing else."""
        inside = {i for i, item in enumerate(self.items) if said.start <= item.start < said.end}
        self.used.update(inside)
        self.mood.update(inside)
        self.verbs = [verb for verb in self.verbs if verb not in inside]

    def _air(self, changed: Said | None) -> None:
        """What light and smoke do here, which the clause's other words decide."""
        if changed and any(item.role == "negation" for item in self.items):
            self.asked.refused_kinds.add("light")
            changed = None
        if changed:
            self.used.update(i for i, item in enumerate(self.items) if item.role == "amount")
        motions = light_asked(self.items, self.asked.motions, changed, self.words)
        self.asked.motions = smoke_placed(self.items, motions, self.words)

    # -- verbs --------------------------------------------------------------------------------------------------
    def _verb(self, verb: int) -> None:
        item = self.items[verb]
        if self._someone_elses(verb):
            return
        if verb and self.items[verb - 1].text in _ANYTHING and self._denied(verb):
            self.used.add(verb)  # "I don't want anything drifting back there"
            return
        if item.entry.senses.get("describes") and self._describes(verb):
            self.used.add(verb)
            return
        if "any" in item.entry.senses:
            subjects = self._nouns(self._span(verb)[0])
            if (
                subjects
                and self.items[subjects[-1]].role == "thing"
                and (
                    item.entry.senses["any"] not in _WITHOUT_THING or self.items[subjects[-1]].name == "light"
                )
            ):
                self._move_things(verb, [i for i in subjects if self.items[i].role == "thing"])  # flames lick
                return
            self._deed(verb, item.entry.senses["any"], subjects)
            if (
                not any(self.items[i].role == "camera" for i in subjects)
                and item.entry.senses["any"] != "impossible"
            ):
                self.context.subject = replace(item, role="person")
            return
        role, nouns = ("alone", []) if self._given(verb) else self._doer(verb)
        if nouns and role in WHO:
            self.context.subject = self.items[nouns[-1]]
        sense = item.entry.senses.get(role)
        if role == "camera":
            self._camera(verb, nouns)
        elif role == "thing" and (sense or "camera" in item.entry.senses):
            glowing = item.entry.senses.get("alone") == "light" and {self.items[i].name for i in nouns} == {
                "cloth"
            }
            self._deed(verb, "light", nouns) if glowing else self._move_things(verb, nouns)
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
        elif item.entry.senses.get("alone") == "light" and role in ("product", "object", "unknown_noun"):
            self._deed(verb, "light", nouns)  # "the ring glints"
        elif role in ("person", "object", "hand") and "camera" in item.entry.senses:
            self._deed(verb, "impossible", nouns)  # "she steps in"
        elif self._denied(verb):
            self._deny_all(verb)

    def _someone_elses(self, verb: int) -> bool:
        """The wind that acts on what follows, the camera that "walks" or "trails", and a boat that leans."""
        item, own = self.items[verb], self._owned(verb)
        does = item.entry.senses.get("any")
        if item.text.startswith(_GAITS) and self._viewer_walks(verb):
            self._camera(verb, [], "walk")
            return True
        if own is None:
            return False
        if self.items[own].role == "wind":
            things = [
                i for i in self._nouns(self._span(verb)[1], placed=True) if self.items[i].role == "thing"
            ]
            if things:
                self._move_things(verb, things)
            return bool(things)
        if self.items[own].role == "camera" and "camera" not in item.entry.senses and does != "rotate":
            family = "look" if does == "head_turn" else "walk" if item.text.startswith(_GAITS) else "move"
            goes = [name for name in self._directions(verb) if name in self.words.families[family]]
            if does in ("breathe", "sway"):
                self.used.add(verb)
                return True
            if item.text.startswith("enter"):
                self._camera(verb, [own], "walk")
            elif goes or item.text.endswith("around"):
                self._camera(verb, [own], family, "around" if not goes else None)
            return bool(goes) or does == "impossible" or item.text.endswith("around")
        if does == "sway" and self.items[own].role in ("object", "scenery", "product"):
            self.used.add(verb)
            return True
        return False

    def _viewer_walks(self, verb: int) -> bool:
        """ "We walk down the hall", "walk through the front door"."""
        before, family = [one.text for one in self.items[:verb]], self.words.families["walk"]
        bare = (
            not before
            and self.context.subject is None
            and not self.items[verb].text.endswith(("s", "ing", "ed"))
        )
        viewer = bool(_VIEWERS.intersection(before)) and not self._nouns(range(verb))
        return (bare or viewer) and any(name in family for name in self._directions(verb))

    def _given(self, verb: int) -> bool:
        """ "Give the can a spin": the thing before it, not the camera."""
        before = [item.text for item in self.items[:verb] if item.role != "thing"]
        spins = "alone" in self.items[verb].entry.senses
        return spins and len(before) == verb and "give" in before and not self._has_camera()

    def _describes(self, verb: int) -> bool:
        """A participle right before a person tells how the photo looks: "a smiling woman"."""
        following = self.items[verb + 1 : verb + 2]
        return self.items[verb].text.endswith("ing") and bool(following) and following[0].role == "person"

    def _camera(self, verb: int, nouns: list[int], family_name: str = "", goes: str | None = None) -> None:
        item = self.items[verb]
        family_name = family_name or item.entry.senses["camera"]
        family = self.words.families[family_name]
        says = item.entry.senses.get("says") if item.entry.senses.get("says") in family else None
        near = self._direction_items(verb)
        heard = [near[i] for i in ways(family_name, family, [self.items[i] for i in near], says)]
        names = list(dict.fromkeys(self.items[i].name for i in heard))
        if "around" in names and len(names) > 1:  # "rotate to the left around the car"
            family = self.words.families["orbit"]
            names = [name for name in names if name != "around" and name in family]
        elif (
            family_name == "rotate"
            and item.text.endswith(" around")
            and [one.role for one in self.items[verb + 1 : verb + 2]] == ["determiner"]
        ):
            family = self.words.families["orbit"]  # "spin around the statue to the left"
        if not (names or goes or says or family["default"]) and self._over(verb):
            goes = "in"
        names = names or self._side_reached(verb, family) or [one for one in (goes or says,) if one]
        said = [family[name] for name in names if name in family] or [family["default"]]
        if self._denied(verb):
            self.used.update([verb, *nouns, *heard])
            everything = not said[0] and (self._has_camera() or not self._targets())
            exact = bool(names) or family_name == "pull"  # "don't pull back" leaves a push as it is
            refused = {one if exact else one.split()[0] for one in said if one}
            if not item.entry.senses.get("weak"):  # "no parallax tricks" refuses no slide
                self.asked.refused_moves.update({"any"} if everything else refused)
            if not said[0] and not self._has_camera():
                self._deny_all(verb)
            return
        if not said[0]:
            if nouns and "camera" in item.entry.senses:
                self.context.camera_verb = item  # "travels the length of the table, left to right"
            self.asked.vague = True
            self.used.update([verb, *nouns])
            return
        self.used.update([verb, *nouns, *heard])
        self.context.camera_verb = item if "camera" in item.entry.senses else self.context.camera_verb
        self.context.subject = replace(item, role="camera")
        guessed, after = not names, self.items[verb + 1 : verb + 2]
        if guessed and family_name in _KIT and after and "camera" in after[0].entry.senses:
            return  # "dolly pull back": the one says with what, the other where
        senses, sudden = item.entry.senses, item.text.startswith(_SUDDEN)
        how = {
            "factor": self._factor(verb) * (1.6 if sudden else 1.0),
            "quantity": self._quantity(verb),
            "easing": self._easing(),
            "weak": (bool(senses.get("weak")) and not any(self.items[i].text in _WHITHER for i in heard))
            or (guessed and family_name == "ken_burns"),
            "guessed": guessed,
            "doubtful": guessed and [one.role for one in after] in _BARE,
            "sudden": sudden,
            "general": not guessed and (family_name in _GENERAL or says is not None),
            "steered": frozenset(family.values()) if guessed and family_name in _KIT else frozenset(),
        }
        for one in dict.fromkeys(said):
            self._ask_move(one, **how)

    def _side_reached(self, verb: int, family: Mapping[str, str]) -> list[str]:
        """ "Go over to the dog on the left side"."""
        after = [self.items[i] for i in self._span(verb)[1]]
        if family["default"] or [one.text for one in after[:2]] != ["over", "to"]:
            return []
        words = [word for one in after if one.role == "place" for word in one.text.split()]
        return [word for word in words if word in ("left", "right") and word in family][:1]

    def _over(self, verb: int) -> bool:
        """ "Glides over the roofs", "the camera moves to the door"."""
        after = [i for i in self._span(verb)[1] if self.items[i].role not in TRANSPARENT][:1]
        paths = [self.items[i].text for i in after if not no_place(self.items, i)]
        return paths == ["over"] or (bool(PATHS.intersection(paths)) and self._has_camera())

    def _ask_move(self, said: str, **how: Any) -> None:
        move, _, direction = said.partition(" ")
        if move == "static":
            self.asked.static = True
            return
        self.asked.moves.append(AskedMove(move, direction or None, **how))

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
            regions = self.words.kind_regions
            self.asked.hold.extend(regions[kind] for kind in kinds if kind in regions)
            return
        direction, leaning = self._motion_direction(heard), item.entry.senses.get("says")
        factor = self._factor(verb)
        self.asked.motions.extend(AskedMotion(kind, direction, factor, leaning=leaning) for kind in kinds)

    def _deed(self, verb: int, kind: str, nouns: list[int]) -> None:
        """A motion of a person, a product or a scene that needs no thing; or what cannot be done."""
        self.used.update([verb, *nouns])
        heard = self._direction_items(verb)
        if kind == "impossible":
            if self._denied(verb):
                self._spare(verb, nouns)
            if not self._denied(verb):
                first = min([verb, *(i for i in nouns if i < verb)])
                self.used.update(heard)
                last = max([verb, *(i for i in nouns if self.items[i].end > self.items[verb].end)])
                self.asked.impossible.append(self.text[self.items[first].start : self.items[last].end])
            return
        assert kind in KINDS
        if self._denied(verb):
            self.asked.refused_kinds.add(kind)
            self._spare(verb, nouns)
            if kind == "sway":
                self.asked.hold.append("person")
            return
        quantity = self._quantity(verb)
        count = int(min(max(quantity.value, 1), 5)) if quantity and quantity.unit == "times" else 1
        direction = None
        if kind in ("head_turn", "rotate", "sway") or kind in self.words.kind_regions:
            direction = self._motion_direction(heard) or self.items[verb].entry.senses.get("says")
        self.asked.motions.append(AskedMotion(kind, direction, self._factor(verb), count))

    def _spare(self, verb: int, nouns: list[int]) -> None:
        """ "Don't touch the sky", "don't change his face", "the product must not move": these are held."""
        item = self.items[verb]
        if item.text.startswith(("touch", "change", "replace", "remove")):
            for one in [item, *(self.items[i] for i in self._targets())]:
                self._hold(one)
        elif item.name == "move":
            for i in nouns:
                self._hold(self.items[i])

    def _leftover_directions(self) -> None:
        """ "then up": the last camera verb again, in another direction; "camera up": a move without a verb."""
        verb = self.context.camera_verb
        opens = self.items[0].text in _OPENS
        if self.verbs or self.asked.motions or (self.clause.roles - _ONLY_WHITHER and not opens):
            return
        bare = [item for item in self.items if item.role == "camera" and item.text in _CAMERAS]
        told = [item for item in self.items if item.role in ("direction", "near") and item.text in _WHITHER]
        bare = bare or opens or any(item.text in _COMPARED for item in told)  # "a bit closer please"
        if verb is None and told and (bare or told[0].text.startswith("camera")):
            family = self.words.families["move"]
        elif verb is None:
            return
        else:
            family = self.words.families["move" if bare else verb.entry.senses["camera"]]
        for i, item in enumerate(self.items):
            if item.role in ("direction", "near") and item.name in family and i not in self.used:
                self.used.add(i)
                self._ask_move(family[item.name])


_ONLY_WHITHER = frozenset(
    ("direction", "near", "camera", "amount", "intensifier", "filler", "determiner", "when", "quantity", "easing")
    + ("then", "and", "end", "first", "pronoun", "preposition", "keep", "scenery", "head", "eyes", "product", "place")
)  # fmt: skip
_GAITS = ("walk", "run", "stroll", "driv", "rid", "step", "crawl", "swim")
_VIEWERS = frozenset(("we", "we're", "you", "you're", "i", "i'm"))
_SUDDEN = ("whip", "swish", "crash", "snap")
_CAMERAS = ("camera", "cam", "drone", "gimbal", "the camera")
_ANYTHING = ("anything", "anyone", "anybody", "things", "something")
_COMPARED = ("closer", "nearer", "higher", "further away", "farther away", "further", "farther", "lower")
_OPENS = ("forward", "forwards", "backward", "backwards")  # "forward through the hall"
_WHITHER = frozenset(
    ("up", "down", "left", "right", "in", "out", "forward", "forwards", "backward", "backwards", "back", "upward")
    + ("upwards", "downward", "downwards", "around", "away", "sideways")
    + ("camera left", "camera right", *_COMPARED)
)  # fmt: skip
_BARE = (["unknown"], ["unknown_noun"], ["product"], ["object"], ["scenery"])  # "pan pizza"
_GENERAL = ("move", "fly", "lower", "hover")
_KIT = ("truck", "dolly", "crane", "fly", "ken_burns")  # named without a way: "tracking shot", "crane shot"
_WITHOUT_THING = ("blink", "rotate")
