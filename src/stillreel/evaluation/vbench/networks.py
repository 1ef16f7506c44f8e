"""The networks of VBench, each from a kept library, loaded when it is first asked for.

A loader fetches weights through its library, once, into that library's own cache; it is called only by `measure`, which
runs only on the user's wish. Whatever goes wrong is `Unavailable` with what to do.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from urllib.request import getproxies

import numpy as np

from stillreel.evaluation.vbench import pixels
from stillreel.evaluation.vbench.values import Unavailable

__all__ = ["NETWORKS", "Network", "embedder", "flow_of"]

BATCH = 16
RAFT_LEAST = 128  # px: what RAFT's four levels need


@dataclass(frozen=True)
class Network:
    """One network: what it is called, where its weights come from and on what terms, and how it is loaded."""

    title: str
    weights: str
    licence: str
    fix: str
    load: Callable[[], Any]

    def get(self) -> Any:
        """The network, ready to call. Raises Unavailable."""
        try:
            return self.load()
        except Unavailable:
            raise
        except Exception as error:  # libraries, hubs and file systems raise as they please
            said = " ".join(str(error).split())[:160] or type(error).__name__
            fetched = isinstance(error, OSError)  # what hubs, urllib and requests raise derives from it
            what = f"weights of {self.title} could not be had" if fetched else f"{self.title} does not load"
            why = f"{what}: {said}"
            raise Unavailable(why, f"{self.fix} Licence: {self.licence}.") from error


def library(name: str, install: str) -> Any:
    """The module `name`. Raises Unavailable where it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        absent = error.name == package
        why = f"the library {package} is not installed" if absent else f"{package} does not load: {error}"
        raise Unavailable(why, install) from error


EXTRA = "Install the extra: pip install 'stillreel[vbench]'."


def _torch() -> Any:
    return library("torch", EXTRA)


def from_hub(kind: Any, name: str, **more: Any) -> Any:
    """A model from the Hugging Face cache, else fetched. Raises OSError; without a network at once, for the hub's own
    client tries again for half a minute."""
    try:
        return kind.from_pretrained(name, local_files_only=True, **more)
    except OSError:
        if not _reached("huggingface.co"):
            raise OSError(f"huggingface.co cannot be reached, and {name} is not in the cache") from None
        return kind.from_pretrained(name, **more)


@cache
def _reached(host: str, seconds: float = 5.0) -> bool:
    if getproxies():
        return True  # the proxy answers for it
    try:
        socket.create_connection((host, 443), seconds).close()
    except OSError:
        return False
    return True


def _dino() -> Callable[[np.ndarray, bool], np.ndarray]:
    torch, transformers = _torch(), library("transformers", EXTRA)
    model = from_hub(transformers.ViTModel, "facebook/dino-vitb16", add_pooling_layer=False)

    def features(batch: Any) -> Any:
        return model(batch, interpolate_pos_encoding=True).last_hidden_state[:, 0]

    return embedder(torch, model, features, pixels.for_dino)


def _clip(name: str) -> Callable[[np.ndarray, bool], np.ndarray]:
    torch, transformers = _torch(), library("transformers", EXTRA)
    model = from_hub(transformers.CLIPVisionModelWithProjection, name)
    return embedder(torch, model, lambda batch: model(batch).image_embeds, pixels.for_clip)


def _dreamsim() -> Callable[[np.ndarray, bool], np.ndarray]:
    torch, package = _torch(), library("dreamsim", EXTRA)
    model, _ = package.dreamsim(pretrained=True, device=_device(torch))
    return embedder(torch, model, model.embed, pixels.for_dreamsim)


def _laion() -> Callable[[np.ndarray], np.ndarray]:
    torch, see = _torch(), _clip("openai/clip-vit-large-patch14")
    url = "https://github.com/LAION-AI/aesthetic-predictor/raw/main/sa_0_4_vit_l_14_linear.pth"
    state = torch.hub.load_state_dict_from_url(url, progress=False, weights_only=True)
    weight, bias = state["weight"].float().numpy()[0], float(state["bias"][0])

    def rate(frames: np.ndarray) -> np.ndarray:
        seen = see(frames, True)
        return seen / np.linalg.norm(seen, axis=1, keepdims=True) @ weight + bias

    return rate


