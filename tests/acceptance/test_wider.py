"""Wider checks on photographs that are not ours to ship: read where they lie, skipped (and said so) where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillreel import flow


@pytest.mark.parametrize(
    ("name", "part"), [("lake-sherburne", "sky"), ("lake-sherburne", "water"), ("ocean-waves", "water")]
)
def test_sky_and_water_are_found_where_they_are(data_folder: Path, name: str, part: str) -> None:
    _, scene, _ = flow.look(data_folder / "demo" / f"{name}.jpg")
    assert scene.confidence[part] > 0.5
    assert scene.parts[part].mean() > 0.1


def test_the_bartender_has_a_face_and_the_spices_have_none(data_folder: Path) -> None:
    found = {
        n: flow.look(data_folder / "demo" / f"{n}.jpg")[1].faces
        for n in ("craft-beer-portrait", "the-spices-of-life")
    }
    assert len(found["craft-beer-portrait"]) == 1
    assert found["the-spices-of-life"] == ()
