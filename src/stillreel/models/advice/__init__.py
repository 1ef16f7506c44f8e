"""Which catalogued model fits a wish: a photo, a prompt, a length, a budget, a machine.

wish (wish) -> what rules a model out (limits) -> what speaks for and against the rest (merits) -> a ranking (advise)
"""

from stillreel.models.advice.advise import advise, rank
from stillreel.models.advice.values import Asked, Choice, ModelAdvice, Obstacle, Reason, Seen, Wish
from stillreel.models.advice.wish import asked_in, look_at, parse_pixels, wish_for

__all__ = [
    "Asked", "Choice", "ModelAdvice", "Obstacle", "Reason", "Seen", "Wish", "advise", "asked_in", "look_at",
    "parse_pixels", "rank", "wish_for",
]  # fmt: skip
