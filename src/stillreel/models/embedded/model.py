"""The embedded model: exact geometry, organic motion, and a small video diffusion transformer on the key frames.

Everything runs as a stream: a window of key frames is rendered, reduced and denoised when the first frame that needs it
is due, and forgotten behind the frames, so that memory does not grow with the clip.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from stillreel import __version__
from stillreel.ahead import each
from stillreel.events import Listener, StepDone
from stillreel.frames import denoiser
from stillreel.frames.compose import Between, Composer, Overlay, between
from stillreel.frames.effects import effects
from stillreel.frames.keys import Key, activity, key_frames, key_of
from stillreel.frames.layers import Layers, cut
from stillreel.frames.shapes import Generated, KeyRender
from stillreel.frames.warp import Renderer
from stillreel.models.embedded import networks
from stillreel.models.protocol import Frame, ModelInfo, Rendering, Shot
from stillreel.motion.camera import Camera, Intrinsics
from stillreel.motion.deformation import Deformation, FrameView, PixelEffect
from stillreel.motion.limits import camera_of
from stillreel.motion.organic import deformations

__all__ = ["EmbeddedModel", "EmbeddedOptions"]

WORKERS = 2  # threads that render; a frame costs about as much as two cores do beside encoder and keeper
NETWORKS = ("parts", "stuff", "depth", "face", "head", "autoencoder_encoder", "autoencoder_decoder", "denoiser")


class EmbeddedOptions(BaseModel):
    """Settings of the embedded model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    denoiser: bool = Field(
        True, description="Generate holes, borders and moving texture; off = analytic only."
    )
    steps: int = Field(default=2, ge=1, le=32, description="Denoising steps; more is slower.")
    depth: Literal["ours", "depth-anything-v2-small"] = Field(
        "ours", description="Depth network; one that is not ours must be pulled (`stillreel models pull`)."
    )


class EmbeddedModel:
    """Ships in the wheel; runs on two CPU cores."""

    options: type[BaseModel] = EmbeddedOptions

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(
            name="embedded",
            version=__version__,
            licence="MIT",
            summary="Layered warp of the photo along the planned motion, completed by a small video diffusion model.",
            seconds=(1.0, 15.0),
            long_side=1920,
            weights={name: networks.weights_hash(name) for name in NETWORKS},
        )

    def render(self, shot: Shot, listen: Listener) -> Rendering:
        assert isinstance(shot.options, EmbeddedOptions)
        motions = deformations(shot.scene, shot.plan, shot.seed, shot.loop)
        stage = _Stage(
            shot,
            _renderer(shot, motions),
            effects(shot.scene, shot.plan, shot.seed, shot.loop),
            activity(motions, shot.scene.size),
        )
        share = _Share()
        generate = shot.options.denoiser and shot.timing.frames > 1
        return Rendering(_frames(stage, shot.options.steps if generate else 0, share, listen), share.facts)


@dataclass(frozen=True)
class _Stage:
    """All that a frame is made from."""

    shot: Shot
    renderer: Renderer
    paints: tuple[PixelEffect, ...]
    active: np.ndarray
    """(h, w) float32: as from `activity`."""

    @cached_property
    def composer(self) -> Composer:
        return Composer(self.renderer, self.shot.scene.size)

    def key(self, number: int) -> Key:
        t = self.shot.timing.time(number)
        return key_of(number, t, self.renderer.at(t), self.active, self.shot.scene.size)

    def frame(self, number: int, place: Between | None) -> Frame:
        """The frame `number`, with what was generated for it where its `place` among the keys is known."""
        if number == 0:
            return Frame(self.shot.photo.frame, None)
        t = self.shot.timing.time(number)
        rendered = self.renderer.at(t)
        colour = self.composer.add(rendered, place) if place else rendered.colour
        if self.paints:
            view = FrameView(t, number, rendered.source, rendered.disparity, rendered.subject)
            for paint in self.paints:
                colour = paint.apply(colour, view)
        return Frame(colour, rendered.source)


class _Share:
    """How much of the key frames was generated, as far as they were made."""

    def __init__(self) -> None:
        self._blend, self._keys = 0.0, 0

    def add(self, generated: Generated) -> None:
        self._blend, self._keys = self._blend + float(generated.blend.mean()), self._keys + 1

    def facts(self) -> dict[str, Any]:
        """The mean blend weight of generated content, 0..1, over all key frames but the photo itself."""
        return {"generated_share": round(self._blend / max(1, self._keys - 1), 5), "key_frames": self._keys}


def _renderer(shot: Shot, motions: Sequence[Deformation]) -> Renderer:
    camera = camera_of(shot.scene, shot.plan, seed=shot.seed, loop=shot.loop)
    lens = Intrinsics.of(shot.scene.size, shot.scene.focal)
    return Renderer(_layers(shot, camera, motions), camera, lens, shot.scene.size, motions)


def _layers(shot: Shot, camera: Camera, motions: Sequence[Deformation]) -> Layers:
    """Cut out only what moves apart: nothing under a pure rotation or zoom."""
    times = np.linspace(0, shot.timing.seconds, 9)
    parallax = any(camera.at(float(t)).translates for t in times)
    moving = {motion.layer for motion in motions}
    subject = shot.scene.confidence.get("subject", 0.0) > 0.4 and float(shot.scene.subject.mean()) > 0.002
    sky = "sky" in moving and float(shot.scene.parts["sky"].mean()) > 0.002
    return cut(shot.photo, shot.scene, subject=subject and (parallax or "subject" in moving), sky=sky)


def _frames(stage: _Stage, steps: int, share: _Share, listen: Listener) -> Iterator[Frame]:
    """All frames in order, the next ones made meanwhile; `steps` = 0 leaves them analytic."""
    count = stage.shot.timing.frames
    with ThreadPoolExecutor(WORKERS, "stillreel-render") as pool:
        places = between(_overlays(stage, steps, share, listen, pool), count) if steps else repeat(None, count)
        for number, frame in enumerate(each(lambda job: stage.frame(*job), enumerate(places), pool)):
            if number:
                listen(StepDone("frames", number + 1, count))
            yield frame


def _overlays(stage: _Stage, steps: int, share: _Share, listen: Listener, pool: Executor) -> Iterator[Overlay]:
    """Stage 3's generator: key frames rendered and denoised together, window by window, as they are needed."""
    numbers = key_frames(stage.shot.timing, stage.shot.plan)
    waiting: deque[Key] = deque()  # not itertools.tee, which keeps 57 items whatever is taken

    def renders() -> Iterator[KeyRender]:
        for key in each(stage.key, numbers, pool):
            waiting.append(key)
            yield key.render

    made = denoiser.refined(
        renders(), len(numbers), stage.shot.seed, steps,
        progress=lambda done, of: listen(StepDone("frames", done, of)),
    )  # fmt: skip
    for generated in made:
        key = waiting.popleft()
        share.add(generated)
        yield stage.composer.overlay(key, generated)
