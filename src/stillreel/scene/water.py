"""Water: where the network sees it, filled up by place, streaks and reflection, which alone fire on dry photos.

It moves only when prompt or plan asks for it.
"""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, box, smoothstep
from stillreel.scene.diffuse import diffuse, region_edges
from stillreel.scene.stuff import SURE, Stuff, log_odds

__all__ = ["find_water"]

SIGHT = 0.2  # probability below which the network sees no water, whatever colour and streaks say


def find_water(
    canvas: Canvas, seen: Stuff, sky: np.ndarray, sky_confidence: float, things: np.ndarray, horizon: float,
    upright: float,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """((h, w) float32 probability, confidence 0..1): nothing where the network sees no water.

    sky: probability; things: (h, w) probability of people and subject, which are not water; horizon: share of the
    height. upright: 0..1, how surely upright lines stand in the photo: rooms and streets have them, shores do not.
    """
    water, trust = seen.maps["water"] * (1 - things), seen.confidence["water"]
    if trust == 0:
        return water, 0.0
    traces, traces_trust = find_traces(canvas, sky, sky_confidence, things, horizon, upright)
    if traces_trust == 0:
        return water, trust
    belief = log_odds(water, 0.02, 0.98) + traces_trust * log_odds(traces, 0.02, 0.98)
    joined = np.where(water < SIGHT, 0, 1 / (1 + np.exp(-belief))).astype(np.float32)
    region = joined > 0.5
    if not region.any():
        return np.zeros(canvas.shape, np.float32), 0.0
    decided = np.clip((joined[region].mean() - 0.5) / (SURE - 0.5), 0, 1) * smoothstep(0, 0.05, region.mean())
    return joined, float(trust + 0.95 * decided) / 2


def find_traces(
    canvas: Canvas, sky: np.ndarray, sky_confidence: float, things: np.ndarray, horizon: float, upright: float
) -> tuple[np.ndarray, float]:
    """((h, w) float32 probability, confidence 0..1) by colour, level streaks and reflection below the horizon."""
    h, w = canvas.shape
    size = max(8, w // 2), max(8, h // 2)
    lab, texture, grey = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
                          for plane in (canvas.lab, canvas.texture, canvas.grey))  # fmt: skip
    sky, things = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (sky, things))
    rows = ((np.arange(size[1], dtype=np.float32) + 0.5) / size[1])[:, None]
    axis, mirrored = mirror_axis(grey)
    mirrored *= float(smoothstep(0.4, 0.7, sky_confidence))
    free = (1 - things) * (1 - sky)
    place = smoothstep(horizon - 0.06, horizon + 0.04, rows) * free
    colour, streaks = _colour(lab, sky, sky_confidence), _streaks(grey)
    score = place * colour * (0.35 + 0.65 * streaks)
    if mirrored > 0.4:  # the shore is known: all that lies before it, and nothing behind it
        before = smoothstep(axis - 0.015, axis + 0.01, rows) * free
        score = before * np.maximum(colour, 0.8 * mirrored)
    weight = 0.05 + np.clip(1 - things - sky, 0, 1)
    spread = diffuse(score, weight, region_edges(lab, texture, 1.5), (0.10 * size[0], 0.06 * size[0]))
    mask = _touching((spread > 0.33) & (score > 0.02))
    if mask.mean() < 0.02:
        return np.zeros((h, w), np.float32), 0.0
    trust = _trust(mask, colour, streaks, sky_confidence, upright)
    trust = float(np.clip(max(trust, 0.8 * mirrored), 0, 0.9))
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.0) * smoothstep(0.12, 0.4, spread)
    full = cv2.resize(soft.astype(np.float32), (w, h), interpolation=cv2.INTER_LINEAR)
    return np.clip(full, 0, 1), trust


