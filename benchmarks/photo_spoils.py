"""Good photos spoiled in the ways photos go wrong: blurred, noisy, enlarged, dark, tiny; each in several ways.

Strengths are drawn evenly from the ranges below and are meant for the size of a clip: a photo that is larger gets as
much more of it in its own pixels. All of it is plain to see at that size and none of it absurd.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

__all__ = ["KINDS", "jpeg", "spoiled"]

CLIP = 1024 * 576  # pixels
KINDS = ("blurred", "noisy", "upscaled", "dark", "tiny")
ENLARGERS = {
    "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC, "lanczos": cv2.INTER_LANCZOS4,
}  # fmt: skip


def spoiled(pixels: np.ndarray, kind: str, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """(the spoiled copy of `pixels`, (H, W, 3) uint8; what was done to it in words)."""
    much = max(1.0, math.sqrt(pixels.shape[0] * pixels.shape[1] / CLIP))
    way = {"blurred": _blurred, "noisy": _noisy, "upscaled": _upscaled, "dark": _dark, "tiny": _tiny}[kind]
    out, words = way(pixels, much, random)
    quality = int(random.integers(82, 97))
    return jpeg(out, quality), f"{words}, JPEG {quality}"


def jpeg(pixels: np.ndarray, quality: int) -> np.ndarray:
    """`pixels` as they come back from a JPEG of that quality."""
    data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[..., ::-1])


def _bytes(values: np.ndarray) -> np.ndarray:
    return np.rint(values.clip(0, 255)).astype(np.uint8)


def _blurred(pixels: np.ndarray, much: float, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """By a Gaussian, a lens out of focus or a hand that shook; the sensor's own faint noise comes after it."""
    way = random.choice(["gaussian", "lens", "motion"])
    if way == "gaussian":
        amount = random.uniform(1.8, 4.5)
        out = cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), amount * much)
    else:
        amount = random.uniform(3.0, 7.0) if way == "lens" else random.uniform(10, 28)
        kernel = _disc(amount * much) if way == "lens" else _streak(amount * much, random.uniform(0, math.pi))
        out = cv2.filter2D(pixels.astype(np.float32), -1, kernel, borderType=cv2.BORDER_REFLECT)
    out += random.normal(0, random.uniform(0, 1.2), out.shape)
    return _bytes(out), f"{way} {amount:.1f} px"


def _disc(radius: float) -> np.ndarray:
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1)
    return (kernel / kernel.sum()).astype(np.float32)


def _streak(length: float, angle: float) -> np.ndarray:
    """A line of that length, not quite straight, as hands shake."""
    reach = math.ceil(length / 2) + 2
    along = np.linspace(-length / 2, length / 2, 8 * reach)
    bend = 0.06 * length * (2 * along / length) ** 2
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    x = reach + along * math.cos(angle) - bend * math.sin(angle)
    y = reach + along * math.sin(angle) + bend * math.cos(angle)
    np.add.at(kernel, (np.rint(y).astype(int), np.rint(x).astype(int)), 1)
    kernel = cv2.GaussianBlur(kernel, (0, 0), 0.6)
    return kernel / kernel.sum()


def _noisy(pixels: np.ndarray, much: float, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """In all channels, in luma or mostly in colour; more in the shadows for one half; fine or a little coarse."""
    way, sigma = random.choice(["rgb", "luma", "colour"]), random.uniform(9, 24) * much
    shape = pixels.shape[:2]
    if way == "rgb":
        noise = random.normal(0, sigma, (*shape, 3))
    elif way == "luma":
        noise = random.normal(0, 0.75 * sigma, (*shape, 1)).repeat(3, axis=2)
    else:
        blotches = cv2.GaussianBlur(random.normal(0, 1, (*shape, 3)), (0, 0), 1.0 * much)
        noise = 1.2 * sigma * blotches / blotches.std() + random.normal(0, 0.3 * sigma, (*shape, 1))
    if random.random() < 0.4:
        soft = cv2.GaussianBlur(noise, (0, 0), 0.6)
        noise = (soft if soft.ndim == 3 else soft[..., None]) * noise.std() / max(float(soft.std()), 1e-6)
    shade = 1.0
    if random.random() < 0.5:
        shade = 1.5 - pixels.mean(axis=2, keepdims=True) / 255
    return _bytes(pixels + noise * shade), f"{way} noise {sigma:.1f}"


def _upscaled(pixels: np.ndarray, much: float, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """Reduced by area and enlarged again."""
    how = str(random.choice(list(ENLARGERS)))
    times = random.uniform(1.8, 4.0)
    height, width = pixels.shape[:2]
    size = max(16, round(width / times)), max(16, round(height / times))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if random.random() < 0.5:  # the small picture had been saved as a JPEG of its own
        small = jpeg(small, int(random.integers(80, 96)))
    return cv2.resize(small, (width, height), interpolation=ENLARGERS[how]), f"{how} {times:.1f} times"


def _dark(pixels: np.ndarray, much: float, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """Until the mean luma is 0.05 to 0.15: exposed too short, with the shadows' noise, or by a curve that swallows the
    middle tones."""
    target, values = random.uniform(0.05, 0.15), pixels / 255.0
    if random.random() < 0.5:
        power = _until(lambda strength: float((values**strength).mean()) < target, 1, 6)
        return _bytes(255 * values**power), f"gamma {power:.1f}"
    light = values**2.2
    stops = _until(lambda strength: float(((light * 2.0**-strength) ** (1 / 2.2)).mean()) < target, 0, 7)
    light = light * 2.0**-stops
    light += random.normal(0, 0.0008, light.shape) + random.normal(0, 0.006, light.shape) * np.sqrt(light)
    return _bytes(255 * light.clip(0, 1) ** (1 / 2.2)), f"{stops:.1f} stops under"


def _until(enough: Callable[[float], bool], low: float, high: float) -> float:
    """The least strength between low and high that is enough; high where none is."""
    for _ in range(8):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _tiny(pixels: np.ndarray, much: float, random: np.random.Generator) -> tuple[np.ndarray, str]:
    """A thumbnail of 120 to 360 pixels on the short side."""
    short = int(random.integers(120, 361))
    share = short / min(pixels.shape[:2])
    if share >= 1:
        return pixels, "as it is"
    size = round(pixels.shape[1] * share), round(pixels.shape[0] * share)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), f"short side {short} px"
