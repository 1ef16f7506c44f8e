"""What is kept of the stages tells all that is known of the photo."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from stillreel import keepsake, photo, scene
from stillreel.motion import fit_to_scene, parse_prompt
from stillreel.photo.advice import advise
from stillreel.scene.advice import advise_scene


def test_the_scene_is_kept_with_advice_on_the_photo_and_on_what_is_in_it(tmp_path: Path, astronaut: Path) -> None:
    picture = photo.read(astronaut)
    fitted = photo.fit(picture, photo.parse_size("320x320"), "crop")
    seen = scene.analyse(np.ascontiguousarray(fitted.frame), picture.focal_35mm)
    plan, _ = fit_to_scene(parse_prompt("slow push in", 2.0), seen)
    keepsake.keep(tmp_path / "stages", picture, fitted, seen, plan)
    told = [item["code"] for item in json.loads((tmp_path / "stages" / "scene.json").read_text())["advice"]]
    assert told == [item.code for item in (*advise(picture), *advise_scene(seen))]
    assert {item.code for item in advise_scene(seen)} <= set(told)
