"""The video diffusion transformer of the embedded model: key frames denoised together from noise.

What the warp cannot know (holes, borders, shading) is generated as a residual in the autoencoder's latent
space, guided by the render, its validity, the motion back to frame 0, planned motion, disparity and time.
The decoder corrects the render with it and says how far the correction should be believed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stillreel.frames.sampler import TOKEN, WARMTH, condition_maps, follow, rotary_angles, sample, uncertainty
from stillreel.frames.shapes import Generated, KeyRender
from stillreel.models.embedded.networks import session

__all__ = ["LATENT", "encode", "refine"]

LATENT = 16
WINDOW = 16
OVERLAP = 4
HEAD = 32
"""Channels of one attention head, which the rotary angles must fit."""


@dataclass(frozen=True)
class _Conditions:
    """What the network knows of all K frames, on the latent grid (H, W) = (h / 8, w / 8)."""

    frames: np.ndarray
    """(K, 22, H, W) float32: latent of the render, then the six maps."""
    deviation: np.ndarray
    """(K, 1, H, W) float32: the unit of the residual in each cell."""
    angles: np.ndarray


def encode(photo_grid: np.ndarray) -> np.ndarray:
    """Latent (h / 8, w / 8, 16) float32 of a photo (h, w, 3) float32 0..1; h and w multiples of 16."""
    _check_grid(photo_grid.shape[0], photo_grid.shape[1])
    return _encode_frame(photo_grid).transpose(1, 2, 0)


def refine(
    render: KeyRender, seed: int, steps: int = 4, progress: Callable[[int, int], None] | None = None
) -> Generated:
    """Generate what `render` lacks: K key frames in windows of 16 that overlap by 4, `steps` Euler steps each.

    Frame 0 is the photo and stays; the frames of an overlap are known to the next window and guide it.
    `progress(done, all)` is called after each step. The same seed gives the same arrays on one machine.
    """
    _check_grid(*render.valid.shape[1:])
    conditions = _conditions(render)
    residual = _residuals(render, conditions, seed, steps, progress)
    colour, blend = np.empty_like(render.colour), np.empty_like(render.valid)
    for k, latent in enumerate(residual + conditions.frames[:, :LATENT]):
        guide = np.stack([render.valid[k], render.motion[k], render.disparity[k]])[None]
        picture = render.colour[k].transpose(2, 0, 1)[None]
        feed = {"latent": latent[None], "render": picture, "guide": guide}
        drawn, weight = session("autoencoder_decoder").run(None, feed)
        colour[k] = np.clip(np.asarray(drawn)[0].transpose(1, 2, 0), 0, 1)
        blend[k] = np.clip(np.asarray(weight)[0, 0], 0, 1)
    colour[0], blend[0] = render.colour[0], 0
    return Generated(colour, blend)


def windows(frames: int) -> list[tuple[int, int]]:
    """(first, end) of each window over `frames` frames; the last one is moved back to be as long as the others."""
    if frames <= WINDOW:
        return [(0, frames)]
    starts = list(range(0, frames - WINDOW, WINDOW - OVERLAP)) + [frames - WINDOW]
    return [(start, start + WINDOW) for start in starts]


def _check_grid(height: int, width: int) -> None:
    if height % TOKEN or width % TOKEN or not height or not width:
        raise ValueError(f"The denoiser's grid must be multiples of {TOKEN}; got {height}x{width}.")


def _encode_frame(colour: np.ndarray) -> np.ndarray:
    picture = np.ascontiguousarray(colour.transpose(2, 0, 1)[None], np.float32)
    (latent,) = session("autoencoder_encoder").run(None, {"picture": picture})
    return np.asarray(latent)[0]


def _conditions(render: KeyRender) -> _Conditions:
    latents = np.stack([_encode_frame(colour) for colour in render.colour])
    maps = condition_maps(render.valid, render.backward, render.motion, render.disparity)
    rows, columns = (size // TOKEN for size in render.valid.shape[1:])
    angles = rotary_angles(rows, columns, HEAD)
    return _Conditions(np.concatenate([latents, maps], 1), uncertainty(maps), angles)


def _residuals(
    render: KeyRender,
    conditions: _Conditions,
    seed: int,
    steps: int,
    progress: Callable[[int, int], None] | None,
) -> np.ndarray:
    """(K, 16, H, W): latent of the generated frames minus latent of the render."""
    frames, _, rows, columns = conditions.frames.shape
    noise = np.random.default_rng(seed).standard_normal((frames, LATENT, rows, columns), np.float32)
    noise *= np.float32(WARMTH)
    residual = np.zeros_like(noise)
    is_known = np.arange(frames) == 0
    spans = windows(frames)
    for number, (first, end) in enumerate(spans):
        part = slice(first, end)
        report = _counted(progress, number * steps, len(spans) * steps)
        velocity = _velocity(render, conditions, part)
        residual[part] = sample(velocity, noise[part], residual[part], is_known[part], steps, report)
        is_known[part] = True
    return residual * conditions.deviation


def _velocity(
    render: KeyRender, conditions: _Conditions, part: slice
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    paths = follow(render.backward[part], render.valid[part])
    fixed = {
        "condition": conditions.frames[part], "seconds": render.times[part].astype(np.float32),
        "angles": conditions.angles, "gather": paths.gather, "seen": paths.seen, "scatter": paths.scatter,
    }  # fmt: skip

    def run(x: np.ndarray, level: np.ndarray) -> np.ndarray:
        feed = {"x": x.astype(np.float32), "level": level.astype(np.float32), **fixed}
        return np.asarray(session("denoiser").run(None, feed)[0])

    return run


def _counted(
    progress: Callable[[int, int], None] | None, before: int, total: int
) -> Callable[[int, int], None] | None:
    """The progress of one window, told as progress of all."""
    return None if progress is None else lambda done, _: progress(before + done, total)