def _musiq() -> Callable[[np.ndarray], np.ndarray]:
    install = "Install it: pip install pyiqa. Its weights are not for commercial use (CC BY-NC-SA 4.0)."
    torch, package = _torch(), library("pyiqa", install)
    model = package.create_metric("musiq-spaq", device="cpu")

    def rate(frames: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.array([float(model(pixels.tensor(torch, frame[None]))) for frame in frames])

    return rate


def _raft() -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    torch, kept = _torch(), library("torchvision.models.optical_flow", EXTRA)
    return flow_of(torch, kept.raft_large(weights=kept.Raft_Large_Weights.C_T_V1, progress=False))


def _amt() -> Any:
    raise Unavailable(
        "AMT-S comes with no maintained library, and its weights (CC BY-NC) must not come with Stillreel",
        "Give an interpolator of your own: measure(footage, photo, networks={**NETWORKS, 'amt': ...}); see "
        "docs/explanation/vbench.md. Without one, `motion_smoothness_proxy` says something similar.",
    )


def embedder(
    torch: Any, model: Any, features: Callable[[Any], Any], prepare: Callable[..., Any]
) -> Callable[[np.ndarray, bool], np.ndarray]:
    """An `Embed` of a torch network: frames prepared and seen in batches, on a GPU where there is one."""
    device = _device(torch)
    model.eval().to(device)

    def seen(frames: np.ndarray, crop: bool) -> Any:
        return features(prepare(torch, frames, crop).to(device)).float().cpu()

    def embed(frames: np.ndarray, crop: bool) -> np.ndarray:
        with torch.no_grad():
            parts = [seen(frames[at : at + BATCH], crop) for at in range(0, len(frames), BATCH)]
        return torch.cat(parts).numpy()

    return embed


def flow_of(torch: Any, model: Any) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """A `Flow` of torchvision's RAFT: sides padded evenly to multiples of 8, 20 refinements."""
    device = _device(torch)
    model.eval().to(device)

    def flow(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        height, width = first.shape[:2]
        more = [max(RAFT_LEAST, -(-side // 8) * 8) - side for side in (width, height)]
        left, top = more[0] // 2, more[1] // 2
        edges = (left, more[0] - left, top, more[1] - top)
        both = [
            torch.nn.functional.pad(pixels.tensor(torch, one[None]) * 2 - 1, edges, mode="replicate").to(device)
            for one in (first, second)
        ]
        with torch.no_grad():
            found = model(both[0], both[1], num_flow_updates=20)[-1][0]
        return found[:, top : top + height, left : left + width].permute(1, 2, 0).cpu().numpy()

    return flow


def _device(torch: Any) -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _hub(name: str) -> str:
    return f"Go online once, or put the files of huggingface.co/{name} into your Hugging Face cache."


NETWORKS: Mapping[str, Network] = {
    "dino": Network(
        "DINO ViT-B/16", "facebook/dino-vitb16", "check facebookresearch/dino", _hub("facebook/dino-vitb16"), _dino
    ),
    "clip": Network(
        "CLIP ViT-B/32", "openai/clip-vit-base-patch32", "check openai/CLIP", _hub("openai/clip-vit-base-patch32"),
        lambda: _clip("openai/clip-vit-base-patch32"),
    ),
    "dreamsim": Network(
        "DreamSim", "the package's own download", "check ssundaram21/dreamsim",
        "Go online once: dreamsim fetches its ensemble.", _dreamsim,
    ),
    "raft": Network(
        "RAFT", "torchvision, Raft_Large_Weights.C_T_V1", "check pytorch/vision",
        "Go online once: torchvision fetches raft_large.", _raft,
    ),
    "amt": Network("AMT-S", "MCG-NKU/AMT", "CC BY-NC, not for commercial use", "", _amt),
    "musiq": Network(
        "MUSIQ (SPAQ)", "chaofengc/IQA-PyTorch-Weights", "CC BY-NC-SA 4.0, not for commercial use",
        "Go online once: pyiqa fetches musiq-spaq.", _musiq,
    ),
    "laion": Network(
        "the LAION aesthetic head on CLIP ViT-L/14", "LAION-AI/aesthetic-predictor, openai/clip-vit-large-patch14",
        "check LAION-AI/aesthetic-predictor and openai/CLIP", _hub("openai/clip-vit-large-patch14"), _laion,
    ),
}  # fmt: skip
