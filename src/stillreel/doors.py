"""The Python door: `stillreel.animate`, `plan`, `look`, `evaluate`, `verify`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillreel import flow
from stillreel.clip import Clip
from stillreel.clip.verify import Verdict
from stillreel.clip.verify import verify as _verify
from stillreel.events import Listener, ignore
from stillreel.motion import read_prompt
from stillreel.motion.plan import MotionPlan, parse_plan
from stillreel.request import make_request
from stillreel.scene import Scene

if TYPE_CHECKING:
    from stillreel.evaluation.judge import Evaluation

__all__ = ["animate", "evaluate", "look", "plan", "verify"]

PathLike = str | os.PathLike[str]


def animate(
    photo: PathLike,
    prompt: str = "",
    *,
    output: PathLike | None = None,
    plan: MotionPlan | Mapping[str, Any] | None = None,
    on_event: Listener = ignore,
    **fields: Any,
) -> Clip:
    """Turn a photograph into a clip; gives where it lies and the full report.

    `prompt` says what shall move (empty: the scene decides); `plan` says it exactly and excludes `prompt`. `output`
    defaults to the photo's name with the format's suffix in the working directory. `fields` are those of
    `stillreel.request.AnimationRequest`: seconds, fps, size, fit, seed, loop, format, overwrite, report, options, ...
    `on_event` hears of stages, steps and warnings (`stillreel.events`). Raises a `StillreelError`, whose `code` is
    stable, and leaves no half-written file.
    """
    return flow.animate(
        make_request(photo=photo, prompt=prompt, output=output, plan=plan, **fields), on_event
    )


def plan(prompt: str, photo: PathLike | None = None, seconds: float = 5.0) -> MotionPlan:
    """What would move. With a photo the plan is completed from its scene and limited to what that carries; without
    one it is the plain reading of the words."""
    if photo is None:
        return read_prompt(prompt, seconds).plan
    return flow.make_plan(Path(photo), prompt, seconds)[0]


def look(photo: PathLike, depth: str = "ours") -> Scene:
    """What the analysis sees in a photograph: depth, subject, parts, faces, light, style, each with a confidence.

    depth: a larger network in place of ours, once it was pulled (`stillreel models pull`).
    """
    return flow.look(Path(photo), depth=depth)[1]


def evaluate(
    clip: PathLike,
    photo: PathLike | None = None,
    prompt: str | None = None,
    plan: MotionPlan | Mapping[str, Any] | None = None,
    on_event: Listener = ignore,
) -> Evaluation:
    """Measure a clip of any program: its numbers, its camera, one score beside its baselines, and with a plan (or a
    prompt, or the plan that a clip of Stillreel carries) how well it follows it. `as_dict()` gives them as JSON.

    Raises UsageError `clip.unreadable`, `clip.too_large`, `evaluate.too_short`, `request.plan_and_prompt`; PhotoError;
    PlanError.
    """
    from stillreel.evaluation import judge

    asked = plan if plan is None or isinstance(plan, MotionPlan) else parse_plan(json.dumps(dict(plan)))
    shown = None if photo is None else Path(photo)
    return judge.evaluate(Path(clip), photo=shown, prompt=prompt, plan=asked, listen=on_event)[0]


def verify(clip: PathLike) -> Verdict:
    """Whether a clip is as it was signed (C2PA), by whom, and what it says of its making; `error` is None where valid.

    Raises what `stillreel.clip.verify.verify` raises for a file that is no clip.
    """
    return _verify(Path(clip))
