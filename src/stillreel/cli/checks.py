"""What the doctor looks at, one function a topic."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

__all__ = ["Finding", "examine"]

PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "onnxruntime",
    "av",
    "c2pa-python",
    "cryptography",
    "pillow",
    "pi-heif",
    "pydantic",
    "typer",
    "rich",
)
NEEDED_FORMAT = "mp4"  # the default; without another format's encoder only that format is lost
MEMORY, DISK = 1.5, 0.5  # GiB: what a clip of 15 s needs at most, and room for its file


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    topic: str
    ok: bool
    text: str
    needed: bool = True  # whether a clip cannot be made without it


def examine() -> list[Finding]:
    """Everything, in the order in which it is shown."""
    return [finding for check in CHECKS for finding in check()]


def _machine() -> Iterator[Finding]:
    version = platform.python_version()
    yield Finding(
        "python", sys.version_info >= (3, 11), f"{version} on {platform.system()} {platform.machine()}"
    )
    yield Finding("stillreel", True, metadata.version("stillreel"))


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding("package", True, f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            yield Finding("package", False, f"{name} is not installed")


def _codecs() -> Iterator[Finding]:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    from stillreel.clip.formats import ENCODERS

    for format_, name in ENCODERS.items():
        try:
            Codec(name, "w")
            yield Finding("codec", True, f"{name}, for {format_}")
        except UnknownCodecError:
            text = f"{name}: the format {format_} cannot be written"
            yield Finding("codec", False, text, format_ == NEEDED_FORMAT)


def _weights() -> Iterator[Finding]:
    from stillreel.errors import StillreelError
    from stillreel.models import registry
    from stillreel.models.embedded import networks
    from stillreel.models.embedded.model import NETWORKS

    for name in NETWORKS:
        try:
            networks.session(name)
            size = networks.weights_path(name).stat().st_size / 2**20
            yield Finding(
                "weights", True, f"{name}: {size:.1f} MiB, sha256 {networks.weights_hash(name)[:16]}"
            )
        except StillreelError as error:
            yield Finding("weights", False, error.message)
    yield Finding(
        "models", "embedded" in registry.names(), ", ".join(registry.names()) or "none is installed"
    )


def _resources() -> Iterator[Finding]:
    from stillreel.models.embedded.networks import threads

    yield Finding("threads", True, f"{threads()} for this process")
    free = _available_memory()
    if free is not None:
        yield Finding("memory", free >= MEMORY, f"{free:.1f} GiB available, {MEMORY:g} needed", needed=False)
    for topic, folder in (("disk", Path.cwd()), ("temporary", Path(tempfile.gettempdir()))):
        room = shutil.disk_usage(folder).free / 2**30
        enough = room >= DISK and os.access(folder, os.W_OK)
        yield Finding(topic, enough, f"{room:.1f} GiB free in {folder}, {DISK:g} needed", needed=False)


def _available_memory() -> float | None:
    """GiB that this process may still take; None where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    facts = {name: rest.split()[0] for name, _, rest in (entry.partition(":") for entry in lines)}
    return int(facts["MemAvailable"]) / 2**20 if "MemAvailable" in facts else None


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (_machine, _packages, _codecs, _weights, _resources)