def _colour(lab: np.ndarray, sky: np.ndarray, sky_confidence: float) -> np.ndarray:
    """0..1: blue, teal or slate, or the colour of the sky that it reflects."""
    soft = cv2.GaussianBlur(lab, (0, 0), 2.0)
    a, b = soft[..., 1], soft[..., 2]
    chroma = np.hypot(a, b)
    cool = smoothstep(6, -6, b + 0.55 * a) * smoothstep(2, 10, chroma)
    slate = 0.45 * smoothstep(14, 6, chroma) * smoothstep(5, -1, b)
    out = np.maximum(cool, slate)
    if sky_confidence > 0.3 and (sky > 0.6).any():
        tone = np.median(lab[sky > 0.6], axis=0)
        apart = np.abs(soft - tone) @ np.array([0.35, 1.0, 1.0], np.float32)
        out = np.maximum(out, 0.8 * sky_confidence * smoothstep(26, 8, apart))
    foam = smoothstep(80, 92, soft[..., 0]) * smoothstep(10, 4, chroma)
    return np.maximum(out, 0.3 * foam) * smoothstep(18, 8, b) * smoothstep(24, 12, a)


def _streaks(grey: np.ndarray) -> np.ndarray:
    """0..1: texture that lies level, as ripples and waves do in perspective; calm surfaces count half."""
    dx, dy = cv2.Scharr(grey, cv2.CV_32F, 1, 0) / 16, cv2.Scharr(grey, cv2.CV_32F, 0, 1) / 16
    across, down = np.maximum(box(dx * dx, 6), 0), np.maximum(box(dy * dy, 6), 0)
    level = down / (across + down + 2e-5)
    calm = smoothstep(0.03, 0.01, np.sqrt(across + down))
    return np.maximum(smoothstep(0.5, 0.8, level), 0.5 * calm)


def _touching(mask: np.ndarray) -> np.ndarray:
    """Regions of 2% and more, closed over boats and sparkle, that reach an edge of the photo or are wide."""
    side = max(3, mask.shape[1] // 40) | 1
    mask = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    count, label, stats, _ = cv2.connectedComponentsWithStats(mask)
    out = np.zeros(mask.shape, bool)
    for index in range(1, count):
        x, y, w, h, area = stats[index]
        edge = x == 0 or x + w == mask.shape[1] or y + h == mask.shape[0]
        if area > 0.02 * mask.size and (edge or w > 0.3 * mask.shape[1]):
            out |= label == index
    return out


def _trust(
    mask: np.ndarray, colour: np.ndarray, streaks: np.ndarray, sky_confidence: float, upright: float
) -> float:
    """Colour and streaks must agree, below a sky; without one (from above, or in a room) little is believed."""
    hue, level = float(colour[mask].mean()), float(streaks[mask].mean())
    wide = 0.5 + 0.5 * float(smoothstep(0.25, 0.8, mask.any(0).mean()))
    outdoors = 0.35 + 0.65 * sky_confidence
    return 0.8 * hue * float(smoothstep(0.3, 0.75, level)) * wide * outdoors * (1 - 0.5 * upright)


def mirror_axis(grey: np.ndarray) -> tuple[float, float]:
    """(row as a share of the height, 0..1): where what stands above returns upside down below, and how surely.

    Changes from row to row must return with their sign turned; columns that merely run on mirror nothing, and the
    mean of every row is taken out, so that plain gradients do not either.
    """
    small = cv2.GaussianBlur(
        cv2.resize(grey, (160, max(24, 160 * grey.shape[0] // grey.shape[1]))), (0, 0), 1.5
    )
    change = np.diff(small, axis=0)
    change = change - change.mean(1, keepdims=True)
    height = len(change)
    best, axis = 0.0, height // 2
    for row in range(round(0.3 * height), round(0.85 * height)):
        reach = min(row, height - row, round(0.3 * height))
        above, below = change[row - reach : row][::-1], change[row : row + reach]
        power = float(np.sqrt((above**2).sum() * (below**2).sum()))
        even = (below**2).sum() > 0.04 * (above**2).sum()  # a reflection keeps some of the contrast
        match = -float((above * below).sum()) / power if power > 2e-5 * above.size and even else 0.0
        if match > best:
            best, axis = match, row
    energy = (change[axis : axis + max(1, min(axis, height - axis, round(0.3 * height)))] ** 2).sum(1)
    edge = float(energy[: max(2, len(energy) // 5)].sum() / max(float(energy.sum()), 1e-9))
    deep = smoothstep(
        0.9, 0.7, edge
    )  # one dark ridge against a glow is mirrored about itself, and about nothing else
    return (axis + 0.5) / height, float(smoothstep(0.3, 0.55, best) * deep)
