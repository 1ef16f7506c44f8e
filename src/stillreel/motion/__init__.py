"""Stage 2: how the scene will move. A prompt becomes a MotionPlan; the plan is fitted to a scene and drawn."""

from stillreel.motion.describe import describe
from stillreel.motion.grammar import Reading, parse_prompt, read_prompt
from stillreel.motion.picture import draw
from stillreel.motion.scene_fit import fit_to_scene

__all__ = ["Reading", "describe", "draw", "fit_to_scene", "parse_prompt", "read_prompt"]
