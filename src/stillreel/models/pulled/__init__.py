"""Larger networks on request: which there are, fetched and checked once, kept, opened. Nothing here runs unasked.

    stillreel models pull depth-anything-v2-small
"""

from __future__ import annotations

from stillreel.models.pulled.catalogue import NETWORKS, Network, find
from stillreel.models.pulled.depth import larger_depth
from stillreel.models.pulled.pull import pull
from stillreel.models.pulled.store import is_kept, open_network, place, remove

__all__ = ["NETWORKS", "Network", "find", "is_kept", "larger_depth", "open_network", "place", "pull", "remove"]
