"""All advice on one prompt."""

from __future__ import annotations

from collections.abc import Collection

from stillreel.motion.advice.ambition import Deed, crowd, deeds_asked, deeds_remarks
from stillreel.motion.advice.contradictions import contradictions
from stillreel.motion.advice.heard import Heard, hear
from stillreel.motion.advice.structure import structure
from stillreel.motion.advice.values import PromptAdvice, Remark, gravest_first
from stillreel.motion.advice.wording import language_remark, wording

__all__ = ["advise_prompt", "remarks_on"]


def advise_prompt(prompt: str, seconds: float = 5.0, able: Collection[str] = ()) -> PromptAdvice:
    heard = hear(prompt, seconds)
    remarks = remarks_on(heard, deeds_asked(heard), able)
    return PromptAdvice(prompt, seconds, gravest_first(remarks))


def remarks_on(heard: Heard, deeds: list[Deed], able: Collection[str]) -> list[Remark]:
    foreign = language_remark(heard)
    if foreign is not None:
        return [foreign]
    remarks = [*deeds_remarks(deeds, able, nothing_else=heard.asks_nothing)]
    remarks += [*wording(heard, bool(deeds)), *crowd(heard), *contradictions(heard)]
    return remarks + ([] if heard.asks_nothing else [*structure(heard)])
