"""The AI mark: readable on anything, small, in one place, the same in every frame."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.clip import watermark

SIZES = [(576, 1024), (1080, 1920), (64, 64), (96, 64), (720, 405)]
GROUNDS = {"white": 255, "black": 0, "grey": 128}


def ground(name: str, height: int, width: int) -> np.ndarray:
    if name == "noise":
        return np.random.default_rng(1).integers(0, 256, (2, height, width, 3), np.uint8)
    return np.full((2, height, width, 3), GROUNDS[name], np.uint8)


def luminance(frame: np.ndarray) -> np.ndarray:
    """WCAG 2.2's relative luminance, 0 to 1."""
    linear = (frame / 255.0) ** 2.2
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*GROUNDS, "noise"])
def test_the_letters_stand_out_on_any_ground(name: str, size: tuple[int, int]) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5:1 between letters and what is around them."""
    before = ground(name, *size)
    (after,) = watermark.on([before])
    grey, opacity = watermark.mark(*size)
    rows, columns = np.nonzero((after != before).any((0, 3)))
    tall, wide = opacity.shape[:2]
    gap = max(2, tall // 3)
    corner = after[0, size[0] - gap - tall : size[0] - gap, size[1] - gap - wide : size[1] - gap]
    letters = (opacity > 0.97)[..., 0] & (grey > 245)[..., 0]
    plate = (opacity > 0.7)[..., 0] & (grey < 30)[..., 0]
    light, dark = luminance(corner)[letters], luminance(corner)[plate]
    assert letters.sum() >= 6
    assert (np.median(light) + 0.05) / (np.median(dark) + 0.05) > 4.5
    if name != "black":
        assert rows.min() >= size[0] - gap - tall
        assert columns.min() >= size[1] - gap - wide


@pytest.mark.parametrize("size", SIZES)
def test_the_mark_is_small_and_the_same_in_every_frame(size: tuple[int, int]) -> None:
    frames = ground("noise", *size)
    frames[1] = frames[0]
    given = frames.copy()
    first, second = next(watermark.on([frames]))
    assert np.array_equal(first, second)
    assert np.array_equal(frames, given)  # what came in is left alone
    changed = (first != frames[0]).any(-1)
    assert changed[-size[0] // 2 :, -size[1] // 2 :].sum() == changed.sum()
    assert changed.mean() < (0.06 if min(size) < 100 else 0.005)


def test_chunks_are_marked_one_by_one() -> None:
    frames = ground("noise", 64, 96)
    whole = next(watermark.on([frames]))
    parts = np.concatenate(list(watermark.on([frames[:1], frames[1:]])))
    assert np.array_equal(whole, parts)
