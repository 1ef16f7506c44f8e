"""A pulled depth network as the scene analysis takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillreel.models.pulled.catalogue import find
from stillreel.models.pulled.store import open_network

if TYPE_CHECKING:
    from stillreel.scene.larger_depth import LargerDepth

__all__ = ["larger_depth"]


def larger_depth(name: str) -> LargerDepth | None:
    """The depth network `name`, opened; None for "ours". Raises what `find` and `open_network` raise."""
    from stillreel.scene.larger_depth import OURS, LargerDepth

    if name == OURS:
        return None
    network = find(name)
    session = open_network(network)

    def run(pixels: np.ndarray) -> np.ndarray:
        return np.asarray(session.run([network.output], {network.input: pixels})[0])

    return LargerDepth(name, network.sha256, run)
