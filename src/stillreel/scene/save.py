"""The scene as files: scene.json, its maps as grey pictures, and scene.png for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from stillreel.scene.overview import overview
from stillreel.scene.values import Face, Scene

if TYPE_CHECKING:
    from stillreel.photo.advice import Advice

__all__ = ["facts", "save"]


def save(scene: Scene, folder: Path, advice: Sequence[Advice] = ()) -> None:
    """Write the scene into `folder`, which is made where it is missing; files of the same names are replaced.

    disparity.png is 16-bit, 0 = farthest; subject.png and parts/NAME.png are 8-bit, 255 = surely; scene.json follows
    docs/explanation/analysis.md. OSError where the folder cannot be written.
    """
    (folder / "parts").mkdir(parents=True, exist_ok=True)
    deep = np.rint(np.clip(scene.disparity, 0, 1) * 65535).astype(np.uint16)
    Image.fromarray(deep).save(folder / "disparity.png")
    _grey(scene.subject).save(folder / "subject.png")
    for name, plane in scene.parts.items():
        _grey(plane).save(folder / "parts" / f"{name}.png")
    overview(scene).save(folder / "scene.png")
    text = json.dumps(facts(scene, advice), indent=2, allow_nan=False)
    (folder / "scene.json").write_text(text + "\n", encoding="utf-8")


def facts(scene: Scene, advice: Sequence[Advice] = ()) -> dict[str, Any]:
    """What scene.json holds: everything of the scene that is not a picture."""
    width, height = scene.size
    return {
        "version": 1,
        "size": [width, height],
        "advice": [_rounded(asdict(item)) for item in advice],
        "faces": [_face(face) for face in scene.faces],
        "light": _rounded(asdict(scene.light)),
        "style": _rounded(asdict(scene.style)),
        "horizon": round(float(scene.horizon), 4),
        "focal": round(float(scene.focal), 2),
        "subject": round(float(scene.subject.mean()), 4),
        "parts": {name: round(float(plane.mean()), 4) for name, plane in scene.parts.items()},
        "depth_network": scene.depth_network,
        "confidence": _rounded(dict(scene.confidence)),
    }


def _face(face: Face) -> dict[str, Any]:
    return _rounded({"box": face.box, "landmarks": face.landmarks.tolist(), "openness": face.openness,
                     "pose": face.pose, "confidence": face.confidence})  # fmt: skip


def _rounded(value: Any) -> Any:
    """Plain JSON values with four decimals."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return round(float(value), 4)
    return int(value) if isinstance(value, np.integer) else value


def _grey(plane: np.ndarray) -> Image.Image:
    return Image.fromarray(np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8))
