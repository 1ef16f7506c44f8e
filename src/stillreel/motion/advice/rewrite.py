"""The same wish in words without the problems, checked by reading it again; what was dropped is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from stillreel.motion.advice.ambition import Deed
from stillreel.motion.advice.heard import Heard, Part
from stillreel.motion.advice.lexicon import lexicon
from stillreel.motion.advice.phrases import (
    Names,
    camera_words,
    held_words,
    motion_words,
    names_in,
    pace,
    size,
)
from stillreel.motion.advice.resolve import intended, kept_parts
from stillreel.motion.advice.values import Remark, Rewritten
from stillreel.motion.describe import describe
from stillreel.motion.grammar import read_prompt
from stillreel.motion.plan import CameraMove, MotionPlan

__all__ = ["Meaning", "meaning", "rewritten"]

Meaning = tuple[tuple[tuple[object, ...], ...], tuple[tuple[object, ...], ...], tuple[str, ...]]
_LONGEST_CLAUSE = 14  # words that are taken over as they stand
_CLAUSES = 12  # that are looked at; a bound keeps hostile prompts cheap
_OPENS = frozenset(
    ("determiner", "thing", "camera", "amount", "verb", "person", "scenery", "product", "wind")
)


def rewritten(
    heard: Heard, deeds: list[Deed], remarks: list[Remark], clean: Callable[[str], bool]
) -> Rewritten | None:
    """None where nothing is left to say. `clean`: whether a text has no flag of its own."""
    plan = intended(heard, deeds, remarks)
    if any(remark.code == "prompt.too_long" for remark in remarks):
        plan = plan.model_copy(update={"mood": ()})  # words of a story, not of a look
    if not plan.camera and not plan.motions:
        return None
    for text in _candidates(plan, heard, deeds, remarks):
        if meaning(read_prompt(text, heard.seconds).plan) == meaning(plan) and clean(text):
            gone = dropped(heard, deeds, remarks, plan)
            return Rewritten(text, plan, tuple(one for one in gone if one.strip("'") not in text))
    return None


def meaning(plan: MotionPlan) -> Meaning:
    """What two readings must share: moves in order with their ways and paces, motions with theirs, what is held."""
    order = sorted(plan.camera, key=lambda move: (move.start, move.move))
    steps = {start: i for i, start in enumerate(sorted({move.start for move in order}))}
    moves = tuple((move.move, move.direction, pace(move), steps[move.start]) for move in order)
    motions = tuple(sorted({(motion.kind, motion.direction or "", size(motion)) for motion in plan.motions}))
    return moves, motions, tuple(sorted(plan.hold))


def _candidates(plan: MotionPlan, heard: Heard, deeds: list[Deed], remarks: list[Remark]) -> Iterator[str]:
    """The user's own clauses, then the same in the grammar's words, then at length; each with and without mood."""
    names = names_in(heard)
    disputed = [word for remark in remarks if remark.code == "prompt.contradiction" for word in remark.words]
    for clauses in (_own_clauses(plan, heard, deeds, []), _own_clauses(plan, heard, deeds, disputed), {}):
        for mood in (True, False) if plan.mood else (False,):
            yield _composed(plan, names, clauses, mood)
    yield _composed(plan, Names(), {}, False)
    yield describe(plan.model_copy(update={"mood": ()}))


# -- composing ----------------------------------------------------------------------------------------------------
def _composed(plan: MotionPlan, names: Names, own: dict[object, str], mood: bool) -> str:
    sentences = [_camera_sentence(plan, own), _motion_sentence(plan, names, own)]
    sentences += [held_words(region) for region in plan.hold]
    if mood:
        sentences.append(", ".join(plan.mood))
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in sentences if text)


def _camera_sentence(plan: MotionPlan, own: dict[object, str]) -> str:
    ordered = sorted(plan.camera, key=lambda move: move.start)
    steps = [list(moves) for _, moves in groupby(ordered, key=lambda move: move.start)]
    return ", then ".join(" and ".join(_move_words(move, own) for move in moves) for moves in steps)


def _move_words(move: CameraMove, own: dict[object, str]) -> str:
    return own.get((move.move, move.direction)) or camera_words(move)


def _motion_sentence(plan: MotionPlan, names: Names, own: dict[object, str]) -> str:
    clauses: list[str] = []
    for motion in plan.motions:
        text = own.get(motion.kind) or motion_words(motion, names, plan)
        if text not in clauses:
            clauses.append(text)
    shared = _without_repeated_subject(clauses)
    if len(shared) < 2:
        return "".join(shared)
    goes_on = any(word.endswith("ing") for word in shared[-1].split()[1:])  # "she smiles, steam rising"
    return ", ".join(shared[:-1]) + (", " if goes_on else " and ") + shared[-1]


def _without_repeated_subject(clauses: list[str]) -> list[str]:
    """ "She blinks, smiles": who was named is not named again in the next clause."""
    done: list[str] = []
    for i, text in enumerate(clauses):
        who = next((one for one in ("she ", "he ", "they ") if text.lower().startswith(one)), None)
        repeats = who is not None and i > 0 and clauses[i - 1].lower().startswith(who)
        done.append(text[len(who) :] if repeats and who else text)
    return done


# -- the user's own clauses ---------------------------------------------------------------------------------------
def _own_clauses(plan: MotionPlan, heard: Heard, deeds: list[Deed], disputed: list[str]) -> dict[object, str]:
    """Motion kind, or (move, direction), -> the clause as it was written, where that may stand as it is."""
    texts: dict[object, str] = {}
    for part in [part for part in kept_parts(heard, deeds) if part.moves_something][:_CLAUSES]:
        if _may_stand(part, deeds, disputed):
            alone = read_prompt(part.text, heard.seconds).plan
            texts.update(_replacing(alone, plan, _with_subject(part)))
    return texts


_ENDS_BADLY = frozenset(
    ("determiner", "preposition", "and", "or", "negation", "intensifier", "filler", "keep")
)


def _may_stand(part: Part, deeds: list[Deed], disputed: list[str]) -> bool:
    text = part.text.lower()
    first = next((item for item in part.items), None)
    spoiled = any(
        part.start <= deed.start < part.end or deed.start <= part.start < deed.end for deed in deeds
    )
    spoiled = spoiled or lexicon().quality.within(text)
    spoiled = spoiled or any(word.lower() in text or text in word.lower() for word in disputed)
    opens = first is not None and first.role in _OPENS and first.start == part.start
    opens = opens and part.items[-1].role not in _ENDS_BADLY and _places(part)
    opens = opens and not (first is not None and first.role == "verb" and part.asked.motions)  # "Smiles."
    caused = any(item.text in ("make", "makes", "let", "please", "add", "can", "want") for item in part.items)
    return opens and not (spoiled or caused or part.denied) and len(text.split()) <= _LONGEST_CLAUSE


def _with_subject(part: Part) -> str:
    """ "Moves forward", of a camera named before: "the camera moves forward"."""
    text, first = part.text.strip(), part.items[0]
    acts = first.role == "verb" and text.split()[0].lower().endswith("s") and bool(part.asked.moves)
    return f"the camera {text[:1].lower()}{text[1:]}" if acts else text


def _places(part: Part) -> bool:
    """Words that are not understood name where: "steam rises from the soup"."""
    unknown = [i for i, item in enumerate(part.items) if item.role == "unknown"]
    before = [{item.role for item in part.items[max(0, i - 2) : i]} for i in unknown]
    return len(unknown) <= 1 and all(roles & {"preposition", "direction"} for roles in before)


def _replacing(alone: MotionPlan, plan: MotionPlan, text: str) -> dict[object, str]:
    """What the clause says of the plan: exactly one move, or motions that are all in it."""
    moves, motions, held = meaning(alone)
    all_moves, all_motions, _ = meaning(plan)
    if held or alone.words.impossible or (moves and motions):
        return {}
    known = {move[:3] for move in all_moves}
    first = text.split()[0].lower()
    if len(moves) == 1 and moves[0][:3] in known and first not in ("a", "an"):
        return {(alone.camera[0].move, alone.camera[0].direction): _lowered(text)}
    if motions and set(motions) <= set(all_motions):
        return {motion.kind: _lowered(text) for motion in alone.motions}
    return {}


def _lowered(text: str) -> str:
    first = text.split(maxsplit=1)[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


# -- what is left out ---------------------------------------------------------------------------------------------
def dropped(heard: Heard, deeds: list[Deed], remarks: list[Remark], plan: MotionPlan) -> tuple[str, ...]:
    """In plain words, without repeating itself."""
    read, words = heard.reading.plan, lexicon()
    kept = {(move.move, move.direction) for move in plan.camera}
    kinds = {motion.kind for motion in plan.motions}
    said = [deed.words for deed in deeds]
    if not plan.is_static:
        said += [part.text for part in heard.parts if part.asked.static and not part.asked.moves]
    said += [heard.text[match.start : match.end] for match in words.quality.found(heard.tokens)]
    said += _faster(heard, remarks)
    said += [part.text for part in heard.parts if part.asked.vague and not part.moves_something]
    said += [*read.words.unknown, *(mood for mood in read.mood if mood not in plan.mood)]
    gone = [camera_words(move) for move in read.camera if (move.move, move.direction) not in kept]
    gone += [motion_words(one, names_in(heard), read) for one in read.motions if one.kind not in kinds]
    gone += [held_words(region) for region in read.hold if region not in plan.hold]
    gone += ["the story around it"] if any(remark.code == "prompt.too_long" for remark in remarks) else []
    return (*_quoted_once(said), *dict.fromkeys(gone))


def _faster(heard: Heard, remarks: list[Remark]) -> list[str]:
    """Of fast and slow, slow stays."""
    if not any(remark.code == "prompt.contradiction" for remark in remarks):
        return []
    fast, slow = lexicon().fast.found(heard.tokens), lexicon().slow.found(heard.tokens)
    return [heard.text[match.start : match.end] for match in fast] if slow else []


def _quoted_once(said: list[str]) -> list[str]:
    """Quoted; what stands inside a longer one is not said again."""
    told = list(dict.fromkeys(said))
    return [f"'{one}'" for one in told if not any(one != other and one in other for other in told)]
