"""The hand-checked labels of subject, person and hair, and the ruler that reads them."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("training.labels.parts", reason="training code is not in the wheel")

from training.labels.parts import KINDS, LETTERS, People, labelled
from training.students.evaluate_parts import bootstrap, compare, wilson
from training.students.stuff_data import LABELS as STUFF
from training.students.stuff_data import encode


def one_of(rows: list[str], kind: str = "near") -> People:
    letters = np.array([[ord(letter) for letter in row] for row in rows], np.uint8)
    return People("a.jpg", "val", (letters.shape[1], letters.shape[0]), encode(letters), kind)


def judged(one: People, hair: np.ndarray, confidence: float):
    maps = {"subject": np.ones((4, 4)), "person": np.ones((4, 4)), "hair": hair}
    return list(compare(one, maps, dict.fromkeys(maps, confidence)))


def test_every_line_is_whole_withheld_and_named_once():
    entries = labelled()
    assert len({one.path for one in entries}) == len(entries)
    for one in entries:
        assert one.split == "val"
        assert one.kind in KINDS
        assert set(one.runs) <= set(LETTERS) | set("0123456789")
        assert one.letters().shape == one.size[::-1]  # the runs fill the map exactly
        assert max(one.size) in (1, 192)


def test_at_least_sixty_photos_of_people_and_twenty_of_each_other_kind():
    kinds = [one.kind for one in labelled()]
    assert kinds.count("near") + kinds.count("whole") >= 60
    assert kinds.count("thing") >= 20
    assert kinds.count("neither") >= 20


def test_no_photo_is_one_that_the_surroundings_were_learned_from():
    entries = [json.loads(line) for line in STUFF.read_text().splitlines()]
    learned = {entry["path"] for entry in entries if entry["split"] == "train"}
    assert not learned & {one.path for one in labelled()}


def test_letters_say_what_they_are_said_to_say():
    wanted, known = one_of(["hpkbsnox"]).truth()
    assert wanted[:, 0, 0].tolist() == [True, True, True]
    assert wanted[:, 0, 1].tolist() == [True, True, False]
    assert wanted[1, 0].tolist() == [True, True, True, True, False, False, False, False]
    assert known[2, 0].tolist() == [True, True, False, False, True, True, True, False]


def test_overlap_counts_only_what_is_known():
    one = one_of(["hhpx", "hhpx", "hhpx", "hhpx"])
    hair = np.zeros((4, 4))
    hair[:2] = 1  # half of the hair, a third of what else is known, and what is not to be judged
    figure = judged(one, hair, 0.2)[2]
    assert figure.iou == pytest.approx(4 / 10)
    assert figure.false is None


def test_a_false_start_needs_area_and_confidence():
    one = one_of(["pppp"] * 4)
    assert judged(one, np.ones((4, 4)), 0.5)[2].false is True
    assert judged(one, np.ones((4, 4)), 0.3)[2].false is False
    assert judged(one, np.zeros((4, 4)), 0.9)[2].false is False
    assert judged(one_of(["pppk"] * 4), np.ones((4, 4)), 0.5)[2].false is None  # there may be hair


def test_a_photo_that_is_one_thing_throughout_is_judged_at_the_maps_own_size():
    subject, person, hair = judged(one_of(["n"], "neither"), np.zeros((4, 4)), 0.9)
    assert subject.iou is None
    assert subject.false is None  # a matter of taste
    assert person.false is True
    assert hair.false is False


def test_intervals_hold_the_mean_and_narrow_with_more_photos():
    few, many = [0.0, 1.0] * 5, [0.0, 1.0] * 200
    assert bootstrap(few)[0] < 0.5 < bootstrap(few)[1]
    assert np.ptp(bootstrap(many)) < np.ptp(bootstrap(few)) / 3
    assert wilson(0, 20) == pytest.approx((0.0, 0.161), abs=1e-3)
