"""A model given as a folder: networks that someone trained, in place of the shipped ones of the same names.

    my-model/model.json   {"format": 1, "family": "embedded", "name": "mine", "version": "1", "licence": "MIT",
                           "networks": {"parts": "<SHA-256 of parts.onnx>"}}
    my-model/parts.onnx

Networks that it does not name are the shipped ones. Everything in it is a stranger's until checked: sizes, hashes,
no links, no data outside the files, inputs and outputs as those of the shipped network.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import onnxruntime as ort
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stillreel.errors import ModelError
from stillreel.models.embedded import networks
from stillreel.models.embedded.model import NETWORKS, EmbeddedModel
from stillreel.models.protocol import ModelInfo

__all__ = ["FolderModel", "Manifest", "open_folder"]

MANIFEST, MOST_MANIFEST = "model.json", 65_536  # bytes
MOST_NETWORK = 256 * 2**20  # bytes of one network
HINT = "See docs/howto/own-weights.md."
# A network whose weights lie in other files names them under this key (onnx.proto, TensorProto.external_data).
ELSEWHERE = b"location"

Word = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w .+-]+$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What model.json says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    family: Literal["embedded"]
    name: Word
    version: Word = "1"
    licence: Word
    networks: dict[str, Digest] = Field(min_length=1, max_length=64)


class FolderModel(EmbeddedModel):
    """The embedded model with networks of its own."""

    def __init__(self, manifest: Manifest, sessions: Mapping[str, ort.InferenceSession]) -> None:
        self.sessions = sessions
        self._manifest = manifest

    @property
    def info(self) -> ModelInfo:
        shipped, said = super().info, self._manifest
        return replace(
            shipped, name=said.name, version=said.version, licence=said.licence,
            summary=f"The embedded model with {', '.join(sorted(said.networks))} from a folder.",
            weights={**shipped.weights, **said.networks},
        )  # fmt: skip


def open_folder(folder: Path) -> FolderModel:
    """The model in `folder`.

    Raises ModelError `model.no_folder`, `model.manifest`, `model.weights_missing`, `model.weights_unsafe`,
    `model.weights_changed`, `model.weights_broken` or `model.weights_shape`.
    """
    if not os.path.isdir(folder):
        raise ModelError("model.no_folder", f"There is no folder {folder}.", "Check the path given with --model.")
    manifest = _manifest(folder)
    strange = sorted(set(manifest.networks) - set(NETWORKS))
    if strange:
        text = f"{folder / MANIFEST} names the network {strange[0]!r}; it may name {', '.join(NETWORKS)}."
        raise ModelError("model.manifest", text, HINT)
    return FolderModel(
        manifest, {name: _network(folder, name, digest) for name, digest in manifest.networks.items()}
    )


def _manifest(folder: Path) -> Manifest:
    data = _contents(folder / MANIFEST, MOST_MANIFEST, "model.manifest")
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        text = f"{folder / MANIFEST} is not valid at {where}: {first['msg']}."
        raise ModelError("model.manifest", text, HINT) from None


def _network(folder: Path, name: str, digest: str) -> ort.InferenceSession:
    """The network, opened from the very bytes that were checked."""
    path = folder / f"{name}.onnx"
    data = _contents(path, MOST_NETWORK, "model.weights_missing")
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        text = f"{path} has SHA-256 {found[:12]}, {MANIFEST} says {digest[:12]}."
        raise ModelError("model.weights_changed", text, "Copy the file again, or write its hash into model.json.")
    if ELSEWHERE in data:
        text = f"{path} keeps weights in other files (or names something {ELSEWHERE.decode()!r})."
        raise ModelError("model.weights_unsafe", text, "Export it as one file, without external data.")
    try:
        session = networks.open_session(data)
    except Exception as error:  # onnxruntime raises its own classes, which share no public base but Exception
        text = f"{path} cannot be opened as ONNX: {str(error)[:200]}"
        raise ModelError("model.weights_broken", text, "Export it again.") from error
    _compare(path, session, networks.shipped(name))
    return session


def _contents(path: Path, limit: int, missing: str) -> bytes:
    """The bytes of a regular file of at most `limit` bytes; a link is not followed, for it may lead anywhere."""
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            what = "a link" if stat.S_ISLNK(mode) else "no file"
            raise ModelError("model.weights_unsafe", f"{path} is {what}.", "Put the file itself into the folder.")
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        raise ModelError(missing, f"There is no {path}.", HINT) from None
    except OSError as error:
        raise ModelError(missing, f"{path} cannot be read: {error.strerror}.", HINT) from None
    if len(data) > limit:
        raise ModelError("model.weights_unsafe", f"{path} has more than {limit} bytes.", "Export a smaller network.")
    return data


def _compare(path: Path, session: ort.InferenceSession, shipped: ort.InferenceSession) -> None:
    """ModelError `model.weights_shape` unless the network takes and gives what the shipped one does."""
    for ends, got, wanted in (
        ("inputs", session.get_inputs(), shipped.get_inputs()),
        ("outputs", session.get_outputs(), shipped.get_outputs()),
    ):
        if [_facts(one) for one in got] != [_facts(one) for one in wanted]:
            text = f"{path} has the {ends} {_listed(got)}; expected {_listed(wanted)}."
            raise ModelError("model.weights_shape", text, "Export it as training/ exports the shipped network.")


def _facts(end: ort.NodeArg) -> tuple[str, str, list[int | None]]:
    """Name, type and shape; a side that may have any length is None, whatever it is called."""
    return end.name, end.type, [side if isinstance(side, int) else None for side in end.shape]


def _listed(ends: Sequence[ort.NodeArg]) -> str:
    return ", ".join(f"{end.name} {end.type} {end.shape}" for end in ends) or "none"
