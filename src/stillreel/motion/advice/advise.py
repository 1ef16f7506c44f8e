"""All advice on one prompt."""

from __future__ import annotations

from collections.abc import Iterator

from stillreel.motion.advice.abilities import EMBEDDED, Abilities
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
    prompt: str, seconds: float = 5.0, model: Abilities = EMBEDDED, scene: Scene | None = None
) -> PromptAdvice:
    """Advice on `prompt` for a clip of `seconds` (1-60).

    `model`: what the chosen model can do. With a `scene`, what is offered for
    a prompt that names no motion is what that photo carries. Raises PlanError `prompt.too_long` over 2,000 characters.
    """
    heard = hear(prompt, seconds)
    deeds = [deed for deed in deeds_asked(heard) if deed.kind not in model.able]
    remarks = _remarks(heard, deeds, model)
    fits = _fitting(heard, scene)
    if scene is not None and not heard.reading.plan.motions:
        remarks += [*_carries(scene, seconds)]
    offered = _offered(heard, deeds, remarks, fits, scene)
    return PromptAdvice(prompt, seconds, gravest_first(remarks), offered, fits.name if fits else None)


def _remarks(heard: Heard, deeds: list[Deed], model: Abilities) -> list[Remark]:
    foreign = language_remark(heard)
    if foreign is not None:
        return [foreign]
    able_deeds = bool(model.able) and bool(deeds_asked(heard))
    remarks = [] if model.reads else [_unread()]
    remarks += deeds_remarks(deeds, nothing_else=heard.asks_nothing and not able_deeds)
    remarks += [*wording(heard, bool(deeds) or able_deeds), *crowd(heard), *contradictions(heard)]
    return remarks + ([] if heard.asks_nothing else [*structure(heard, model.silent)])


def _fitting(heard: Heard, scene: Scene | None) -> Template | None:
    """By the photo where there is one, else by the prompt's words."""
    if scene is None:
        return fitting(heard.tokens)
    name = kind_of(scene)
    return templates()[name] if name else None


def _carries(scene: Scene, seconds: float) -> Iterator[Remark]:
    """What may move in this photo."""
    kinds = [motion.kind for motion in carried(scene, seconds).motions]
    if kinds:
        text = f"This photo surely carries: {', '.join(kinds)}."
        yield Remark("prompt.photo_carries", "info", (), text, "Name it to see it move.")


def _unread() -> Remark:
    return Remark(
        "prompt.not_read",
        "bad",
        (),
        "The model takes a photo and no words.",
        "Choose a model that reads a prompt.",
    )


def _clean(text: str, seconds: float) -> bool:
    heard = hear(text, seconds)
    return not any(remark.severity != "info" for remark in _remarks(heard, deeds_asked(heard), EMBEDDED))


def _offered(
    heard: Heard, deeds: list[Deed], remarks: list[Remark], fits: Template | None, scene: Scene | None
) -> Rewritten | None:
    """A rewritten prompt where anything is flagged; from a template or the scene where no motion was named."""
    flags = [remark for remark in remarks if remark.severity != "info"]
    if not flags or any(remark.code in ("prompt.language", "prompt.not_read") for remark in flags):
        return None
    own = rewritten(heard, deeds, remarks, lambda text: _clean(text, heard.seconds))
    denies = any(remark.code == "prompt.only_negative" for remark in flags)
    if own is not None and not denies and not _frozen(own.plan):
        return own
    plan = _unasked(heard, fits, scene)
    gone = () if denies else tuple(dict.fromkeys(f"'{word}'" for one in flags for word in one.words))
    if _frozen(plan) and not denies:
        plan = read_prompt(_LEAST, heard.seconds).plan
        gone = (*gone, "the camera that stands still")
    text = _in_words(plan, names_in(heard))
    named = fits.name if fits else None
    return Rewritten(text, read_prompt(text, heard.seconds).plan, gone, named)


def _frozen(plan: MotionPlan) -> bool:
    """What would be a still picture; one is not offered instead of a wish."""
    return plan.is_static and not plan.motions


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
