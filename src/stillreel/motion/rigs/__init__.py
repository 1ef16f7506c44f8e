"""Rigs: motions of a face, driven by its landmarks."""

from stillreel.motion.rigs.blink import Blink, Blinks, blink, blinking, blinks_of
from stillreel.motion.rigs.head_turn import head_turn
from stillreel.motion.rigs.smile import smile

__all__ = ["Blink", "Blinks", "blink", "blinking", "blinks_of", "head_turn", "smile"]
