"""Clouds: the sky drifts as a layer of its own, faster overhead than at the horizon, and changes a little in shape."""

from __future__ import annotations

import numpy as np

from stillreel.motion.organic.modal import Modal, Wave, modal, spectral
from stillreel.motion.organic.onset import Span
from stillreel.motion.organic.regions import PRESENT, Area, area_of, grid, scale_of
from stillreel.motion.organic.wind import TOWARD, noise
from stillreel.motion.plan import MotionPlan, RegionMotion
from stillreel.scene.values import Scene

__all__ = ["drift"]

SPEED = 10.0  # px a second at 1024, overhead, at amount 1
STRETCH = 0.15  # the most that clouds may stretch toward the border they leave from


def drift(
    scene: Scene, plan: MotionPlan, item: RegionMotion, span: Span, hold: np.ndarray, seed: int
) -> tuple[Modal, ...]:
    """The drift and the slow boil of the clouds; nothing where no sky is found.

    Clouds that enter from outside the picture cannot be known, so the sky is held at the border they come from and
    stretches instead; a long clip therefore drifts more slowly than a short one. A loop drifts out and back.
    """
    sky = float(scene.parts["sky"].mean()) > PRESENT
    area = area_of(scene, "clouds", item.region, hold, "sky" if sky else None)
    if area is None or not item.amount:
        return ()
    rng = np.random.default_rng([seed, 31])
    heading = TOWARD.get(item.direction or ("left" if rng.random() < 0.5 else "right"), (1.0, 0.0))
    pace = _parallax(area) * _open_border(scene, heading) * area.reach * _off_pinned(area, scene)
    way = min(SPEED * scale_of(scene) * item.amount * (span.end - span.start), _longest(scene, heading))
    field = (way * pace)[..., None] * np.array(heading, np.float32)
    moved = modal("clouds", area, [field], _course(span), span, STRETCH)
    boiled = spectral("clouds", area, _boil(scene, item, area, rng), span)
    return tuple(part for part in (moved, boiled) if part is not None)


def _course(span: Span):
    """The share of the way covered: an even drift that starts gently, or out and back where it must return."""

    def covered(t: float) -> np.ndarray:
        if span.returns:
            share = (min(max(t, span.start), span.end) - span.start) / (span.end - span.start)
            return np.array([0.5 - 0.5 * np.cos(2 * np.pi * share)])
        gone, rise = max(0.0, t - span.start), min(1.2, (span.end - span.start) / 2)
        eased = gone**2 / (2 * rise) if gone < rise else gone - rise / 2
        return np.array([eased / (span.end - span.start - rise / 2)])

    return covered


def _parallax(area: Area) -> np.ndarray:
    """(h, w) float32: 1 at the top of the sky, 0.4 at its foot, where clouds are farther away."""
    rows = np.where(area.inside.any(axis=1))[0]
    height = np.clip((rows[-1] - np.arange(area.inside.shape[0])) / max(int(rows[-1] - rows[0]), 1), 0, 1)
    return np.broadcast_to((0.4 + 0.6 * height).astype(np.float32)[:, None], area.inside.shape)


def _off_pinned(area: Area, scene: Scene) -> np.ndarray:
    """(h, w) float32 0..1: 0 on what must stand still on the same layer."""
    return 1 - np.exp(-area.distance / (60 * scale_of(scene)))


def _open_border(scene: Scene, heading: tuple[float, float]) -> np.ndarray:
    """(h, w) float32 0..1, rising from the border that the clouds come from to 1 halfway across."""
    x, y = grid(scene)
    w, h = scene.size
    gone = (x if heading[0] > 0 else w - x) / w if heading[0] else (y if heading[1] > 0 else h - y) / h
    share = np.clip(gone / 0.6, 0, 1)
    return share * (2 - share)


def _longest(scene: Scene, heading: tuple[float, float]) -> float:
    """The longest way (px) that stretches the sky by no more than STRETCH."""
    side = scene.size[0] if heading[0] else scene.size[1]
    return STRETCH * 0.6 * side / 2 * 1.25


def _boil(scene: Scene, item: RegionMotion, area: Area, rng: np.random.Generator) -> list[Wave]:
    scale, shape = scale_of(scene), area.inside.shape
    size = 1.6 * scale * item.amount * area.reach * _off_pinned(area, scene)
    waves = []
    for hertz in (0.1, 0.17):
        fields = np.stack([noise(rng, shape, 55 * scale), noise(rng, shape, 55 * scale)], axis=-1)
        waves.append(Wave(hertz, size[..., None] * fields, 1.5 * noise(rng, shape, 90 * scale)))
    return waves
