"""The video diffusion transformer of the embedded model: key frames denoised together from noise.

What the warp cannot know (holes, borders, shading) is generated as a residual in the autoencoder's latent
space, guided by the render, its validity, the motion back to frame 0, planned motion, disparity and time.
The decoder corrects the render with it and says how far the correction should be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice

import numpy as np
import onnxruntime as ort

from stillreel.devices import give_back_memory
from stillreel.frames.sampler import (
    CELL,
    TOKEN,
    WARMTH,
    condition_maps,
    follow,
    rotary_angles,
    sample,
    uncertainty,
)
from stillreel.frames.shapes import Generated, KeyRender
from stillreel.models.embedded.networks import session

__all__ = ["LATENT", "encode", "refine", "refined", "windows"]

LATENT = 16
WINDOW = 16
OVERLAP = 4
HEAD = 32
"""Channels of one attention head, which the rotary angles must fit."""


EMPTY = 0.01
"""A frame whose validity lacks no more than this anywhere has no hole: the blend is zero beyond two pixels of one."""


@dataclass(frozen=True)
class _Given:
    """What a key frame is made from; planes on the latent grid (H, W) = (h / 8, w / 8), worked out when asked for."""

    render: KeyRender
    start: np.ndarray
    """(16, H, W) float32: the noise that it is made from, in units of the deviation."""

    @property
    def whole(self) -> bool:
        """Whether nothing has to be generated."""
        return float(self.render.valid.min()) >= 1 - EMPTY

    @cached_property
    def maps(self) -> np.ndarray:
        """(1, 6, H, W) float32."""
        render = self.render
        return condition_maps(render.valid, render.backward, render.motion, render.disparity)

    @cached_property
    def condition(self) -> np.ndarray:
        """(22, H, W) float32: latent of the render, then the six maps."""
        return np.concatenate([_encode_frame(self.render.colour[0]), self.maps[0]])

    @cached_property
    def deviation(self) -> np.ndarray:
        """(1, H, W) float32: the unit of the residual in each cell."""
        return uncertainty(self.maps)[0]


@dataclass(frozen=True)
class _Key:
    """One key frame in a window."""

    given: _Given
    residual: np.ndarray | None = None
    """(16, H, W) float32 in units of the deviation: latent of the generated frame minus latent of the render."""


def encode(photo_grid: np.ndarray) -> np.ndarray:
    """Latent (h / 8, w / 8, 16) float32 of a photo (h, w, 3) float32 0..1; h and w multiples of 16."""
    _check_grid(photo_grid.shape[0], photo_grid.shape[1])
    return _encode_frame(photo_grid).transpose(1, 2, 0)


def refine(
    render: KeyRender, seed: int, steps: int = 2, progress: Callable[[int, int], None] | None = None
) -> Generated:
    """Generate what `render` lacks: all its K key frames; see `refined`."""
    made = list(refined(_apart(render), len(render.times), seed, steps, progress))
    return Generated(np.concatenate([one.colour for one in made]), np.concatenate([one.blend for one in made]))


def refined(
    renders: Iterable[KeyRender],
    count: int,
    seed: int,
    steps: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Generated]:
    """Generate what each of `count` key frames lacks (K = 1 in and out), in windows of 16 that overlap by 4.

    A window is denoised together, `steps` Euler steps, when its first new frame is asked for; no more than one is held.
    Frame 0 is the photo and stays; the frames of an overlap are known to the next window and guide it. A window without
    holes is left as it is. `progress(done, all)` is called after each step. The same seed gives the same arrays on one
    machine. Raises ValueError for a grid that is not in multiples of 16.
    """
    coming, noise = iter(renders), np.random.default_rng(seed)
    spans = windows(count)
    window: list[_Key] = []
    begun = 0
    for number, (first, end) in enumerate(spans):
        window, begun = window[first - begun :], first
        give_back_memory()
        known = len(window)
        window += [_Key(_given(render, noise)) for render in islice(coming, end - first - known)]
        if number == 0:  # the photo is known, like the keys of an overlap
            window[0] = _Key(window[0].given, np.zeros_like(window[0].given.start))
        report = _counted(progress, number * steps, len(spans) * steps)
        window = _denoised(window, steps, _tidy() if len(spans) > 1 else None, report)
        for at, key in enumerate(window[known:], first + known):
            yield _decoded(key) if at else _unchanged(key.given.render)


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


def _apart(render: KeyRender) -> Iterator[KeyRender]:
    """The K frames one by one."""
    for k in range(len(render.times)):
        yield KeyRender(*(getattr(render, field.name)[k : k + 1] for field in fields(KeyRender)))


def _together(renders: Sequence[KeyRender]) -> KeyRender:
    return KeyRender(*(np.concatenate([getattr(one, field.name) for one in renders]) for field in fields(KeyRender)))


def _given(render: KeyRender, noise: np.random.Generator) -> _Given:
    height, width = render.valid.shape[1:]
    _check_grid(height, width)
    shape = (LATENT, height // CELL, width // CELL)
    return _Given(render, noise.standard_normal(shape, np.float32) * np.float32(WARMTH))


def _tidy() -> ort.RunOptions:
    """Memory given back after a run: windows differ in shape, and an arena that is kept grows with each of them."""
    options = ort.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _denoised(
    window: list[_Key], steps: int, options: ort.RunOptions | None, progress: Callable[[int, int], None] | None
) -> list[_Key]:
    """The keys of a window with their residuals; those that have one keep it."""
    given = [key.given for key in window]
    still = np.zeros_like(given[0].start)
    if all(one.whole for one in given):
        return [key if key.residual is not None else _Key(key.given, still) for key in window]
    is_known = np.array([key.residual is not None for key in window])
    known = np.stack([still if key.residual is None else key.residual for key in window])
    start = np.stack([one.start for one in given])
    residual = sample(_velocity(given, options), start, known, is_known, steps, progress)
    return [_Key(one, own) for one, own in zip(given, residual, strict=True)]


def _velocity(
    window: Sequence[_Given], options: ort.RunOptions | None
) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    render = _together([key.render for key in window])
    paths = follow(render.backward, render.valid)
    rows, columns = (size // TOKEN for size in render.valid.shape[1:])
    fixed = {
        "condition": np.stack([key.condition for key in window]), "seconds": render.times.astype(np.float32),
        "angles": rotary_angles(rows, columns, HEAD),
        "gather": paths.gather, "seen": paths.seen, "scatter": paths.scatter,
    }  # fmt: skip

    def run(x: np.ndarray, level: np.ndarray) -> np.ndarray:
        feed = {"x": x.astype(np.float32), "level": level.astype(np.float32), **fixed}
        return np.asarray(session("denoiser").run(None, feed, options)[0])

    return run


def _decoded(key: _Key) -> Generated:
    """The frame that the residual makes of the render, and how far it is believed."""
    given, render = key.given, key.given.render
    if given.whole or key.residual is None:
        return _unchanged(render)
    latent = given.condition[:LATENT] + key.residual * given.deviation
    guide = np.stack([render.valid[0], render.motion[0], render.disparity[0]])
    feed = {"latent": latent[None], "render": render.colour.transpose(0, 3, 1, 2), "guide": guide[None]}
    drawn, weight = session("autoencoder_decoder").run(None, feed)
    colour = np.clip(np.asarray(drawn).transpose(0, 2, 3, 1), 0, 1)
    return Generated(colour, np.clip(np.asarray(weight)[:, 0], 0, 1))


def _unchanged(render: KeyRender) -> Generated:
    return Generated(render.colour, np.zeros_like(render.valid))


def _counted(
    progress: Callable[[int, int], None] | None, before: int, total: int
) -> Callable[[int, int], None] | None:
    """The progress of one window, told as progress of all."""
    return None if progress is None else lambda done, _: progress(before + done, total)
