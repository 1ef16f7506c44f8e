"""A mountain lake drawn from noise, for the pictures of the documentation: nobody's photograph has to be committed."""

from __future__ import annotations

import cv2
import numpy as np

__all__ = ["landscape"]

WIDTH, HEIGHT, SHORE = 1536, 864, 0.66
SKY_TOP, SKY_LOW = (70, 116, 186), (246, 214, 178)
# Ridges back to front: where they stand and how high they rise (shares of the height), roughness, colour, seed.
RIDGES = (
    (0.56, 0.30, 2.2, (150, 163, 190), 3),
    (0.60, 0.22, 1.9, (104, 122, 150), 11),
    (0.64, 0.13, 1.7, (58, 82, 92), 24),
    (0.668, 0.05, 1.4, (30, 52, 48), 42),
)


def landscape() -> np.ndarray:
    """(864, 1536, 3) uint8 sRGB: sky, clouds, four ridges in haze, and a lake that reflects them."""
    picture = _sky()
    for ridge in RIDGES:
        _draw_ridge(picture, *ridge)
    shore = round(SHORE * HEIGHT)
    picture[shore:] = _lake(picture[:shore])
    grain = np.random.default_rng(9).normal(0, 2.0, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _noise(shape: tuple[int, int], cells: float, fall: float, seed: int) -> np.ndarray:
    """Fractal noise of mean 0 and deviation 1; `cells` across at the coarsest octave, `fall` of gain an octave."""
    rng, total = np.random.default_rng(seed), np.zeros(shape, np.float32)
    for octave in range(8):
        size = (round(cells * 2**octave) + 3, max(3, round(cells * 2**octave * shape[0] / shape[1]) + 3))
        rough = rng.standard_normal(size[::-1]).astype(np.float32)
        total += cv2.resize(rough, shape[::-1], interpolation=cv2.INTER_CUBIC) * fall**octave
    return (total - total.mean()) / total.std()


def _sky() -> np.ndarray:
    rows = np.linspace(0, 1 / SHORE, HEIGHT, dtype=np.float32)[:, None, None] ** 1.3
    sky = np.float32(SKY_TOP) * (1 - np.clip(rows, 0, 1)) + np.float32(SKY_LOW) * np.clip(rows, 0, 1)
    streaks = _noise((2 * HEIGHT, WIDTH // 2), 1.6, 0.62, 8)
    cloud = np.clip(cv2.resize(streaks, (WIDTH, HEIGHT)) * 0.5 - 0.15, 0, 1)[..., None]
    return np.repeat(sky, WIDTH, axis=1) * (1 - 0.7 * cloud) + np.array((255, 240, 228), np.float32) * 0.7 * cloud


def _draw_ridge(
    picture: np.ndarray, base: float, rise: float, rough: float, colour: tuple[int, int, int], seed: int
) -> None:
    line = np.abs(_noise((3, WIDTH), 2.2, 1 / rough, seed)[1])
    top = (base - rise * (0.25 + 0.75 * line / line.max())) * HEIGHT
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    cover = np.clip(rows - top[None], 0, 1)[..., None]
    relief = _noise((HEIGHT, WIDTH), 9, 0.72, seed + 1)
    slope = np.gradient(cv2.GaussianBlur(relief, (0, 0), 1.2), axis=1)
    shade = np.clip(1 + 0.10 * relief + 1.6 * slope, 0.45, 1.5)[..., None]
    haze = np.clip((rows - top[None]) / (0.3 * HEIGHT), 0, 1)[..., None] * 0.35
    land = np.float32(colour) * shade * (1 - haze) + np.float32(SKY_LOW) * 0.8 * haze
    snow = (np.clip((0.42 * HEIGHT - rows) / 60 + 0.6 * relief, 0, 1) * (rise > 0.2))[..., None]
    picture[:] = (
        picture * (1 - cover) + (land * (1 - snow) + np.array((240, 240, 248), np.float32) * snow * shade) * cover
    )


def _lake(above: np.ndarray) -> np.ndarray:
    """The mirror image, darker and broken into streaks that grow toward the viewer."""
    height = HEIGHT - above.shape[0]
    near = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    waves = cv2.resize(
        _noise((height, WIDTH // 8), 14, 0.8, 77), (WIDTH, height), interpolation=cv2.INTER_CUBIC
    )
    rows = above.shape[0] - 1 - np.arange(height, dtype=np.float32)[:, None] * 1.5 + waves * (1 + 9 * near)
    columns = np.arange(WIDTH, dtype=np.float32)[None] + 2 * waves * near
    mirror = cv2.remap(
        np.float32(above), columns, np.float32(rows), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    deep = np.array((24, 58, 78), np.float32)
    amount = (0.28 + 0.35 * near)[..., None]
    return mirror * (1 - amount) + deep * amount + (6 * waves * near)[..., None]
