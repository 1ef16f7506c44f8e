"""What a video model is to Stillreel: it takes a scene and a plan, and gives frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from pydantic import BaseModel, JsonValue, ValidationError

from stillreel.errors import UsageError
from stillreel.events import Listener, Warned
from stillreel.frames.timing import Timing
from stillreel.motion.plan import MotionPlan
from stillreel.photo.values import FittedPhoto
from stillreel.scene.values import Scene

__all__ = ["Frame", "ModelInfo", "Rendering", "Shot", "VideoModel", "model_options"]


@dataclass(frozen=True)
class ModelInfo:
    """A model as the catalogue shows it."""

    name: str
    version: str
    licence: str
    summary: str
    seconds: tuple[float, float]  # shortest and longest clip
    long_side: int  # largest frame side in pixels
    weights: Mapping[str, str]  # network -> SHA-256 of its file


@dataclass(frozen=True)
class Shot:
    """All that determines the frames of one clip."""

    photo: FittedPhoto
    scene: Scene
    plan: MotionPlan
    timing: Timing
    seed: int
    loop: bool
    options: BaseModel


@dataclass(frozen=True)
class Frame:
    """A finished frame, and the photo position seen at each of its places where the model knows it."""

    colour: np.ndarray  # (H, W, 3) uint8 sRGB
    source: np.ndarray | None  # (h, w, 2) float32 frame pixels on the half-size flow grid


@dataclass(frozen=True)
class Rendering:
    """Frames in order, made as they are asked for; `facts` is complete once the last one was taken."""

    frames: Iterator[Frame]
    facts: Callable[[], dict[str, Any]]
    warnings: tuple[Warned, ...] = ()


class VideoModel(Protocol):
    """One model. `options` is the only list of its own settings: it feeds the CLI, the API, forms and docs."""

    options: type[BaseModel]

    @property
    def info(self) -> ModelInfo: ...

    def render(self, shot: Shot, listen: Listener) -> Rendering:
        """Raises RefusedError for what it cannot do and ModelError where its weights are missing."""
        ...


def model_options(model: VideoModel, given: Mapping[str, JsonValue]) -> BaseModel:
    """The model's options with the values `given`. Raises UsageError `model.option`."""
    try:
        return model.options.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            "model.option",
            f"The option {name}={first['input']!r} of the model {model.info.name!r} is off: {first['msg']}.",
            f"Its options: {', '.join(model.options.model_fields)}; see `stillreel models show {model.info.name}`.",
        ) from None
