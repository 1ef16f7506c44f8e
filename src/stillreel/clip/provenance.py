"""Where a clip comes from, signed and put into its file (C2PA 2.x): generated, by what, from which photo, how asked.

Signing adds a box or chunk and never touches an encoded picture. Nothing is asked of the network: no time stamp, no
revocation list.
"""

from __future__ import annotations

import errno
import io
import json
import mimetypes
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import Any, BinaryIO

from stillreel import __version__
from stillreel.clip import provenance_key
from stillreel.clip.metadata import kind_of
from stillreel.clip.provenance_key import Credential
from stillreel.clip.provenance_reader import context, library
from stillreel.clip.target import check, explained, placed
from stillreel.errors import ModelError, ResourceError, UsageError
from stillreel.events import Warned
from stillreel.request import AnimationRequest
from stillreel.settings import settings

__all__ = [
    "LABEL",
    "MADE_BY_AI",
    "MIME",
    "Seal",
    "Sealed",
    "keep_sidecar",
    "manifest",
    "seal_for",
    "sidecar_of",
]

LABEL = "org.stillreel.request"
MADE_BY_AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
MIME: Mapping[str, str] = MappingProxyType(
    {"mp4": "video/mp4", "webm": "video/webm", "gif": "image/gif", "webp": "image/webp", "png": "image/png"}
)
_MARGIN = 2**20  # bytes of room beside the copy that signing makes
# The smallest GIF: 1 x 1.
_TRIAL = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")


@dataclass(frozen=True)
class Sealed:
    """What was done: facts for the report, and the manifest where it goes beside the clip."""

    facts: dict[str, Any]
    beside: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Seal:
    """How a clip will be signed; `credential` None: not at all, for the reason `why`."""

    credential: Credential | None
    why: str = ""  # a stable code
    sidecar: bool = False
    notes: tuple[Warned, ...] = ()

    def put(self, part: Path, name: str, document: dict[str, Any]) -> Sealed:
        """Sign the finished file `part`, in place, as the clip `name` made by `document`.

        What is encoded stays the same bytes. A failure leaves `part` as it was. Raises ResourceError
        `provenance.failed`, and OSError where the disk refuses.
        """
        if self.credential is None:
            return Sealed({"state": "none", "why": self.why})
        started = time.perf_counter()
        definition = manifest(name, document)
        # Ctrl-C would be lost in a callback of the native library: it stays with the thread that waits.
        with ThreadPoolExecutor(1, thread_name_prefix="stillreel-sign") as pool:
            beside = pool.submit(_sign, part, definition, self.credential, self.sidecar).result()
        facts = {
            "state": "sidecar" if self.sidecar else "embedded",
            "signer": self.credential.name,
            "self_signed": self.credential.self_signed,
            "algorithm": self.credential.algorithm,
            "seconds": round(time.perf_counter() - started, 3),
        }
        return Sealed(facts, beside if self.sidecar else None)


def seal_for(request: AnimationRequest) -> Seal:
    """What `request` and the environment ask for, refused before the work where it cannot be done.

    Raises UsageError `provenance.contradiction`, `provenance.certificate_refused`, `clip.exists` (the sidecar) and what
    `provenance_key.given` raises, ModelError `provenance.no_library`.
    """
    _refuse_contradiction(request)
    kind = request.container
    if not request.provenance:
        return Seal(None, "provenance.not_wanted")
    webm = kind == "webm" or (kind == "av1" and request.destination.suffix.lower() == ".webm")
    if kind == "png" or (webm and not request.sidecar):
        what = "a folder of PNGs" if kind == "png" else "WebM"
        text = f"C2PA has no place for its signed manifest in {what}; the clip is not signed."
        hint = " --sidecar writes the manifest beside it." if webm else ""
        return Seal(None, "provenance.no_place", notes=(Warned("provenance.no_place", text + hint),))
    notes: tuple[Warned, ...] = ()
    if webm:
        check(sidecar_of(request.destination), folder=False, overwrite=request.overwrite)
    elif request.sidecar:
        notes = (
            Warned("provenance.no_sidecar", "The clip holds its manifest itself; no .c2pa file is written."),
        )
    credential = _credential(request)
    return Seal(credential, sidecar=webm, notes=(*notes, *credential.notes))


def sidecar_of(clip: Path) -> Path:
    """Where the manifest of `clip` lies when it does not lie inside: the same name, ending in .c2pa."""
    return clip.with_suffix(".c2pa")


def keep_sidecar(clip: Path, sealed: Sealed | None) -> None:
    """Write the manifest beside `clip`, whole or not at all; nothing where it lies inside or there is none."""
    if sealed is None or sealed.beside is None:
        return
    place = sidecar_of(clip)
    with placed(place, folder=False, overwrite=True) as part, explained(place):
        part.write_bytes(sealed.beside)


