"""Small scenes drawn by the tests, and people found by no network."""

from __future__ import annotations

from types import MappingProxyType

import cv2
import numpy as np

from stillreel.scene.parts import NAMES, Parts
from stillreel.scene.stuff import NAMES as STUFF
from stillreel.scene.stuff import Stuff

H, W = 216, 384


def noise(shape: tuple[int, int], seed: int = 0, octaves: int = 5) -> np.ndarray:
    """Rough at every scale, about -1..1, as leaves and soil are."""
    random, out = np.random.default_rng(seed), np.zeros(shape, np.float32)
    for k in range(octaves):
        grid = random.normal(size=(4 * 2**k, 6 * 2**k)).astype(np.float32)
        out += cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC) * 0.75**k
    return out / out.std() / 2


def coloured(plane: np.ndarray, colour: tuple[int, int, int], contrast: float = 45) -> np.ndarray:
    return np.clip(np.array(colour, np.float32) + contrast * plane[..., None], 0, 255).astype(np.uint8)


def blue_sky(height: int, width: int) -> np.ndarray:
    """Deep above, pale below, as on a clear day."""
    t = np.linspace(0, 1, height)[:, None, None]
    sky = (1 - t) * np.array([60, 120, 205.0]) + t * np.array([190, 215, 240.0])
    return np.repeat(sky, width, axis=1).astype(np.uint8)


def landscape() -> tuple[np.ndarray, np.ndarray]:
    """Brown hills under a blue sky: (H, W, 3) uint8, and the true sky (H, W) bool."""
    ridge = (0.45 * H + 0.07 * H * np.sin(np.linspace(0, 7, W))).astype(int)
    sky = np.arange(H)[:, None] < ridge
    picture = np.where(sky[..., None], blue_sky(H, W), coloured(noise((H, W)), (105, 80, 55)))
    return picture.astype(np.uint8), sky


def lake() -> tuple[np.ndarray, np.ndarray]:
    """Hills under a sky, and both upside down in calm water: picture, true water."""
    picture, _ = landscape()
    shore = int(0.62 * H)
    top = picture[:shore]
    mirrored = cv2.GaussianBlur(top[::-1][: H - shore], (0, 0), 1.0).astype(np.float32) * 0.8
    out = picture.copy()
    out[shore:] = mirrored.astype(np.uint8)
    water = np.zeros((H, W), bool)
    water[shore:] = True
    return out, water


def corridor(vanishing: tuple[float, float] = (0.42, 0.45)) -> np.ndarray:
    """Lines that meet at one point, and pillars that stand upright."""
    picture = coloured(0.2 * noise((H, W), 3), (150, 150, 150), 20)
    centre = np.array([vanishing[0] * W, vanishing[1] * H])
    for angle in np.radians(np.arange(12, 360, 24)):
        way = np.array([np.cos(angle), np.sin(angle)])
        (x0, y0), (x1, y1) = ((int(x), int(y)) for x, y in (centre + way * r for r in (40, 400)))
        cv2.line(picture, (x0, y0), (x1, y1), (30, 30, 30), 2, cv2.LINE_AA)
    for x in (20, 60, W - 50, W - 15):
        cv2.line(picture, (x, 5), (x, H - 5), (20, 20, 20), 2)
    return picture


def figure() -> np.ndarray:
    """(H, W) float32 alpha of someone who stands with both feet on the ground."""
    alpha = np.zeros((H, W), np.float32)
    cv2.ellipse(alpha, (W // 2, int(0.62 * H)), (26, 52), 0, 0, 360, 1.0, -1)
    cv2.circle(alpha, (W // 2, int(0.34 * H)), 16, 1.0, -1)
    return alpha


def someone(alpha: np.ndarray):
    """A `segment` that knows where the person is."""

    def segment(pixels: np.ndarray) -> Parts:
        empty = np.zeros(pixels.shape[:2], np.float32)
        maps = dict.fromkeys(NAMES, empty) | {"subject": alpha, "person": alpha, "clothes": alpha * 0.9}
        sure = {name: 0.9 if maps[name].any() else 0.0 for name in NAMES}
        return Parts(**maps, confidence=MappingProxyType(sure))

    return segment


def nobody(pixels: np.ndarray) -> Parts:
    """A `segment` that sees no one."""
    return someone(np.zeros(pixels.shape[:2], np.float32))(pixels)


def no_faces(pixels: np.ndarray, person: np.ndarray, skin: np.ndarray) -> tuple[()]:
    return ()


def stuff(sure: float, **masks: np.ndarray) -> Stuff:
    """What a network would say that sees these masks, (H, W) bool, with confidence `sure`, and nothing else."""
    maps = {
        name: masks[name].astype(np.float32) if name in masks else np.zeros((H, W), np.float32)
        for name in STUFF
    }
    return Stuff(MappingProxyType(maps), MappingProxyType({name: sure * (name in masks) for name in STUFF}))
