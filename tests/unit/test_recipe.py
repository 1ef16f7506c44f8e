"""What a clip says of itself is hostile until checked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stillreel.clip import encode
from stillreel.errors import PlanError, RefusedError, UsageError
from stillreel.frames.timing import Timing
from stillreel.motion.plan import MotionPlan
from stillreel.photo import read
from stillreel.recipe import recover

PLAN = MotionPlan(seconds=1).model_dump(mode="json")


def clip_with(folder: Path, document: dict) -> Path:
    frames = (np.full((1, 32, 32, 3), 40 * i, np.uint8) for i in range(4))
    encode.write(frames, folder / "c.mp4", Timing.of(1, 4), format="mp4", document=document, overwrite=True)
    return folder / "c.mp4"


def document(photo: Path, **changed: object) -> dict:
    whole = {
        "request": {"photo": str(photo), "seconds": 1},
        "photo": {"sha256": read(photo).sha256},
        "model": {"weights": {"parts": "1" * 64}},
        "plan": PLAN,
    }
    return whole | changed


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.new("RGB", (64, 48), "olive").save(tmp_path / "p.png")
    return tmp_path / "p.png"


def recovered(clip: Path):
    return recover(clip, output=clip.with_name("again.mp4"), source=None, overwrite=False)


def test_a_whole_document_is_recovered(tmp_path, photo):
    recipe = recovered(clip_with(tmp_path, document(photo)))
    assert recipe.plan == MotionPlan(seconds=1)
    assert recipe.request.photo == photo
    recipe.check(read(photo))


def test_another_photo_at_the_same_place_is_refused(tmp_path, photo):
    clip = clip_with(tmp_path, document(photo))
    Image.new("RGB", (64, 48), "navy").save(photo)
    with pytest.raises(RefusedError) as refused:
        recovered(clip).check(read(photo))
    assert refused.value.code == "rerun.photo_changed"


def test_other_weights_are_told(tmp_path, photo):
    recipe = recovered(clip_with(tmp_path, document(photo)))
    assert recipe.compare({"parts": "1" * 64}) == ()
    assert recipe.compare({"parts": "2" * 64})[0].code == "rerun.other_weights"


@pytest.mark.parametrize("missing", ["request", "photo", "model", "plan"])
def test_a_document_with_a_part_missing_is_refused(tmp_path, photo, missing):
    whole = document(photo)
    del whole[missing]
    with pytest.raises(RefusedError) as refused:
        recovered(clip_with(tmp_path, whole))
    assert refused.value.code == "rerun.no_recipe"


def test_a_bent_plan_and_an_unknown_field_are_refused(tmp_path, photo):
    with pytest.raises(PlanError):
        recovered(clip_with(tmp_path, document(photo, plan=PLAN | {"camera": [{"move": "fly"}]})))
    strange = {"photo": str(photo), "seconds": 1, "run": "rm"}
    with pytest.raises(UsageError):
        recovered(clip_with(tmp_path, document(photo, request=strange)))
