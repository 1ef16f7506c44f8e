"""The clip: frames to a file and back, with what made it inside."""

from __future__ import annotations

from stillreel.clip.encode import Written, write
from stillreel.clip.metadata import read_document
from stillreel.clip.poster import write_poster
from stillreel.clip.values import Clip

__all__ = ["Clip", "Written", "read_document", "write", "write_poster"]
