"""A closing lid: skin over the eye with a crisp edge, lashes along it, and nothing else touched."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from stillreel.frames.effects.eyelid import Eyelids
from stillreel.frames.effects.lid import lid_of
from stillreel.motion.deformation import FrameView
from stillreel.motion.rigs.anatomy import Eye, eyes_of
from stillreel.motion.rigs.blink import Blinks
from tests.fakes.people import make_face
from tests.unit.scene.test_eyes import SCALE, SKINS, head


def view(size: tuple[int, int], t: float) -> FrameView:
    rows, columns = np.mgrid[0 : size[1] : 2, 0 : size[0] : 2].astype(np.float32)
    flat = np.zeros(rows.shape, np.float32)
    return FrameView(t, round(24 * t), np.dstack([columns + 0.5, rows + 0.5]), flat, flat)


def blinked(pixels: np.ndarray, eyes: tuple[Eye, ...], t: float) -> np.ndarray:
    """The photo at t seconds of a blink that begins at 1 s and is closed at 1.1 s."""
    lids = Eyelids(tuple((Blinks((1.0,)), lid_of(pixels, eye)) for eye in eyes))
    return lids.apply(pixels, view((pixels.shape[1], pixels.shape[0]), t))


def eyes_at(landmarks: np.ndarray) -> tuple[Eye, ...]:
    return eyes_of(replace(make_face(), landmarks=landmarks))


@pytest.mark.parametrize("skin", SKINS)
def test_a_shut_lid_is_skin_with_a_dark_line_at_its_edge(skin: tuple[int, int, int]) -> None:
    pixels, at = head(skin, "open")
    eyes = eyes_at(at)
    shut = blinked(pixels, eyes, 1.1)
    for eye in eyes:
        x, y = (round(float(value)) for value in eye.origin)
        half = round(0.3 * eye.opening)
        lid = shut[y - half : y, x - 8 : x + 9].reshape(-1, 3).astype(float)
        assert np.abs(lid.mean(axis=0) / skin - 1).max() < 0.3  # near the skin's own colour in every channel
        column = cv2.GaussianBlur(shut, (0, 0), 1)[y - half : y + round(1.2 * eye.opening), x].mean(axis=1)
        assert column.min() < 0.75 * np.mean(skin)  # the lashes
        assert half + 0.1 * eye.opening < int(column.argmin()) < half + 0.6 * eye.opening


def test_a_half_closed_lid_leaves_the_eye_below_its_edge_as_it_was() -> None:
    pixels, at = head(SKINS[0], "open")
    (eye, _) = eyes_at(at)
    half = blinked(pixels, (eye,), 1.032)  # closure 0.32
    x, y = (round(float(value)) for value in eye.origin)
    seen = slice(y + round(0.2 * eye.opening), y + round(0.4 * eye.opening))
    assert np.abs(half[seen, x - 6 : x + 7].astype(int) - pixels[seen, x - 6 : x + 7]).max() <= 3
    above = half[y - round(0.42 * eye.opening), x].astype(float)
    assert np.abs(above / SKINS[0] - 1).max() < 0.35  # lid where the iris was


def test_only_the_eyes_are_touched_and_only_while_they_blink() -> None:
    pixels, at = head(SKINS[1], "open")
    eyes = eyes_at(at)
    assert blinked(pixels, eyes, 0.9) is pixels
    assert blinked(pixels, eyes, 1.4) is pixels
    changed = (blinked(pixels, eyes, 1.1) != pixels).any(axis=2)
    rows, columns = np.where(changed)
    assert rows.min() > eyes[0].origin[1] + eyes[0].brow - 1
    assert rows.max() < eyes[0].origin[1] + 1.1 * eyes[0].opening
    assert abs(columns.min() - eyes[0].origin[0]) < 0.65 * eyes[0].width
    assert eyes[0].width > 10 * SCALE
