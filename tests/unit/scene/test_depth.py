"""Depth's order and smoothness on scenes whose depth is known."""

from __future__ import annotations

import numpy as np
import pytest

from stillreel.scene.canvas import canvas_of
from stillreel.scene.depth import Clues, find_disparity
from stillreel.scene.diffuse import diffuse
from stillreel.scene.structure import Lines, find_lines

from .pictures import H, W, corridor, figure, landscape

EMPTY = np.zeros((H, W), np.float32)
NO_LINES = Lines(np.zeros((0, 4), np.float32), (0.5, 0.5), 0.0, 0.0)


def clues(**known) -> Clues:
    rest = {"sky": EMPTY, "sky_confidence": 0.0, "subject": EMPTY, "person": EMPTY, "lines": NO_LINES,
            "horizon": 0.5, "horizon_confidence": 0.0}  # fmt: skip
    return Clues(**(rest | known))


def test_ground_comes_nearer_toward_the_lower_edge_and_the_sky_is_farthest():
    picture, sky = landscape()
    known = clues(sky=sky.astype(np.float32), sky_confidence=0.9, horizon=0.5, horizon_confidence=0.6)
    disparity, sure = find_disparity(canvas_of(picture), known)
    column = disparity[:, W // 2]
    assert column[: int(0.3 * H)].max() < 0.06
    assert column[int(0.65 * H)] < column[int(0.8 * H)] < column[int(0.97 * H)]
    assert 0.3 < sure <= 0.85


def test_someone_who_stands_has_the_depth_of_their_feet_and_is_nearer_than_what_is_behind():
    picture, sky = landscape()
    body = figure()
    known = clues(sky=sky.astype(np.float32), sky_confidence=0.9, horizon=0.5, horizon_confidence=0.6,
                  subject=body, person=body)  # fmt: skip
    disparity, _ = find_disparity(canvas_of(picture), known)
    head, chest = disparity[int(0.34 * H), W // 2], disparity[int(0.6 * H), W // 2]
    feet = disparity[int(0.86 * H), W // 2 + 60]
    assert abs(chest - feet) < 0.15
    assert abs(head - chest) < 0.12
    assert head > disparity[int(0.34 * H), 40] + 0.3


def test_a_bust_stands_before_everything_beside_it():
    picture, _ = landscape()
    bust = np.zeros((H, W), np.float32)
    bust[60:, 120:260] = 1
    disparity, _ = find_disparity(canvas_of(picture), clues(subject=bust, person=bust))
    inside, beside = disparity[:, 140:240][100:], disparity[:, :90]
    assert inside.min() > beside.max()


def test_walls_come_nearer_away_from_the_vanishing_point():
    canvas = canvas_of(corridor((0.5, 0.45)))
    lines = find_lines(canvas)
    disparity, _ = find_disparity(canvas, clues(lines=lines, horizon=0.45, horizon_confidence=0.9))
    row = disparity[int(0.45 * H)]
    assert row[W // 2] < row[W // 4] < row[10]
    assert row[W // 2] < row[3 * W // 4] < row[W - 10]


def test_inside_things_depth_is_smooth():
    picture, sky = landscape()
    known = clues(sky=sky.astype(np.float32), sky_confidence=0.9, horizon=0.5, horizon_confidence=0.6)
    disparity, _ = find_disparity(canvas_of(picture), known)
    ground = disparity[int(0.6 * H) :]
    assert np.abs(np.diff(ground, axis=0)).max() < 0.03
    assert np.abs(np.diff(ground, axis=1)).max() < 0.03


def test_without_any_clue_depth_is_a_gentle_ramp_that_claims_little():
    flat = np.full((H, W, 3), 128, np.uint8)
    disparity, sure = find_disparity(canvas_of(flat), clues())
    assert np.all(np.diff(disparity[:, W // 2]) >= -1e-4)
    assert sure < 0.35


def test_what_is_known_spreads_to_the_edge_and_not_over_it():
    value, weight, edges = np.zeros((3, 40, 80), np.float32)
    value[:, :10], weight[:, :10] = 1.0, 1.0
    weight[:, 70:] = 1.0
    edges[:, 50] = 1.0
    spread = diffuse(value, weight, edges, (30, 30))
    assert spread[20, 45] == pytest.approx(1.0, abs=0.15)
    assert spread[20, 55] == pytest.approx(0.0, abs=0.15)
