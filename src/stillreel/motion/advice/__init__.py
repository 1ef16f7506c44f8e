"""Advice on a prompt: what is wrong with it, what to do, and the same wish in words that the grammar understands.

text -> what the grammar hears (heard) -> remarks (wording, ambition, contradictions, structure)
     -> the wish without its problems (rewrite), or the template that fits (templates)
"""

from stillreel.motion.advice.abilities import EMBEDDED, Abilities, abilities_of
from stillreel.motion.advice.advise import advise_prompt
from stillreel.motion.advice.templates import Template, template, templates
from stillreel.motion.advice.values import PromptAdvice, Remark, Rewritten

__all__ = [
    "EMBEDDED", "Abilities", "PromptAdvice", "Remark", "Rewritten", "Template", "abilities_of", "advise_prompt",
    "template", "templates",
]  # fmt: skip
