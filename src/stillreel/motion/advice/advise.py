"""All advice on one prompt."""

from __future__ import annotations

from collections.abc import Collection

from stillreel.motion.advice.ambition import Deed, crowd, deeds_asked, deeds_remarks
from stillreel.motion.advice.contradictions import contradictions
from stillreel.motion.advice.heard import Heard, hear
from stillreel.motion.advice.phrases import Names, camera_words, held_words, motion_words, names_in
from stillreel.motion.advice.rewrite import rewritten
from stillreel.motion.advice.structure import structure
from stillreel.motion.advice.suggest import carried, kind_of
from stillreel.motion.advice.templates import Template, fitting, templates
from stillreel.motion.advice.values import PromptAdvice, Remark, Rewritten, gravest_first
from stillreel.motion.advice.wording import language_remark, wording
from stillreel.motion.grammar import read_prompt
from stillreel.motion.plan import MotionPlan
from stillreel.scene.values import Scene

__all__ = ["advise_prompt"]

_LEAST = "Slow push in. The background stays still."  # suits any photo


def advise_prompt(
    prompt: str, seconds: float = 5.0, able: Collection[str] = (), scene: Scene | None = None
) -> PromptAdvice:
    """Advice on `prompt` for a clip of `seconds` (1-60).

    `able`: which of MODEL_KINDS the chosen model can do; none for the embedded one. With a `scene`, what is offered for
    a prompt that names no motion is what that photo carries. Raises PlanError `prompt.too_long` over 2,000 characters.
    """
    heard = hear(prompt, seconds)
    deeds = [deed for deed in deeds_asked(heard) if deed.kind not in able]
    remarks = _remarks(heard, deeds)
    fits = templates()[kind_of(scene)] if scene is not None else fitting(heard.tokens)
    offered = _offered(heard, deeds, remarks, fits, scene)
    return PromptAdvice(prompt, seconds, gravest_first(remarks), offered, fits.name if fits else None)


def _remarks(heard: Heard, deeds: list[Deed]) -> list[Remark]:
    foreign = language_remark(heard)
    if foreign is not None:
        return [foreign]
    remarks = [*deeds_remarks(deeds, (), nothing_else=heard.asks_nothing)]
    remarks += [*wording(heard, bool(deeds)), *crowd(heard), *contradictions(heard)]
    return remarks + ([] if heard.asks_nothing else [*structure(heard)])


def _clean(text: str, seconds: float) -> bool:
    heard = hear(text, seconds)
    return not any(remark.severity != "info" for remark in _remarks(heard, deeds_asked(heard)))


def _offered(
    heard: Heard, deeds: list[Deed], remarks: list[Remark], fits: Template | None, scene: Scene | None
) -> Rewritten | None:
    """A rewritten prompt where anything is flagged; from a template or the scene where no motion was named."""
    flags = [remark for remark in remarks if remark.severity != "info"]
    if not flags or any(remark.code == "prompt.language" for remark in flags):
        return None
    own = rewritten(heard, deeds, remarks, lambda text: _clean(text, heard.seconds))
    denies = any(remark.code == "prompt.only_negative" for remark in flags)
    if own is not None and not denies:
        return own
    plan = _unasked(heard, fits, scene)
    gone = () if denies else tuple(dict.fromkeys(f"'{word}'" for one in flags for word in one.words))
    text = _in_words(plan, names_in(heard))
    named = fits.name if fits else None
    return Rewritten(text, read_prompt(text, heard.seconds).plan, gone, named)


def _unasked(heard: Heard, fits: Template | None, scene: Scene | None) -> MotionPlan:
    """What may be done where no motion was asked for: by the scene or the template, else the least; what the prompt
    refuses is kept out."""
    if scene is not None:
        plan = carried(scene, heard.seconds)
    else:
        plan = read_prompt(fits.plan if fits else _LEAST, heard.seconds).plan
    refused = {kind for part in heard.parts for kind in part.asked.refused_kinds}
    motions = tuple(motion for motion in plan.motions if motion.kind not in refused)
    asked = heard.reading.plan
    still = asked.camera if asked.camera and asked.is_static else plan.camera
    hold = tuple(dict.fromkeys((*plan.hold, *asked.hold)))
    return plan.model_copy(update={"motions": motions, "camera": still, "hold": hold})


def _in_words(plan: MotionPlan, names: Names) -> str:
    """A plan's camera, motions and stillness as sentences."""
    sentences = [", then ".join(camera_words(move) for move in plan.camera[:1])]
    told = list(dict.fromkeys(motion_words(motion, names, plan) for motion in plan.motions))
    who = f"{names.who} "
    told = [one.removeprefix(who) if i and told[i - 1].startswith(who) else one for i, one in enumerate(told)]
    sentences += [" and ".join(told), *(held_words(region) for region in plan.hold)]
    return " ".join(f"{one[0].upper()}{one[1:]}." for one in sentences if one)
