"""Paths fitted to places that are projected here, by the pinhole equations, from a path that is known."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.evaluation.camera_growth import growth
from stillreel.evaluation.refit import DOLLY, MOVE, TURN, best, fit
from stillreel.evaluation.refit_start import starts
from stillreel.evaluation.tracks import Tracks
from stillreel.motion.camera import Intrinsics

SIZE, KEYS = (512, 288), 10
LENS = Intrinsics.of(SIZE, 0.9 * SIZE[0])
SHARE = np.linspace(0, 1, KEYS + 1)[1:]


def tracked(yaw: float, at: tuple[float, float, float], zoom: float = 1.0, noise: float = 0.15) -> Tracks:
    """150 places at disparities 0.1 to 1, nearer below, while a camera turns by `yaw` and travels to `at`."""
    rng = np.random.default_rng(3)
    points = rng.uniform((8, 8), (504, 280), (150, 2))
    disparity = np.clip(points[:, 1] / 288 + rng.uniform(-0.3, 0.3, 150), 0.1, 1.0)
    ray = np.column_stack([(points - (np.array(SIZE) - 1) / 2) / LENS.focal, np.ones(150)])
    moved = []
    for share in SHARE:
        c, s = np.cos(yaw * share), np.sin(yaw * share)
        seen = (ray - disparity[:, None] * np.array(at) * share) @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]]).T
        moved.append(LENS.focal * zoom**share * seen[:, :2] / seen[:, 2:] + (np.array(SIZE) - 1) / 2)
    seen = np.stack(moved) + rng.normal(0, noise, (KEYS, 150, 2))
    return Tracks(points, seen, np.ones((KEYS, 150), bool), np.ones(150), None)


def test_an_orbit_is_found_whichever_way_about():
    for way in (1, -1):
        found = fit(tracked(way * 0.1, (-way * 0.2, 0, 0)), LENS, TURN + MOVE)
        assert found.state[-1, 0] == pytest.approx(way * 0.1, rel=0.03)
        assert found.explained > 0.7


def test_the_best_start_is_near_the_truth():
    state, disparity = next(iter(starts(tracked(-0.08, (0.15, 0, 0.1)), LENS, TURN + MOVE)))
    travel = state[-1, 4:] / np.linalg.norm(state[-1, 4:])
    assert travel @ np.array([0.15, 0, 0.1]) / np.hypot(0.15, 0.1) > 0.95
    assert state[-1, 0] == pytest.approx(-0.08, abs=0.02)
    assert disparity.min() >= 0


def test_a_pan_is_not_explained_by_depths_that_noise_suggests():
    winner, _ = best([tracked(0.05, (0, 0, 0), noise=0.4)], LENS)
    assert set(winner.freedoms) <= set(TURN)


def test_a_dolly_zoom_goes_the_way_in_which_what_is_low_is_near():
    found = fit(tracked(0.0, (0, 0, 0.3), zoom=0.8), LENS, DOLLY)
    assert found.state[-1, 6] > 0 > found.state[-1, 3]
    upside_down = tracked(0.0, (0, 0, 0.3), zoom=0.8)
    known = Tracks(upside_down.points, upside_down.moved, upside_down.trusted, upside_down.weight,
                   1 - upside_down.points[:, 1] / 288)  # fmt: skip
    assert fit(known, LENS, DOLLY).state[-1, 6] < 0


def growing(disparity: np.ndarray, points: np.ndarray, ahead: float, zoom: float) -> Tracks:
    """Places that grow from the centre, as a lens and a travel straight ahead let them."""
    centre = (np.array(SIZE) - 1) / 2
    share = SHARE[:, None]
    grown = zoom**share / (1 - ahead * share * disparity)
    noise = np.random.default_rng(4).normal(0, 0.1, (KEYS, len(points), 2))
    seen = centre + grown[..., None] * (points - centre) + noise
    return Tracks(points, seen, np.ones(grown.shape, bool), np.ones(len(points)), None)


def test_a_dolly_zoom_is_found_though_its_subject_fills_most_of_the_view():
    points = np.random.default_rng(5).uniform((8, 8), (504, 280), (160, 2))
    away = np.abs(points / np.array(SIZE) - 0.5).max(1)
    around = np.where(np.arange(160) % 2 > 0, 0.15, 1.0)
    winner, _ = best([growing(np.where(away < 0.41, 0.5, around), points, 0.3, 0.85)], LENS)
    assert (away < 0.41).mean() > 0.6
    assert set(winner.freedoms) == set(DOLLY)


def test_places_that_slide_along_the_subjects_edge_and_are_lost_do_not_hide_a_dolly_zoom():
    rng = np.random.default_rng(5)
    points = rng.uniform((8, 8), (504, 280), (160, 2))
    away = np.abs(points / np.array(SIZE) - 0.5).max(1)
    around = np.where(np.arange(160) % 2 > 0, 0.15, 1.0)
    whole = growing(np.where(away < 0.41, 0.5, around), points, 0.3, 0.85)
    slides = (away >= 0.41) & (rng.random(160) < 0.75)
    moved, trusted = whole.moved.copy(), whole.trusted.copy()
    drift = rng.uniform(-1, 1, (int(slides.sum()), 2)) * 40
    moved[:, slides] = points[slides] + SHARE[:, None, None] * drift
    trusted[KEYS // 2 :, slides] = False
    winner, _ = best([Tracks(points, moved, trusted, whole.weight, None)], LENS)
    assert slides.sum() > 0.5 * (away >= 0.41).sum()
    assert set(winner.freedoms) == set(DOLLY)


def test_a_thing_that_comes_nearer_on_one_side_is_no_dolly_zoom():
    points = np.random.default_rng(5).uniform((8, 8), (504, 280), (160, 2))
    winner, _ = best([growing(np.where(points[:, 0] > 340, 1.0, 0.0), points, 0.15, 1.0)], LENS)
    assert winner.freedoms == ()


def test_growth_is_that_of_distances_and_goes_on_from_part_to_part():
    first = tracked(0.0, (0, 0, 0), zoom=1.2, noise=0.1)
    second = Tracks(first.points, first.moved, first.trusted, first.weight, None, base=KEYS)
    every = np.ones(150, bool)
    grown = growth([first, second], [every, every], SIZE)
    assert len(grown) == 2 * KEYS
    assert grown[KEYS - 1] == pytest.approx(1.2, rel=0.005)
    assert grown[-1] == pytest.approx(1.44, rel=0.01)


@pytest.mark.parametrize("wrong", [0.0, 0.25])
def test_travel_is_told_in_near_depths_of_the_scene_where_it_is_known(wrong):
    rng = np.random.default_rng(3)
    points = rng.uniform((8, 8), (504, 280), (150, 2))
    true = np.clip(points[:, 1] / 288 + rng.uniform(-0.3, 0.3, 150), 0.1, 1.0) * 0.6
    moved = points - LENS.focal * 0.1 * SHARE[:, None, None] * true[:, None] * np.array([1, 0])
    said = true * np.exp(rng.normal(0, wrong, 150))
    winner, _ = best([Tracks(points, moved, np.ones((KEYS, 150), bool), np.ones(150), said)], LENS)
    assert winner.state[-1, 4] == pytest.approx(0.1, rel=0.06)
