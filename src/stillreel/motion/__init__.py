"""Stage 2: how the scene will move. A prompt becomes a MotionPlan; the plan is fitted to a scene and drawn."""

from stillreel.motion.grammar import Reading, parse_prompt, read_prompt

__all__ = ["Reading", "parse_prompt", "read_prompt"]
