"""What stands upright keeps one depth from foot to head, and nothing else is moved."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

from stillreel.scene.depth import Clues
from stillreel.scene.structure import Lines
from stillreel.scene.stuff import NAMES, Stuff
from stillreel.scene.upright import plumb_lines, straighten

H, W = 240, 360
NOTHING = np.zeros((H, W), np.float32)
RAMP = np.linspace(0.2, 0.8, H, dtype=np.float32)[:, None].repeat(W, 1)
PILLARS = np.array([[90, 30, 90, 200], [250, 20, 252, 210]], np.float32)


def clues(segments: np.ndarray = PILLARS, vanishing: tuple[float, float] = (0.5, 0.5), sure: float = 0.0) -> Clues:
    lines = Lines(segments, vanishing, sure, 1.0)
    return Clues(NOTHING, 0.0, NOTHING, NOTHING, lines, 0.5, 0.5)


def stuff(**maps: np.ndarray) -> Stuff:
    found = {name: maps.get(name, NOTHING) for name in NAMES}
    return Stuff(MappingProxyType(found), MappingProxyType({name: float(found[name].any()) for name in NAMES}))


def test_a_pillar_alone_in_a_ramp_hardly_leans():
    found = straighten(RAMP, clues(), stuff())
    for column, top, bottom in ((90, 36, 194), (251, 26, 204)):
        assert np.ptp(found[top:bottom, column]) < 0.3 * np.ptp(RAMP[top:bottom, column])
    assert np.abs(found - RAMP).mean() < 0.12


def test_the_change_is_smooth():
    change = straighten(RAMP, clues(), stuff()) - RAMP
    assert np.abs(np.diff(change, axis=1)).max() < 0.02


def test_a_building_without_lines_stands_too():
    house = NOTHING.copy()
    house[40:200, 100:260] = 1
    found = straighten(RAMP, clues(PILLARS[:0]), stuff(building=house))
    assert np.ptp(found[60:180, 180]) < 0.05 < np.ptp(RAMP[60:180, 180])


def test_water_below_a_building_lies():
    house, water = np.ones((H, W), np.float32), NOTHING.copy()
    water[120:] = 1
    found = straighten(RAMP, clues(PILLARS[:0]), stuff(building=house, water=water))
    assert np.ptp(found[20:100, 180]) < 0.05
    assert np.ptp(found[150:230, 180]) > 0.6 * np.ptp(RAMP[150:230, 180])


def test_nothing_upright_changes_nothing():
    level = np.array([[10, 50, 300, 60]], np.float32)
    assert straighten(RAMP, clues(level), stuff()) is RAMP


def test_the_subject_stays_where_it_was():
    subject = NOTHING.copy()
    subject[60:220, 140:210] = 1
    found = straighten(RAMP, replace(clues(), subject=subject), stuff())
    assert np.abs(found - RAMP)[80:200, 155:195].max() < 0.03


@pytest.mark.parametrize("where", ["road", "ground"])
def test_lines_that_run_into_the_depth_do_not_stand(where: str):
    middle_of_the_road = np.array([[180, 150, 182, 235]], np.float32)
    ground = NOTHING.copy()
    ground[130:] = float(where == "ground")
    given = clues(middle_of_the_road, (0.5, 0.45), 0.8 if where == "road" else 0.0)
    assert not len(plumb_lines(given, ground))
    assert len(plumb_lines(clues(PILLARS, (0.5, 0.45), 0.8), ground)) == 2


def test_a_photo_of_a_few_pixels_is_no_trouble():
    tiny = RAMP[:9, :8]
    lines = Lines(np.array([[3, 0, 3, 8]], np.float32), (0.5, 0.5), 0.0, 1.0)
    small = Clues(tiny * 0, 0.0, tiny * 0, tiny * 0, lines, 0.5, 0.5)
    found = straighten(tiny, small, Stuff(dict.fromkeys(NAMES, tiny * 0), dict.fromkeys(NAMES, 0.0)))
    assert found.shape == tiny.shape
    assert np.isfinite(found).all()
