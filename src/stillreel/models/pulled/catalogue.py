"""The networks that may be pulled. Each is pinned: one revision of one file, its length and its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass

from stillreel.errors import UsageError

__all__ = ["NETWORKS", "Network", "find"]


@dataclass(frozen=True)
class Network:
    """One ONNX file of somebody else's, and all that is known of it before it is here."""

    name: str
    task: str  # what it does in place of the shipped way
    summary: str
    licence: str  # SPDX
    source: str  # the page that says whose it is
    url: str
    size: int  # bytes
    sha256: str
    input: str  # (1, 3, h, w) float32
    output: str  # (1, h, w) float32


NETWORKS = (
    # Length and hash as four public projects pin them independently, read on 2026-11-23. Only this, the smallest of its
    # family, is Apache-2.0; Base and Large are CC-BY-NC-4.0 and must not be added.
    Network(
        name="depth-anything-v2-small",
        task="depth",
        summary="Depth Anything V2 Small (Yang et al., 2024): relative disparity by 24.8 M parameters",
        licence="Apache-2.0",
        source="https://huggingface.co/onnx-community/depth-anything-v2-small",
        url="https://huggingface.co/onnx-community/depth-anything-v2-small/resolve/"
        "4472b7362082ad9968fee890ca0f1e5aca36b93d/onnx/model.onnx",
        size=99_060_839,
        sha256="afb6a5c28f3b6bf1618c6e43f02073ef9dfdc70e937502d51603e57b0a1df10c",
        input="pixel_values",
        output="predicted_depth",
    ),
)


def find(name: str) -> Network:
    """The network `name`. UsageError `model.pull_unknown`."""
    for network in NETWORKS:
        if network.name == name:
            return network
    known = ", ".join(network.name for network in NETWORKS)
    raise UsageError("model.pull_unknown", f"There is no network {name!r} to pull.", f"There is: {known}.")
