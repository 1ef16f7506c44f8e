"""The denoiser with its shipped weights, on small grids: shapes, anchors, seeds, windows, restraint."""

from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise

import cv2
import numpy as np
import pytest

from stillreel.frames.denoiser import encode, refine, refined, windows
from stillreel.frames.shapes import KeyRender


def picture(height: int, width: int) -> np.ndarray:
    """Smooth colours with some structure, (h, w, 3) float32 0..1."""
    rng = np.random.default_rng(8)
    coarse = rng.random((6, 8, 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def panned(frames: int, height: int, width: int, step: float) -> KeyRender:
    """A pan: the content moves left by `step` pixels a frame; what comes in on the right is grey and not valid."""
    photo = picture(height, width)
    colour, valid = (
        np.full((frames, height, width, 3), 0.5, np.float32),
        np.zeros((frames, height, width), np.float32),
    )
    for k in range(frames):
        shift = round(k * step)
        colour[k, :, : width - shift] = photo[:, shift:]
        valid[k, :, : width - shift] = 1
    backward = np.zeros((frames, height, width, 2), np.float32)
    backward[..., 0] = np.round(np.arange(frames) * step)[:, None, None]
    still = np.zeros_like(valid)
    return KeyRender(colour, valid, backward, still + 0.5, still, np.arange(frames, dtype=np.float32) / 3)


def test_the_latent_is_an_eighth_with_sixteen_channels():
    latent = encode(picture(64, 112))
    assert latent.shape == (8, 14, 16)
    assert latent.dtype == np.float32
    assert 0.05 < latent.std() < 5


def test_different_photos_have_different_latents():
    assert np.abs(encode(picture(64, 112)) - encode(1 - picture(64, 112))).mean() > 0.1


def test_generated_frames_keep_the_photo_and_the_range():
    render = panned(5, 96, 160, 8)
    made = refine(render, seed=1, steps=2)
    assert made.colour.shape == render.colour.shape
    assert made.blend.shape == render.valid.shape
    assert (made.blend[0] == 0).all()
    np.testing.assert_array_equal(made.colour[0], render.colour[0])
    assert made.colour.min() >= 0
    assert made.colour.max() <= 1
    assert made.blend.min() >= 0
    assert made.blend.max() <= 1


def test_holes_are_believed_more_than_what_the_photo_shows():
    render = panned(5, 96, 160, 10)
    blend = refine(render, seed=1).blend[1:]
    hole = render.valid[1:] == 0
    assert blend[hole].mean() > 3 * blend[~hole].mean()
    assert blend[~hole].mean() < 0.1


def test_what_stands_still_stays():
    render = panned(4, 96, 96, 0)
    made = refine(render, seed=3)
    mixed = render.colour + made.blend[..., None] * (made.colour - render.colour)
    assert np.abs(mixed - render.colour).mean() < 1 / 255


def test_a_grey_border_moves_towards_its_surroundings():
    render = panned(5, 96, 160, 10)
    made = refine(render, seed=1)
    mixed = render.colour + made.blend[..., None] * (made.colour - render.colour)
    first_missing = 160 - 40
    edge = render.colour[4, :, first_missing - 3 : first_missing].mean(1)
    before = np.abs(render.colour[4, :, first_missing : first_missing + 6].mean(1) - edge).mean()
    after = np.abs(mixed[4, :, first_missing : first_missing + 6].mean(1) - edge).mean()
    assert after < before


def test_one_seed_one_result():
    render = panned(4, 64, 64, 6)
    once, again, other = (refine(render, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(once.colour, again.colour)
    np.testing.assert_array_equal(once.blend, again.blend)
    assert np.abs(once.colour - other.colour).max() > 1e-5


@pytest.mark.parametrize(("height", "width"), [(32, 112), (112, 32), (16, 16)])
def test_any_aspect(height: int, width: int):
    made = refine(panned(2, height, width, 3), seed=0, steps=1)
    assert np.isfinite(made.colour).all()


def test_one_frame_is_the_photo():
    render = panned(1, 64, 64, 0)
    np.testing.assert_array_equal(refine(render, 0).colour, render.colour)


def test_windows_cover_all_frames_and_overlap():
    for frames in range(1, 60):
        spans = windows(frames)
        assert spans[0][0] == 0
        assert spans[-1][1] == frames
        assert all(end - first == min(16, frames) for first, end in spans)
        assert all(before[1] - after[0] >= 4 for before, after in pairwise(spans))


def test_more_than_one_window_reports_each_step():
    told: list[tuple[int, int]] = []
    made = refine(panned(19, 32, 48, 1), seed=2, steps=2, progress=lambda *at: told.append(at))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert made.colour.shape[0] == 19


def apart(render: KeyRender, asked: list[int]) -> Iterator[KeyRender]:
    """The frames one by one; `asked` notes which were taken."""
    for k in range(len(render.times)):
        asked.append(k)
        yield KeyRender(*(getattr(render, field.name)[k : k + 1] for field in fields(KeyRender)))


def test_a_stream_holds_one_window_and_gives_what_the_whole_gives():
    render, asked = panned(37, 32, 48, 1), []
    whole = refine(render, seed=2, steps=1)
    for k, made in enumerate(refined(apart(render, asked), 37, seed=2, steps=1)):
        np.testing.assert_array_equal(made.colour[0], whole.colour[k])
        np.testing.assert_array_equal(made.blend[0], whole.blend[k])
        assert len(asked) == next(end for _, end in windows(37) if end > k)


def test_the_first_window_of_a_long_clip_is_a_short_clip():
    render = panned(28, 32, 48, 1)
    short = KeyRender(*(getattr(render, field.name)[:16] for field in fields(KeyRender)))
    many, few = refine(render, seed=2, steps=1), refine(short, seed=2, steps=1)
    np.testing.assert_array_equal(many.colour[:16], few.colour)
    assert np.abs(many.colour[16:] - render.colour[16:]).max() > 1 / 255  # and something is made after it


def test_without_a_hole_nothing_is_made_and_no_step_is_taken():
    render, told = panned(4, 64, 64, 0), []
    made = refine(render, seed=2, progress=lambda *at: told.append(at))
    np.testing.assert_array_equal(made.colour, render.colour)
    assert not made.blend.any()
    assert told == []


def test_a_grid_that_is_no_multiple_of_sixteen_is_refused():
    with pytest.raises(ValueError, match="multiples of 16; got 60x64"):
        encode(np.zeros((60, 64, 3), np.float32))
