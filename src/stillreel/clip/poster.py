"""One frame as a picture: the poster that a page shows before the clip plays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from stillreel.clip.target import explained, placed
from stillreel.errors import UsageError

__all__ = ["write_poster"]

_KINDS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}


def write_poster(frame: np.ndarray, path: Path, *, overwrite: bool = False) -> None:
    """`frame` (H, W, 3) uint8 sRGB as the JPEG, PNG or WebP that `path` is named, whole or not at all.

    Raises UsageError `clip.poster_name` for another suffix, and what `encode.write` raises for a place.
    """
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise UsageError(
            "clip.poster_name", f"{path.name} is no name for a poster.", f"End it in {', '.join(_KINDS)}."
        )
    with placed(path, folder=False, overwrite=overwrite) as part, explained(path), part.open("wb") as file:
        Image.fromarray(frame).save(file, kind, quality=92)
