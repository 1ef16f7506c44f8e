"""Faces named by eye: the list is whole, and a found face is told from a missed and a false one."""

import numpy as np
import pytest

from stillreel.scene.faces import COUNT, Face
from training.labels.faces import KINDS, Seen, Spot, labelled
from training.students.evaluate_faces import judge, wilson


def face(x: float, y: float, side: float) -> Face:
    box = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    return Face(box, np.zeros((COUNT, 3), np.float32), (1, 1), (0, 0, 0), 0.9)


def test_the_list_holds_faces_of_every_kind_inside_their_pictures():
    seen = labelled()
    spots = [(one, spot) for one in seen for spot in one.faces]
    assert len(spots) >= 40
    assert {spot.kind for _, spot in spots} == set(KINDS)
    assert all(0 < spot.x < one.size[0] and 0 < spot.y < one.size[1] and spot.side > 40 for one, spot in spots)
    assert sum(not one.faces and not one.unsure for one in seen) > 80


def test_found_missed_and_false_faces_are_told_apart():
    there = Spot(100, 100, 50, "upright"), Spot(300, 100, 60, "profile")
    seen = Seen("p.jpg", (640, 480), there, (Spot(500, 400, 30),))
    outcome = judge(seen, (face(105, 96, 60), face(505, 395, 30), face(200, 400, 50)))
    assert [spot.x for spot in outcome.found] == [100]
    assert [spot.x for spot in outcome.missed] == [300]
    assert [one.box[0] for one in outcome.false] == [175]


def test_a_face_of_another_size_is_no_hit():
    seen = Seen("p.jpg", (640, 480), (Spot(100, 100, 50, "upright"),), ())
    assert judge(seen, (face(100, 100, 120),)).missed


def test_a_kind_that_is_none_is_refused(tmp_path):
    path = tmp_path / "faces.jsonl"
    path.write_text('{"path": "p.jpg", "size": [10, 10], "faces": [[1, 1, 50, "grinning"]], "unsure": []}\n')
    with pytest.raises(ValueError, match="grinning"):
        labelled(path)


def test_wilsons_interval():
    low, high = wilson(9, 10)
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
