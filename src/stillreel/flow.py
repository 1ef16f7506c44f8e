"""The story: photo -> scene -> plan -> frames -> consistency -> clip.

Every door (CLI, Python, service) calls these functions and nothing below them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from stillreel import keepsake, photo, scene
from stillreel.ahead import ahead
from stillreel.clip import Clip, encode, watermark
from stillreel.clip.provenance import Seal, keep_sidecar, seal_for
from stillreel.consistency import Keeper
from stillreel.devices import repeatable
from stillreel.events import Listener, Stage, StageDone, StageStarted, Warned, ignore
from stillreel.frames import denoiser
from stillreel.frames.keys import grid_size
from stillreel.frames.timing import Timing
from stillreel.models import registry
from stillreel.models.protocol import Frame, Shot, VideoModel, model_options
from stillreel.models.pulled import larger_depth
from stillreel.motion import fit_to_scene, read_prompt
from stillreel.motion.limits import limit_camera
from stillreel.motion.plan import MotionPlan
from stillreel.motion.retime import retimed
from stillreel.photo import Advice, FittedPhoto, Photo
from stillreel.recipe import Recipe, recover
from stillreel.report import Stopwatch, build_document, build_report
from stillreel.request import AnimationRequest, check_places
from stillreel.scene import Scene
from stillreel.scene.advice import advise_scene
from stillreel.scene.larger_depth import OURS, LargerDepth

__all__ = ["animate", "look", "make_plan", "rerun"]


def animate(request: AnimationRequest, listen: Listener = ignore) -> Clip:
    """The whole way. Raises a StillreelError of the kind that went wrong and leaves no half-written file."""
    return _begin(request, listen, None)


def rerun(
    clip: Path,
    *,
    output: Path | None = None,
    source: Path | None = None,
    overwrite: bool = False,
    listen: Listener = ignore,
) -> Clip:
    """Make `clip` again from what stands inside it: identical encoded video packets on the same machine.

    `source` is the photo, where it no longer lies at the place that the clip names. Raises RefusedError
    `rerun.photo_missing` or `rerun.photo_changed`, and what `animate` raises.
    """
    recipe = recover(clip, output=output, source=source, overwrite=overwrite)
    return _begin(recipe.request, listen, recipe)


def _begin(request: AnimationRequest, listen: Listener, recipe: Recipe | None) -> Clip:
    """Refuse first what could only fail at the end; then the work, with the model's own networks."""
    check_places(request)
    encode.check(request.destination, format=request.container, overwrite=request.overwrite)
    seal = seal_for(request)
    model = registry.get(request.model)
    with repeatable(), registry.in_use(model):
        return _animate(request, model, listen, recipe, seal)


def _animate(
    request: AnimationRequest, model: VideoModel, listen: Listener, recipe: Recipe | None, seal: Seal
) -> Clip:
    options = model_options(model, request.options)
    larger = larger_depth(getattr(options, "depth", OURS))  # a model with this option leaves stage 1 the choice
    info = model.info
    if larger is not None:
        info = replace(info, weights={**info.weights, larger.name: larger.sha256})
    watch = Stopwatch()
    with _stage("photo", watch, listen):
        picture = photo.read(request.photo, background=_rgb(request.background))
        if recipe is not None:
            recipe.check(picture)
        fitted = photo.fit(picture, photo.parse_size(request.size), request.fit)
    with _stage("scene", watch, listen):
        seen = _analyse(fitted, picture, larger)
    with _stage("motion", watch, listen):
        plan, remarks = (recipe.plan, [*recipe.compare(info.weights)]) if recipe else _plan(request, seen)
    notes = [*picture.notes, *fitted.notes, *remarks]
    for note in (*notes, *seal.notes):
        listen(note)
    keepsake.keep(request.keep_stages, picture, fitted, seen, plan)
    timing = Timing.of(request.seconds, request.fps)
    document = build_document(request, picture, info, plan, options, notes)
    with _stage("frames", watch, listen, steps=timing.frames):
        rendering = model.render(
            Shot(fitted, seen, plan, timing, request.seed, request.loop, options), listen
        )
        keeper = Keeper(fitted.frame, exempt_light=_changes_light(plan), faces=seen.faces, loop=request.loop)
        with ahead(rendering.frames) as made, ahead(_held(made, keeper, watch)) as frames:
            written = encode.write(
                watermark.on(frames) if request.watermark else frames, request.destination, timing,
                format=request.container, document=document, overwrite=request.overwrite, seal=seal,
            )  # fmt: skip
    keep_sidecar(request.destination, written.provenance)
    report = build_report(document, watch, seen, rendering.facts(), keeper.report(), written.as_dict())
    keepsake.write_report(request.report, report)
    return Clip(
        request.destination,
        fitted.size,
        timing.frames,
        float(timing.fps),
        timing.seconds,
        report,
        (*notes, *seal.notes),
    )


