"""A prompt in plain English to a MotionPlan.

text -> tokens (words) -> tagged phrases (vocabulary) -> without headings (labels), asides and look-alikes (homographs)
     -> clauses in steps (clauses) -> requests (clause_sense) -> times (schedule) -> plan and notes (assemble)

Nothing is guessed in silence: `plan.words` lists what was understood, what was not and what cannot be done, and the
notes say what was assumed, snapped or left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stillreel.errors import PlanError
from stillreel.events import Warned
from stillreel.motion.asides import without_asides
from stillreel.motion.asked import Asked
from stillreel.motion.assemble import assemble
from stillreel.motion.clause_sense import Context, read_clause
from stillreel.motion.clauses import MOST_TOKENS, Clause, cut, tag
from stillreel.motion.homographs import settled
from stillreel.motion.labels import without_labels
from stillreel.motion.plan import MotionPlan
from stillreel.motion.purposes import without_purposes
from stillreel.motion.relabel import assumed_moves
from stillreel.motion.vocabulary import vocabulary
from stillreel.motion.words import clean

__all__ = ["LONGEST_PROMPT", "Reading", "parse_prompt", "read_prompt"]

LONGEST_PROMPT = 2_000  # characters


_WAYS = frozenset(("left", "right", "up", "down"))
_NAMES = frozenset(
    ("thing", "determiner", "amount", "mood_adjective", "and", "unknown", "filler", "intensifier", "wind")
)


def _shared(asked: list[Asked], clauses: list[Clause]) -> list[Asked]:
    """ "Hair, skirt and grass blow to the right": bare names beside a clause share its direction."""
    pairs = [(i, i - 1) for i in range(len(asked) - 1, 0, -1)] + [(i - 1, i) for i in range(1, len(asked))]
    for told, bare in pairs:
        ways = {motion.direction for motion in asked[told].motions}
        beside = clauses[max(told, bare)].link in ("comma", "and") and clauses[bare].roles <= _NAMES
        if len(ways) == 1 and ways <= _WAYS and beside:
            way = ways.pop()
            asked[bare].motions = [
                replace(one, direction=one.direction or way) if one.kind != "light" else one
                for one in asked[bare].motions
            ]
    return asked


@dataclass(frozen=True)
class Reading:
    plan: MotionPlan
    notes: tuple[Warned, ...] = ()


def parse_prompt(text: str, seconds: float = 5.0) -> MotionPlan:
    """The plan that `text` asks for, over `seconds` (1-60), without knowing the scene. See `read_prompt`."""
    return read_prompt(text, seconds).plan


def read_prompt(text: str, seconds: float = 5.0) -> Reading:
    """The plan that `text` asks for, and notes. Raises PlanError `prompt.too_long` over 2,000 characters.

    Regions are named, not yet checked against a scene: `stillreel.motion.fit_to_scene` does that, and fills an empty
    camera list."""
    if len(text) > LONGEST_PROMPT:
        raise PlanError(
            "prompt.too_long",
            f"The prompt has {len(text)} characters, the limit is {LONGEST_PROMPT}.",
            "Shorten it to the moves and motions you want to see.",
        )
    words, text = vocabulary(), clean(text)
    items, respelled = tag(text, words)
    told = settled(without_asides(without_purposes(without_labels(items, words)), text), words)
    clauses, context = cut(assumed_moves(told)), Context()
    asked = _shared([read_clause(clause, context, words, text) for clause in clauses], clauses)
    late = len(clauses) > 0 and all("end" in clause.roles for clause in clauses)
    plan, notes = assemble(asked, seconds, words, late)
    spelling = [
        Warned("prompt.spelling", f"'{wrong}' is read as '{right}'.")
        for wrong, right in dict.fromkeys(respelled)
    ]
    if items and text[items[-1].end :].strip():
        cut_off = Warned(
            "prompt.cut", f"Only the first {MOST_TOKENS} words and marks of the prompt are read."
        )
        spelling.append(cut_off)
    return Reading(plan, (*spelling, *notes))
