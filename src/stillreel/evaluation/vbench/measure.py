"""Every measure of VBench-I2V that this machine can take, and a plain word on each that it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from stillreel.evaluation.footage import Footage, shrunk
from stillreel.evaluation.vbench import aggregate
from stillreel.evaluation.vbench.networks import NETWORKS
from stillreel.evaluation.vbench.values import Embed, Flow, Middle, Missing, Rate, Unavailable, VBench

__all__ = ["MEASURES", "Loader", "Measure", "measure"]

NO_PHOTO = "the photo that the clip was made from is not known"


class Loader(Protocol):
    """Gives a network that is ready to call, or raises Unavailable."""

    def get(self) -> Any: ...


@dataclass(frozen=True)
class Measure:
    """One measure: `take(network, footage, photo)`; the photo is (H, W, 3) uint8 where `photo` is needed."""

    name: str
    network: str | None  # in NETWORKS; None: arithmetic alone
    take: Callable[[Any, Footage, Any], float]
    photo: bool = False


def measure(footage: Footage, photo: np.ndarray | None, networks: Mapping[str, Loader] = NETWORKS) -> VBench:
    """VBench's measures of one clip.

    `photo` is (H, W, 3) uint8 or None. Networks look at the footage's frames (long side at most 512), where VBench
    takes the clip's own size. Weights are fetched by their libraries where they are not here yet: call this only when
    the user asked for it. Nothing is raised: what cannot be had is None and stands in `missing`.
    """
    ready: dict[str, Any] = {}
    values: dict[str, float | None] = {}
    missing: list[Missing] = []
    for each in MEASURES:
        try:
            if each.photo and photo is None:
                raise Unavailable(NO_PHOTO, "Give it with --photo.")
            values[each.name] = _taken(each, _network(each.network, networks, ready), footage, photo)
        except Unavailable as error:
            values[each.name] = None
            missing.append(Missing(each.name, error.why, error.fix))
    return VBench(values, tuple(missing))


def _taken(each: Measure, network: Any, footage: Footage, photo: np.ndarray | None) -> float:
    try:
        return each.take(network, footage, photo)
    except Unavailable:
        raise
    except Exception as error:  # a network may run out of memory, or meet a size that it cannot take
        said = " ".join(str(error).split())[:160] or type(error).__name__
        raise Unavailable(f"the network failed: {said}", "Try a smaller clip, or report it.") from error


def _network(name: str | None, networks: Mapping[str, Loader], ready: dict[str, Any]) -> Any:
    """The network, tried once: what could not be loaded is not tried again for the next measure."""
    if name is None:
        return None
    if name not in ready:
        try:
            ready[name] = networks[name].get()
        except Unavailable as error:
            ready[name] = error
    if isinstance(ready[name], Unavailable):
        raise ready[name]
    return ready[name]


def _likeness(embed: Embed, footage: Footage, photo: np.ndarray) -> float:
    return aggregate.likeness(embed(shrunk(photo)[None], True)[0], embed(footage.frames, True))


def _consistency(crop: bool) -> Callable[[Embed, Footage, Any], float]:
    return lambda embed, footage, photo: aggregate.consistency(embed(footage.frames, crop))


def _flickering(network: None, footage: Footage, photo: Any) -> float:
    return aggregate.steadiness(footage.changed)


def _smoothness(between: Middle, footage: Footage, photo: Any) -> float:
    even = footage.frames[0::2]
    if len(even) < 2:
        raise Unavailable("the clip has fewer than three frames", "Measure a longer clip.")
    made = [between(one, later) for one, later in pairwise(even)]
    return aggregate.smoothness(list(footage.frames[1::2]), made)


def _dynamic(flow: Flow, footage: Footage, photo: Any) -> float:
    looked = footage.frames[:: aggregate.stride(footage.fps)]
    lengths = [aggregate.strongest(flow(one, later)) for one, later in pairwise(looked)]
    return aggregate.dynamic(lengths, (looked.shape[2], looked.shape[1]), footage.fps)


def _rated(scale: float) -> Callable[[Rate, Footage, Any], float]:
    return lambda rate, footage, photo: float(np.mean(rate(footage.frames)) / scale)


MEASURES = (
    Measure("i2v_subject", "dino", _likeness, photo=True),
    Measure("i2v_background", "dreamsim", _likeness, photo=True),
    Measure("subject_consistency", "dino", _consistency(crop=False)),
    Measure("background_consistency", "clip", _consistency(crop=True)),
    Measure("motion_smoothness", "amt", _smoothness),
    Measure("dynamic_degree", "raft", _dynamic),
    Measure("aesthetic_quality", "laion", _rated(10.0)),
    Measure("imaging_quality", "musiq", _rated(100.0)),
    Measure("temporal_flickering", None, _flickering),
)
