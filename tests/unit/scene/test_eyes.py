"""Open or shut: drawn eyes whose state is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stillreel.scene import landmarks as points
from stillreel.scene.eyes import SMALLEST_EYE, measures, seen_openness
from tests.fakes.people import make_face

SCALE = 3.0
SKINS = ((225, 185, 160), (176, 126, 96), (92, 60, 44))


def head(skin: tuple[int, int, int], state: str, scale: float = SCALE) -> tuple[np.ndarray, np.ndarray]:
    """A face of one skin tone with open, shut or covered eyes, and its landmarks (drawn open, as the network does)."""
    at = make_face().landmarks * np.float32(scale)
    pixels = np.full((int(360 * scale), int(640 * scale), 3), skin, np.uint8)
    for eye, iris in ((points.LEFT_EYE, points.LEFT_IRIS), (points.RIGHT_EYE, points.RIGHT_IRIS)):
        ring, (x, y) = np.round(at[list(eye), :2]).astype(np.int32), at[iris[0], :2]
        dark = tuple(value // 5 for value in skin)
        high = int(np.ptp(at[list(eye), 1]) / 2)
        if state == "open":
            cv2.fillPoly(pixels, [ring], (232, 230, 228), cv2.LINE_AA)
            cv2.circle(pixels, (int(x), int(y)), high, (50, 40, 30), -1, cv2.LINE_AA)
            cv2.polylines(pixels, [ring[:9]], False, dark, 2, cv2.LINE_AA)
        elif state == "shut":
            wide = int(np.ptp(at[list(eye), 0]) / 2)
            cv2.ellipse(
                pixels, (int(x), int(y + 0.4 * high)), (wide, high // 2), 0, 0, 180, dark, 3, cv2.LINE_AA
            )
        else:
            cv2.circle(pixels, (int(x), int(y)), 4 * high, (8, 8, 8), -1, cv2.LINE_AA)
    return cv2.GaussianBlur(pixels, (0, 0), 1.0), at


@pytest.mark.parametrize("skin", SKINS)
def test_open_eyes_are_told_from_shut_ones_on_any_skin(skin: tuple[int, int, int]) -> None:
    opened, shut = (seen_openness(*head(skin, state)) for state in ("open", "shut"))
    assert min(opened) > 0.5
    assert max(shut) <= 0.5


def test_nothing_is_said_of_tiny_eyes_or_behind_dark_glass() -> None:
    assert seen_openness(*head(SKINS[0], "open", 0.4)) == (0.5, 0.5)
    assert seen_openness(*head(SKINS[0], "dark glass")) == (0.5, 0.5)


def test_measures_hold_at_the_pictures_border_and_refuse_small_eyes() -> None:
    pixels, at = head(SKINS[1], "open")
    cut = measures(
        pixels[:, : int(at[points.LEFT_EYE[4], 0])], at, points.LEFT_EYE_UPPER, points.LEFT_EYE_LOWER
    )
    assert cut is not None
    assert np.isfinite(cut).all()
    away = measures(pixels[:20, :20], at, points.LEFT_EYE_UPPER, points.LEFT_EYE_LOWER)
    assert away is not None
    assert np.isfinite(away).all()
    small = at * np.float32(0.9 * SMALLEST_EYE / np.ptp(at[list(points.LEFT_EYE), 0]))
    assert measures(pixels, small, points.LEFT_EYE_UPPER, points.LEFT_EYE_LOWER) is None
