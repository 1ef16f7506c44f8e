"""The hand-made labels of the surroundings, and what their letters say."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("training.students.stuff_data", reason="training code is not in the wheel")

from training.students.stuff_data import (
    CLASSES,
    IS,
    KNOWN,
    LABELS,
    LETTERS,
    Labelled,
    crop,
    encode,
    labelled,
)
from training.students.stuff_drawn import drawn
from training.students.stuff_things import burning, transplanted


def test_runs_give_back_the_map_they_were_made_from():
    letters = np.random.default_rng(0).choice([ord(letter) for letter in "swfx"], (11, 17)).astype(np.uint8)
    assert np.array_equal(Labelled("a.jpg", "train", (17, 11), encode(letters)).letters(), letters)


def test_every_line_is_whole_and_no_photo_stands_in_two_splits():
    entries = [json.loads(line) for line in LABELS.read_text().splitlines()]
    assert len({entry["path"] for entry in entries}) == len(entries)
    for one in labelled(("train", "withheld", "val")):
        assert set(one.runs) <= set(LETTERS) | set("0123456789")
        assert one.letters().shape == one.size[::-1]  # the runs fill the map exactly
        assert max(one.size) in (1, 192)


def test_letters_say_what_they_are_said_to_say():
    sky, water = CLASSES.index("sky"), CLASSES.index("water")
    assert IS[ord("s"), sky] == 1
    assert IS[ord("s"), water] == 0
    assert KNOWN[ord("s")].all()
    assert not KNOWN[ord("x")].any()
    assert KNOWN[ord("d"), water] == 1
    assert IS[ord("d"), water] == 0
    animal, fire = CLASSES.index("animal"), CLASSES.index("fire")
    assert IS[ord("a"), animal] == 1
    assert IS[ord("a"), fire] == 0
    assert KNOWN[ord("n"), animal] == 1  # looked for, and not there
    assert KNOWN[ord("n"), sky] == 0


def test_what_may_be_there_unnamed_is_known_only_where_it_is_named():
    letters = np.array([[ord("t"), ord("o")]], np.uint8)
    product, animal = CLASSES.index("product"), CLASSES.index("animal")
    runs = encode(letters)
    sure, unsure = (Labelled("a", "train", (2, 1), runs, unsure=kinds).known(letters) for kinds in ("", "t"))
    assert sure[0, :, product].tolist() == [1, 1]
    assert unsure[0, :, product].tolist() == [1, 0]
    assert unsure[0, :, animal].tolist() == [1, 1]


def test_things_are_withheld_in_numbers_that_can_be_judged():
    held = [set(one.runs) for one in labelled(("withheld", "val"))]
    assert all(sum(letter in runs for runs in held) >= 15 for letter in "avt")


@pytest.mark.parametrize("seed", range(4))
def test_a_crop_keeps_picture_and_letters_together(seed):
    codes = np.full((288, 288), ord("g"), np.uint8)
    codes[:144] = ord("s")
    picture = np.repeat(np.where(codes == ord("s"), 255, 0).astype(np.uint8)[..., None], 3, axis=-1)
    rgb, letters = crop(picture, codes, 96, np.random.default_rng(seed))
    known = letters != ord("x")
    assert known.mean() > 0.8
    assert ((rgb[..., 0] > 127) == (letters == ord("s")))[known].mean() > 0.98


def test_a_drawn_landscape_has_its_sky_on_top():
    for seed in range(5):
        picture, letters = drawn(96, np.random.default_rng(seed))
        assert picture.shape == (96, 96, 3)
        assert (letters[:5] == ord("s")).mean() > 0.8
        assert (letters[-5:] != ord("s")).all()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_drawn_as_fire_changes_the_picture_and_the_rest_keeps_its_letters(seed):
    rgb, codes = np.full((96, 96, 3), 130, np.uint8), np.full((96, 96), ord("g"), np.uint8)
    picture, letters = burning(rgb, codes, np.random.default_rng(seed))
    change = np.abs(picture.astype(int) - picture[letters == ord("g")].mean(0)).max(-1)
    assert set(np.unique(letters)) <= {ord("e"), ord("x"), ord("g")}
    assert (letters == ord("g")).mean() > 0.2
    assert change[letters == ord("e")].mean() > 15
    assert change[letters == ord("g")].mean() < 5


def test_a_thing_is_carried_into_another_picture_with_its_letter():
    guest, letters = np.full((64, 64, 3), 250, np.uint8), np.full((64, 64), ord("o"), np.uint8)
    letters[20:40, 10:50] = ord("v")
    rgb, codes = np.zeros((96, 96, 3), np.uint8), np.full((96, 96), ord("g"), np.uint8)
    for seed in range(5):
        picture, found = transplanted(rgb, codes, guest, letters, np.random.default_rng(seed))
        there = found == ord("v")
        assert 0.005 < there.mean() < 0.6
        assert picture[there].min() > 100
        assert picture[found == ord("g")].mean() < 20
