"""What advice on a prompt is: remarks, each with what to do, and a rewritten prompt where one is needed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from stillreel.motion.plan import MotionPlan

__all__ = ["PromptAdvice", "Remark", "Rewritten", "Severity"]

Severity = Literal["info", "warn", "bad"]  # a suggestion; part of the wish is lost; nothing of it can be done
_ORDER = ("bad", "warn", "info")


@dataclass(frozen=True)
class Remark:
    """One thing about the prompt."""

    code: str  # prompt.*
    severity: Severity
    words: tuple[str, ...]  # of the prompt, as written; empty where something is missing
    message: str
    fix: str


@dataclass(frozen=True)
class Rewritten:
    """A prompt that says the same without the problems."""

    text: str
    plan: MotionPlan  # what it asks for
    dropped: tuple[str, ...]  # what of the wish is not in it, in plain words
    template: str | None = None  # the template it comes from, where the prompt named no motion


@dataclass(frozen=True)
class PromptAdvice:
    prompt: str
    seconds: float
    remarks: tuple[Remark, ...]  # the gravest first
    rewritten: Rewritten | None = None  # None: the prompt may stay as it is
    template: str | None = None  # the name of the one that fits

    @property
    def flags(self) -> tuple[Remark, ...]:
        """What is more than a suggestion."""
        return tuple(remark for remark in self.remarks if remark.severity != "info")

    def as_dict(self) -> dict[str, Any]:
        rewritten = None
        if self.rewritten is not None:
            rewritten = {
                "text": self.rewritten.text,
                "plan": self.rewritten.plan.model_dump(mode="json"),
                "dropped": list(self.rewritten.dropped),
                "template": self.rewritten.template,
            }
        return {
            "prompt": self.prompt,
            "seconds": self.seconds,
            "advice": [{**asdict(remark), "words": list(remark.words)} for remark in self.remarks],
            "rewritten": rewritten,
            "template": self.template,
        }


def gravest_first(remarks: list[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda remark: _ORDER.index(remark.severity)))
