"""The wish without its problems: of two things that exclude each other one is kept, of a crowd the first.

Camera moves win over a camera that stands still, motions over what is held; of opposites and of too many the first is
kept; of fast and slow, slow. What a still photo does not hold, and what follows a cut, is left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from stillreel.motion.advice.ambition import Deed, crowd
from stillreel.motion.advice.contradictions import opposites_at_once
from stillreel.motion.advice.heard import Heard, Part
from stillreel.motion.advice.lexicon import lexicon
from stillreel.motion.advice.values import Remark
from stillreel.motion.asked import Asked
from stillreel.motion.assemble import assemble
from stillreel.motion.plan import MotionPlan, RegionMotion, Words
from stillreel.motion.vocabulary import vocabulary

__all__ = ["intended", "kept_parts"]

_KEPT_MOTIONS = 2
_PLACE = {"hair": "hair", "cloth": "cloth", "water": "water", "clouds": "sky", "foliage": "foliage"}
_SLOW = 0.6


def intended(heard: Heard, deeds: list[Deed], remarks: Collection[Remark]) -> MotionPlan:
    """The plan that the prompt means, without what is flagged. Empty where nothing is left."""
    codes = {remark.code for remark in remarks if remark.severity != "info"}
    asked = [_possible(part, deeds) for part in kept_parts(heard, deeds)]
    if not asked:
        return MotionPlan(seconds=heard.seconds)
    if "prompt.contradiction" in codes:
        asked = _agreeing(asked, heard)
    late = all("end" in part.clause.roles for part in heard.parts)
    plan, _ = assemble(asked, heard.seconds, vocabulary(), late)
    plan = plan.model_copy(
        update={"words": Words(understood=plan.words.understood), "mood": _mood(plan, heard)}
    )
    plan = _with_ways(plan, heard.reading.plan)
    if "prompt.contradiction" in codes:
        plan = _unheld(_one_way(plan, heard), heard)
    if "prompt.too_many" in codes or any(True for remark in crowd(heard) if remark.severity == "warn"):
        plan = _thinned(plan)
    return plan


def kept_parts(heard: Heard, deeds: list[Deed]) -> list[Part]:
    """The clauses up to the first cut; those between the first and the second heading of a scene."""
    cuts = sorted(deed.start for deed in deeds if deed.kind == "scenes")
    if not cuts:
        return list(heard.parts)
    first = [part for part in heard.parts if part.end <= cuts[0]]
    if any(part.moves_something for part in first):
        return first
    after = cuts[1] if len(cuts) > 1 else len(heard.text)
    return [part for part in heard.parts if part.start < after]


def _possible(part: Part, deeds: list[Deed]) -> Asked:
    """The clause's requests; a hand that waves is no water."""
    asked = part.asked
    waves = any(part.start <= deed.start < part.end and "wav" in deed.words.lower() for deed in deeds)
    named = any(item.role == "thing" and item.name == "water" for item in part.items)
    motions = [one for one in asked.motions if not (waves and one.kind == "water" and not named)]
    return replace(asked, step=part.clause.step, motions=motions, impossible=[], unknown=[])


def _mood(plan: MotionPlan, heard: Heard) -> tuple[str, ...]:
    """Without words of quality, and of a pair that excludes itself only the first."""
    quality = lexicon().quality
    kept = [mood for mood in plan.mood if not quality.within(mood)]
    for pair in lexicon().pairs:
        if any(pair.one.within(mood) for mood in kept) and any(pair.other.within(mood) for mood in kept):
            first = next(mood for mood in kept if pair.one.within(mood) or pair.other.within(mood))
            against = pair.other if pair.one.within(first) else pair.one
            kept = [mood for mood in kept if not against.within(mood)]
    return tuple(kept)


def _agreeing(asked: list[Asked], heard: Heard) -> list[Asked]:
    """Nothing is both refused and asked for, no camera stands still and moves, and no move is fast and slow."""
    moves = {move.move for one in asked for move in one.moves if move.move != "handheld"}
    kinds = {motion.kind for one in asked for motion in one.motions}
    tempo = lexicon().fast.found(heard.tokens) and lexicon().slow.found(heard.tokens)
    done = []
    for one in asked:
        refused = one.refused_moves - ({"any"} | moves if moves else set())
        told = [replace(move, factor=_SLOW) if tempo else move for move in one.moves]
        told = [move for move in told if not (moves and move.move == "handheld" and _steady(heard))]
        done.append(
            replace(one, moves=told, refused_moves=refused, refused_kinds=one.refused_kinds - kinds,
                    static=one.static and not moves)
        )  # fmt: skip
    return done


def _steady(heard: Heard) -> bool:
    pair = next(pair for pair in lexicon().pairs if "shaky" in pair.name)
    return bool(pair.one.found(heard.tokens))


def _with_ways(plan: MotionPlan, read: MotionPlan) -> MotionPlan:
    """With the directions that a list shares, which the grammar adds after the clauses."""
    told = {(motion.kind, motion.start): motion for motion in read.motions}

    def one(motion: RegionMotion) -> RegionMotion:
        same = told.get((motion.kind, motion.start))
        return motion.model_copy(update={"direction": same.direction}) if same else motion

    return plan.model_copy(update={"motions": tuple(one(motion) for motion in plan.motions)})


def _one_way(plan: MotionPlan, heard: Heard) -> MotionPlan:
    """Of opposites at once the first, over the whole time."""
    codes = {note.code for note in heard.reading.notes}
    if not (opposites_at_once(plan, heard.words) or "prompt.contradictory" in codes):
        return plan
    camera = []
    for move in plan.camera:
        before = next((i for i, one in enumerate(camera) if one.move == move.move), None)
        if before is None:
            camera.append(move)
        elif camera[before].direction != move.direction:
            camera[before] = camera[before].model_copy(update={"end": max(move.end, camera[before].end)})
    return plan.model_copy(update={"camera": tuple(camera)})


def _unheld(plan: MotionPlan, heard: Heard) -> MotionPlan:
    """Nothing is held that is to move; nor a background through which the camera flies."""
    places = {_PLACE.get(motion.kind) for motion in plan.motions}
    still = bool(lexicon().stillness.found(heard.tokens)) and bool(plan.motions or not plan.is_static)
    flown = any(
        word.startswith(("fly", "flies", "soar", "swoop", "div", "rush", "race")) for word in heard.words
    )
    flown = flown and not plan.is_static
    wide = ("whole", "background") if still or flown else ()
    hold = tuple(region for region in plan.hold if region not in places and region not in wide)
    return plan.model_copy(update={"hold": hold})


def _thinned(plan: MotionPlan) -> MotionPlan:
    """One camera move and two motions, the first of each, over the whole clip."""
    whole = {"start": 0.0, "end": plan.seconds}
    moves = sorted(plan.camera, key=lambda move: move.start)[:1]
    kinds = list(dict.fromkeys(motion.kind for motion in plan.motions))[:_KEPT_MOTIONS]
    motions = tuple(motion for motion in plan.motions if motion.kind in kinds)
    return plan.model_copy(
        update={"camera": tuple(move.model_copy(update=whole) for move in moves), "motions": motions}
    )
