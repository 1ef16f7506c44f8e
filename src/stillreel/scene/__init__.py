"""Stage 1, analysis: what is in the photo, how far away, how it is lit, and how sure that is."""

from stillreel.scene.analyse import analyse
from stillreel.scene.save import save
from stillreel.scene.values import PARTS, Face, Light, Scene, Style

__all__ = ["Face", "Light", "PARTS", "Scene", "Style", "analyse", "save"]
