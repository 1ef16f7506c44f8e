"""The recipe that stands inside a clip, read back: what `rerun` needs and may trust."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillreel.clip import metadata
from stillreel.errors import RefusedError
from stillreel.events import Warned
from stillreel.motion.plan import MotionPlan, parse_plan
from stillreel.photo import Photo
from stillreel.request import AnimationRequest, make_request

__all__ = ["Recipe", "recover"]


@dataclass(frozen=True)
class Recipe:
    """A request, the plan that was rendered, and which photo it was made from."""

    request: AnimationRequest
    plan: MotionPlan
    photo_sha256: str
    weights: Mapping[str, str]  # network -> SHA-256 of its file, as when the clip was made

    def check(self, picture: Photo) -> None:
        """RefusedError `rerun.photo_changed` where `picture` is another file than the clip was made from."""
        if picture.sha256 != self.photo_sha256:
            raise RefusedError(
                "rerun.photo_changed",
                f"{picture.name} has SHA-256 {picture.sha256[:12]}, the clip was made from {self.photo_sha256[:12]}.",
                "Give the original photo with --photo.",
            )

    def compare(self, weights: Mapping[str, str]) -> tuple[Warned, ...]:
        """What keeps the new clip from being the same one."""
        other = sorted(name for name, digest in weights.items() if self.weights.get(name) != digest)
        if not other:
            return ()
        text = f"The clip was made with other weights of {', '.join(other)}; the new one will differ."
        return (Warned("rerun.other_weights", text),)


def recover(clip: Path, *, output: Path | None, source: Path | None, overwrite: bool) -> Recipe:
    """The recipe inside `clip`, hostile until checked. Raises RefusedError `rerun.no_recipe`, `rerun.photo_missing`."""
    document = metadata.read_document(clip)
    fields, plan, sha256, weights = _parts(document, clip)
    fields |= {"output": output or clip.with_name(f"{clip.stem}-again{clip.suffix}"), "overwrite": overwrite}
    if source is not None:
        fields["photo"] = source
    request = make_request(**fields)
    if not request.photo.is_file():
        raise RefusedError(
            "rerun.photo_missing", f"The photo {request.photo} is not there.", "Say where it is with --photo."
        )
    return Recipe(request, plan, sha256, weights)


def _parts(document: dict[str, Any], clip: Path) -> tuple[dict[str, Any], MotionPlan, str, dict[str, str]]:
    try:
        fields = dict(document["request"])
        sha256 = str(document["photo"]["sha256"])
        weights = {str(name): str(digest) for name, digest in dict(document["model"]["weights"]).items()}
        plan = parse_plan(json.dumps(document["plan"]))
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedError(
            "rerun.no_recipe",
            f"{clip.name} carries a Stillreel document without {error}.",
            "It cannot be made again.",
        ) from None
    return fields, plan, sha256, weights
