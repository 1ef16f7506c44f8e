"""Fills: exact where something is known, continuous where not."""

from __future__ import annotations

import numpy as np

from stillreel.frames.fill import fill_hole, mirror_in, pull_push, separate
from tests.fakes.scenes import disc, texture

SIZE = (200, 120)


def test_pull_push_keeps_what_is_known_and_continues_a_ramp():
    ramp = np.linspace(0, 1, SIZE[0], dtype=np.float32)[None].repeat(SIZE[1], 0)
    known = np.ones_like(ramp)
    known[40:80, 80:120] = 0
    filled = pull_push(ramp * known, known)
    assert np.array_equal(filled[known == 1], ramp[known == 1])
    assert np.abs(filled - ramp).max() < 0.08


def test_a_filled_hole_touches_nothing_outside_and_is_textured_near_its_rim():
    image = texture(SIZE)
    hole = disc(SIZE, 0.3) > 0.5
    filled = fill_hole(image, hole, reach=20)
    assert np.array_equal(filled[~hole], image[~hole])
    assert filled[hole].std() > 0.4 * image[hole].std()


def test_a_flat_wall_is_continued_flat():
    image = np.full((SIZE[1], SIZE[0], 3), (90, 140, 200), np.uint8)
    hole = disc(SIZE, 0.3) > 0.5
    image[hole] = (255, 0, 0)
    assert np.abs(fill_hole(image, hole, reach=20).astype(int) - (90, 140, 200)).max() <= 2


def test_a_rhythm_goes_on_behind_what_stood_before_it():
    """Posts of a fence: neither softened away nor mirrored at the rim."""
    x = np.arange(SIZE[0])
    fence = np.where(x % 20 < 5, 60, 190) + (x % 20)
    truth = np.broadcast_to(fence[None, :, None], (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    hole = disc(SIZE, 0.3) > 0.5
    image = np.where(hole[..., None], np.array([250, 20, 20], np.uint8), truth)
    apart = np.abs(fill_hole(image, hole, reach=20).astype(int) - truth)[hole].mean()
    assert apart < 0.4 * np.abs(mirror_in(image, hole, reach=20).astype(int) - truth)[hole].mean()
    assert apart < 12


def test_a_sky_is_mirrored_in_without_a_step():
    image = (
        np.broadcast_to(np.linspace(120, 220, SIZE[1])[:, None, None], (*SIZE[::-1], 3))
        .astype(np.uint8)
        .copy()
    )
    hole = np.zeros(SIZE[::-1], bool)
    hole[60:] = True
    filled = mirror_in(image, hole, reach=40)
    assert np.array_equal(filled[:60], image[:60])
    assert np.abs(np.diff(filled[55:70].astype(int), axis=0)).max() <= 4


def test_separation_explains_the_photo():
    """alpha F + (1 - alpha) B is the photo, and neither F nor B carries the other's colour at the rim."""
    alpha = np.clip(disc(SIZE, 0.3) * 1.0, 0, 1)
    soft = alpha.astype(np.float32)
    fore, back = np.array([220, 40, 40], np.float32), np.array([30, 60, 200], np.float32)
    image = (soft[..., None] * fore + (1 - soft[..., None]) * back + 0.5).astype(np.uint8)
    f, b = separate(image, soft, reach=20)
    rim = (soft > 0.2) & (soft < 0.8)
    assert np.abs(f[rim].astype(int) - fore).mean() < 12
    assert np.abs(b[rim].astype(int) - back).mean() < 12
