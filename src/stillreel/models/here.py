"""Whether a catalogued model can run on this machine with this Stillreel, said plainly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Literal

from stillreel.models import registry
from stillreel.models.catalog.values import Entry

__all__ = ["Here", "here"]


@dataclass(frozen=True)
class Here:
    """`runs`: `stillreel animate -m NAME` works now."""

    state: Literal["runs", "no_runner", "retired"]
    text: str

    @property
    def runs(self) -> bool:
        return self.state == "runs"


def here(entry: Entry) -> Here:
    """What stands between this model and a clip, here and now."""
    if entry.name in _installed():
        return Here("runs", "runs here now")
    if entry.retired is not None:
        return Here("retired", f"retired on {entry.retired}")
    if entry.kind == "hosted":
        wanted = entry.key or "a key of yours"
        return Here("no_runner", f"not yet: Stillreel has no runner for hosted models; it will need {wanted}")
    missing = _missing()
    lacks = f" ({' and '.join(missing)} not installed either)" if missing else ""
    return Here("no_runner", f"not yet: Stillreel has no runner for open weights{lacks}")


@cache
def _installed() -> frozenset[str]:
    return frozenset(registry.names())


@cache
def _missing() -> tuple[str, ...]:
    """Libraries that open weights need and that are not here."""
    return tuple(name for name in ("torch", "diffusers") if find_spec(name) is None)
