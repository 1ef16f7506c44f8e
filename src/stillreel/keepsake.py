"""What a run leaves beside the clip when asked: the report, and every stage's result as files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from stillreel import photo, scene
from stillreel.motion import draw
from stillreel.motion.plan import MotionPlan
from stillreel.photo import FittedPhoto, Photo
from stillreel.scene import Scene
from stillreel.scene.advice import advise_scene

__all__ = ["keep", "write_report", "write_text"]


def keep(folder: Path | None, picture: Photo, fitted: FittedPhoto, seen: Scene, plan: MotionPlan) -> None:
    """photo.png, the scene's files, plan.json and plan.png in `folder` (created); nothing where it is None."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    _picture(folder / "photo.png", fitted.frame)
    scene.save(seen, folder, (*photo.advise(picture), *advise_scene(seen)))
    write_text(folder / "plan.json", plan.model_dump_json(indent=1) + "\n")
    _picture(folder / "plan.png", draw(plan, fitted.frame, seen))


def write_report(path: Path | None, report: dict[str, Any]) -> None:
    """`report` as JSON at `path`, whole or not at all; nothing where it is None."""
    if path is not None:
        write_text(path, json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Whole or not at all: written beside its place and moved there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _picture(path: Path, pixels: np.ndarray) -> None:
    Image.fromarray(pixels).save(path)
