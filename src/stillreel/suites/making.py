"""Clips of any registered model, made once and kept: a suite that is stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image

from stillreel import flow
from stillreel.evaluation import judge as judges
from stillreel.evaluation.footage import Footage
from stillreel.keepsake import write_text
from stillreel.models import registry
from stillreel.motion.plan import MotionPlan
from stillreel.request import make_request
from stillreel.suites.values import Numbers

__all__ = ["Kept", "animated", "facts_of", "first_picture", "flat", "known", "verdict"]


@dataclass(frozen=True)
class Kept:
    """A folder of finished clips and numbers, by the digest of everything that decides them."""

    folder: Path

    def __post_init__(self) -> None:
        for name in ("clips", "numbers", "firsts"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def numbers(self, key: Mapping[str, Any], work: Callable[[Path], Mapping[str, Any]]) -> dict[str, Any]:
        """What `work(place of a clip)` gave for `key`, now or before."""
        digest = hashlib.sha256(json.dumps(key, sort_keys=True, default=str).encode()).hexdigest()[:20]
        place = self.folder / "numbers" / f"{digest}.json"
        if place.is_file():
            return cast("dict[str, Any]", json.loads(place.read_text("utf-8")))
        found = dict(work(self.folder / "clips" / f"{digest}.mp4"))
        write_text(place, json.dumps(found))
        return found

    def clip_of(self, key: Mapping[str, Any]) -> Path:
        digest = hashlib.sha256(json.dumps(key, sort_keys=True, default=str).encode()).hexdigest()[:20]
        return self.folder / "clips" / f"{digest}.mp4"


def facts_of(model: str) -> dict[str, Any]:
    """What identifies a model: its name, version, licence and the hashes of its weights."""
    info = registry.get(model).info
    return {
        "name": info.name,
        "version": info.version,
        "licence": info.licence,
        "weights": dict(info.weights),
    }


def first_picture(kept: Kept, digest: str, film: Footage) -> Path:
    """The first frame of a clip as a picture that a model can be given."""
    place = kept.folder / "firsts" / f"{digest[:20]}.png"
    if not place.is_file():
        Image.fromarray(film.first).save(place)
    return place


def animated(
    model: str, photo: Path, place: Path, *, prompt: str = "", plan: MotionPlan | None = None, **fields: Any
) -> Path:
    """A clip of `model` at `place`; unsigned, for it is looked at by measures alone."""
    request = make_request(
        photo=photo,
        prompt=prompt,
        plan=plan,
        model=model,
        output=place,
        overwrite=True,
        provenance=False,
        **fields,
    )
    return flow.animate(request).path


def verdict(clip: Path, photo: Path | None, plan: MotionPlan | None = None) -> dict[str, float | None]:
    """The numbers of a clip, its score beside its baselines, and what became of its plan, all by name."""
    found, _ = judges.evaluate(clip, photo=photo, plan=plan)
    return flat(found)


def flat(found: judges.Evaluation) -> dict[str, float | None]:
    """All figures of an evaluation in one level."""
    followed = found.adherence
    judged = followed is not None and all(
        item.score is not None for item in followed.items if item.kind == "motion"
    )
    return {
        **found.numbers,
        "score": found.score.total,
        "score_frozen": found.score.frozen,
        "score_ken_burns": found.score.ken_burns,
        "adherence": followed.score if followed and judged else None,  # a part of a wish is no wish
        "adherence_camera": followed.camera if followed else None,
        "adherence_motions": followed.motions if followed else None,
    }


def known(numbers: Mapping[str, Any]) -> Numbers:
    """Only what is a number or None; notes and the like stand beside."""
    return {
        name: value
        for name, value in numbers.items()
        if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
    }