def manifest(name: str, document: dict[str, Any]) -> dict[str, Any]:
    """The manifest of the clip `name` made by `document`, as c2pa takes it; without the folders of this computer."""
    program = {"name": "stillreel", "version": __version__}
    created = {
        "action": "c2pa.created",
        "when": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "softwareAgent": program,
        "digitalSourceType": MADE_BY_AI,
        "description": "Generated from a photograph and a motion plan",
        "parameters": {"ingredientIds": ["photo"]},
    }
    return _as_text({
        "claim_generator_info": [program],
        "title": name,
        "ingredients": [_ingredient(document)],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
            {"label": LABEL, "kind": "Json", "data": _public(document)},
        ],
    })


def _as_text(value: dict[str, Any]) -> dict[str, Any]:
    """`value` with ? for what is no text: a file's name on Linux may be any bytes."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _ingredient(document: dict[str, Any]) -> dict[str, Any]:
    """The photo: what the generator was given (`inputTo`), named by its hash."""
    photo = document.get("photo") or {}
    name, digest = str(photo.get("name", "photo")), str(photo.get("sha256", ""))
    facts = {
        "label": "photo",
        "title": name,
        "relationship": "inputTo",
        "instance_id": f"urn:sha256:{digest}",
        "description": f"The photograph, SHA-256 {digest}",
        "format": mimetypes.guess_type(name)[0],
    }
    return {key: value for key, value in facts.items() if value is not None}


def _public(document: dict[str, Any]) -> dict[str, Any]:
    """`document` with the photo and a model's folder by their names alone."""
    request = dict(document.get("request") or {})
    for field_ in ("photo", "model"):
        if isinstance(request.get(field_), str):
            request[field_] = PurePosixPath(PureWindowsPath(request[field_]).as_posix()).name
    return {**document, "request": request}


def _credential(request: AnimationRequest) -> Credential:
    try:
        library()
    except (ImportError, RuntimeError) as error:
        raise ModelError(
            "provenance.no_library",
            f"c2pa cannot be loaded: {error}.",
            "Install c2pa-python, or pass --no-provenance.",
        ) from None
    known = settings()
    if request.signing_key is not None:
        return _proved(provenance_key.given(request.signing_key, request.signing_certificate))
    if known.signing_key is not None:
        return _proved(provenance_key.given(known.signing_key, known.signing_certificate))
    return provenance_key.local()


def _proved(credential: Credential) -> Credential:
    """A trial shows what C2PA thinks of the certificate, before the work."""
    c2pa = library()
    try:
        with _builder(manifest("trial", {})) as builder, _signer(credential) as signer:
            builder.sign(signer, "image/gif", io.BytesIO(_TRIAL), io.BytesIO())
    except c2pa.C2paError as error:
        raise UsageError(
            "provenance.certificate_refused",
            f"C2PA does not take the certificate of {credential.name!r}: {_short(error)}.",
            "It must be an end-entity certificate that may sign documents, e-mail or C2PA claims.",
        ) from None
    return credential


def _sign(part: Path, definition: dict[str, Any], credential: Credential, beside: bool) -> bytes:
    c2pa = library()
    if shutil.disk_usage(part.parent).free < part.stat().st_size + _MARGIN:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    handle, name = tempfile.mkstemp(prefix=".stillreel-", suffix=".part", dir=part.parent)
    signed = Path(name)
    try:
        with part.open("rb") as source, os.fdopen(handle, "w+b") as target, _builder(definition) as builder:
            if beside:
                builder.set_no_embed()
            watched = _Watched(target)
            try:
                with _signer(credential) as signer:
                    data = builder.sign(signer, _mime(part), source, watched)
                target.flush()
            except c2pa.C2paError as error:
                raise watched.failure or _failed(error) from None
        if not beside:
            shutil.copymode(part, signed)
            signed.replace(part)
        return data
    finally:
        signed.unlink(missing_ok=True)


class _Watched:
    """A file that keeps the system's own error, which the native library would only call a failure."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failure: OSError | None = None
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            self.failure = error
            raise


def _builder(definition: dict[str, Any]) -> Any:
    return library().Builder(definition, context())


def _signer(credential: Credential) -> Any:
    c2pa = library()
    info = c2pa.C2paSignerInfo(
        credential.algorithm, credential.chain, credential.key, None
    )  # no time stamp: offline
    return c2pa.Signer.from_info(info)


def _failed(error: Exception) -> ResourceError:
    return ResourceError(
        "provenance.failed",
        f"The clip cannot be signed: {_short(error)}.",
        "Pass --no-provenance, and report this.",
    )


def _short(error: Exception) -> str:
    """One line, without the addresses inside the manifest."""
    lines = [line.strip().partition(" (self#jumbf")[0] for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:200].rstrip(".")


def _mime(path: Path) -> str:
    with path.open("rb") as file:
        return MIME[kind_of(file.read(12)) or "mp4"]


def _refuse_contradiction(request: AnimationRequest) -> None:
    off = None
    if not request.provenance and (request.signing_key or request.signing_certificate or request.sidecar):
        off = "The clip is not to be signed, and yet a key, a certificate or --sidecar is given."
    elif request.signing_certificate is not None and request.signing_key is None:
        off = "A signing certificate is given without its key."
    if off is not None:
        raise UsageError("provenance.contradiction", off, "Leave one out, or add --signing-key.")
