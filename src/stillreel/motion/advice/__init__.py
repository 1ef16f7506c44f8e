"""Advice on a prompt: what is wrong with it, what to do, and the same wish in words that the grammar understands.

text -> what the grammar hears (heard) -> remarks (wording, ambition, contradictions, structure)
     -> the wish without its problems (rewrite), or the template that fits (templates)
"""

from stillreel.motion.advice.advise import advise_prompt
from stillreel.motion.advice.values import PromptAdvice, Remark, Rewritten

__all__ = ["PromptAdvice", "Remark", "Rewritten", "advise_prompt"]