def make_plan(
    source: Photo | Path | bytes, prompt: str, seconds: float = 5.0, listen: Listener = ignore
) -> tuple[MotionPlan, Scene, tuple[Warned, ...]]:
    """Stages 1 and 2 only: what would move, at no cost."""
    picture, seen = _see(source, listen)
    reading = read_prompt(prompt, seconds)
    plan, fitting = fit_to_scene(reading.plan, seen)
    plan, limits = limit_camera(plan, seen)
    return plan, seen, (*picture.notes, *reading.notes, *fitting, *limits)


def look(
    source: Photo | Path | bytes, listen: Listener = ignore, depth: str = OURS
) -> tuple[Photo, Scene, tuple[Advice, ...]]:
    """Stage 1 only, with advice about the photo and about what is seen in it. depth: a network that was pulled."""
    picture, seen = _see(source, listen, larger_depth(depth))
    return picture, seen, (*photo.advise(picture), *advise_scene(seen))


def _see(
    source: Photo | Path | bytes, listen: Listener, larger: LargerDepth | None = None
) -> tuple[Photo, Scene]:
    watch = Stopwatch()
    with _stage("photo", watch, listen):
        picture = source if isinstance(source, Photo) else photo.read(source)
        fitted = photo.fit(picture, photo.parse_size("auto"), "crop")
    with _stage("scene", watch, listen), registry.in_use(registry.get("embedded")):
        return picture, _analyse(fitted, picture, larger)


def _analyse(fitted: FittedPhoto, picture: Photo, larger: LargerDepth | None) -> Scene:
    seen = scene.analyse(fitted.frame, picture.focal_35mm, larger=larger)
    small = cv2.resize(fitted.frame, grid_size(fitted.size), interpolation=cv2.INTER_AREA)
    return replace(seen, latent=denoiser.encode(small.astype(np.float32) / 255))


def _plan(request: AnimationRequest, seen: Scene) -> tuple[MotionPlan, list[Warned]]:
    """The plan that will be rendered: read, fitted to the scene, limited to what it carries."""
    notes: list[Warned] = []
    if request.plan is not None:
        plan, changed = retimed(request.plan, request.seconds)
        notes += changed
    else:
        reading = read_prompt(request.prompt, request.seconds)
        plan, notes = reading.plan, [*reading.notes]
    plan, fitting = fit_to_scene(plan, seen)
    plan, limits = limit_camera(plan, seen, seed=request.seed, loop=request.loop)
    return plan, [*notes, *fitting, *limits]


def _held(made: Iterator[Frame], keeper: Keeper, watch: Stopwatch) -> Iterator[np.ndarray]:
    """Stage 4 over the frames as they come, as chunks of one for the encoder."""
    for frame in made:
        with watch.time("consistency"):
            held = keeper.hold(frame.colour, frame.source)
        yield held[None]


def _changes_light(plan: MotionPlan) -> bool:
    """Smoke and rain too: what hides the photo, or comes with darker skies, must not be corrected away."""
    return any(motion.kind in ("light", "fire", "smoke", "rain") for motion in plan.motions)


def _rgb(colour: str) -> tuple[int, int, int]:
    """(r, g, b) of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@contextmanager
def _stage(stage: Stage, watch: Stopwatch, listen: Listener, steps: int = 0) -> Iterator[None]:
    listen(StageStarted(stage, steps))
    with watch.time(stage):
        yield
    listen(StageDone(stage, watch.seconds[stage]))
