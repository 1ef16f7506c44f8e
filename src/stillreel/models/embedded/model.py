"""The embedded model: exact geometry, organic motion, and a small video diffusion transformer on the key frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from stillreel import __version__
from stillreel.events import Listener, StepDone
from stillreel.frames import denoiser
from stillreel.frames.compose import Composer, generated_share
from stillreel.frames.effects import effects
from stillreel.frames.keys import activity, key_frames, key_render
from stillreel.frames.layers import Layers, cut
from stillreel.frames.warp import Rendered, Renderer
from stillreel.models.embedded import networks
from stillreel.models.protocol import Frame, ModelInfo, Rendering, Shot
from stillreel.motion.camera import Camera, Intrinsics
from stillreel.motion.deformation import Deformation, FrameView, PixelEffect
from stillreel.motion.limits import camera_of
from stillreel.motion.organic import deformations

__all__ = ["EmbeddedModel", "EmbeddedOptions"]

NETWORKS = ("parts", "face", "autoencoder_encoder", "autoencoder_decoder", "denoiser")


class EmbeddedOptions(BaseModel):
    """Settings of the embedded model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    denoiser: bool = Field(
        True, description="Generate holes, borders and moving texture; off = analytic only."
    )
    steps: int = Field(default=4, ge=1, le=32, description="Denoising steps; more is slower.")


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
        paints = effects(shot.scene, shot.plan, shot.seed, shot.loop)
        stage = _Stage(shot, motions)
        facts: dict[str, Any] = {"generated_share": 0.0, "key_frames": 0}
        composer = _generate(stage, shot, motions, shot.options.steps, facts, listen) if shot.options.denoiser else None
        return Rendering(_frames(stage, shot, composer, paints, listen), lambda: dict(facts))


class _Stage:
    """The layers cut for this shot, and fresh renderers over them."""

    def __init__(self, shot: Shot, motions: Sequence[Deformation]) -> None:
        self.camera = camera_of(shot.scene, shot.plan, seed=shot.seed, loop=shot.loop)
        self.layers = _layers(shot, self.camera, motions)
        self._lens = Intrinsics.of(shot.scene.size, shot.scene.focal)
        self._size, self._motions = shot.scene.size, motions

    def renderer(self) -> Renderer:
        return Renderer(self.layers, self.camera, self._lens, self._size, self._motions)


def _layers(shot: Shot, camera: Camera, motions: Sequence[Deformation]) -> Layers:
    """Cut out only what moves apart: nothing under a pure rotation or zoom."""
    times = np.linspace(0, shot.timing.seconds, 9)
    parallax = any(camera.at(float(t)).translates for t in times)
    moving = {motion.layer for motion in motions}
    subject = shot.scene.confidence.get("subject", 0.0) > 0.4 and float(shot.scene.subject.mean()) > 0.002
    sky = "sky" in moving and float(shot.scene.parts["sky"].mean()) > 0.002
    return cut(shot.photo, shot.scene, subject=subject and (parallax or "subject" in moving), sky=sky)


def _generate(
    stage: _Stage,
    shot: Shot,
    motions: Sequence[Deformation],
    steps: int,
    facts: dict[str, Any],
    listen: Listener,
) -> Composer | None:
    """Stage 3's generator: key frames rendered, denoised together, ready to be composed."""
    if shot.timing.frames < 2:
        return None
    keys = key_frames(shot.timing, shot.plan)
    renderer = stage.renderer()
    times = [shot.timing.time(key) for key in keys]
    frames: list[Rendered] = [renderer.at(t) for t in times]
    render = key_render(frames, times, activity(motions, shot.scene.size), shot.scene.size)
    generated = denoiser.refine(
        render, shot.seed, steps, progress=lambda i, n: listen(StepDone("frames", i, n))
    )
    facts |= {"generated_share": round(generated_share(generated), 5), "key_frames": len(keys)}
    return Composer(stage.renderer(), stage.layers.names, keys, frames, render, generated, shot.scene.size)


def _frames(
    stage: _Stage, shot: Shot, composer: Composer | None, paints: Sequence[PixelEffect], listen: Listener
) -> Iterator[Frame]:
    renderer = stage.renderer()
    for index in range(shot.timing.frames):
        t = shot.timing.time(index)
        if index == 0:
            yield Frame(shot.photo.frame, None)
            continue
        rendered = renderer.at(t)
        colour = composer.add(index, rendered) if composer else rendered.colour
        if paints:
            view = FrameView(t, index, rendered.source, rendered.disparity, rendered.subject)
            for paint in paints:
                colour = paint.apply(colour, view)
        listen(StepDone("frames", index + 1, shot.timing.frames))
        yield Frame(colour, rendered.source)
