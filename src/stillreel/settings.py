"""What the environment may say. The only reader of the STILLREEL_* variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["VARIABLES", "Settings", "settings"]

# Every variable, with what it does; docs/reference/settings.md is made from this.
VARIABLES = {
    "STILLREEL_DATA": "Folder with photographs and clips for the wider quality checks; unset: they are skipped.",
    "STILLREEL_DEBUG": "1: show the whole traceback of an error.",
}


@dataclass(frozen=True)
class Settings:
    data: Path | None  # STILLREEL_DATA, where it names a folder
    debug: bool  # STILLREEL_DEBUG


def settings() -> Settings:
    """The settings as the environment stands now."""
    data = os.environ.get("STILLREEL_DATA", "")
    folder = Path(data).expanduser() if data else None
    return Settings(
        data=folder if folder and folder.is_dir() else None,
        debug=os.environ.get("STILLREEL_DEBUG", "").strip().lower() in ("1", "true", "yes", "on"),
    )
