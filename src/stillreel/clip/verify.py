"""Is a clip as it was signed, who signed it, and what made it: read by c2pa's own reader in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from stillreel.clip import metadata
from stillreel.clip.provenance import LABEL, MIME, sidecar_of
from stillreel.clip.provenance_key import local_certificate
from stillreel.clip.provenance_reader import Settings
from stillreel.errors import RefusedError, ResourceError, StillreelError, UsageError
from stillreel.settings import settings

__all__ = ["Ingredient", "Signer", "Verdict", "answered", "verify"]

State = Literal["valid", "invalid", "absent"]
Trust = Literal["trusted", "own", "self-signed", "unknown"]

MOST = 2**31  # bytes of a clip
_MOST_PEM = 2**22
_MOST_MANIFEST = _MOST_ANSWER = 2**25
_SECONDS = 20.0  # of processor time; a clip of 60 MB takes 0.3
_PATIENCE = 3  # times that on the clock of a busy machine
_MEMORY = 2**32  # bytes of address space; the native library alone reserves 1.1 GB
_TIME_IS_UP = getattr(signal, "SIGXCPU", None)  # absent on Windows
_SCRIPT = Path(__file__).with_name("provenance_reader.py")
_PARSING = "asset could not be parsed"  # c2pa's words for a container that makes no sense
_UNTRUSTED = "signingCredential.untrusted"  # said apart, as trust


@dataclass(frozen=True)
class Signer:
    """Who signed, as the certificate says."""

    name: str
    issuer: str
    algorithm: str
    valid_to: str | None
    trust: Trust


@dataclass(frozen=True)
class Ingredient:
    """What the clip was made from."""

    title: str
    relationship: str
    sha256: str | None


@dataclass(frozen=True)
class Verdict:
    """What a clip says of itself, and whether that is still true; every text in it is a stranger's."""

    clip: Path
    state: State
    problems: tuple[tuple[str, str], ...] = ()  # C2PA's code and explanation of each failure
    manifest: Literal["inside", "beside"] | None = None
    signer: Signer | None = None
    generator: str | None = None
    actions: tuple[dict[str, str], ...] = ()  # action, when, digital_source_type, program
    ingredients: tuple[Ingredient, ...] = ()
    request: dict[str, Any] = field(
        default_factory=dict
    )  # the document of the clip; empty where there is none
    request_from: Literal["manifest", "clip"] | None = None

    @property
    def error(self) -> RefusedError | None:
        """`provenance.invalid` or `provenance.absent`; None where the clip is valid."""
        if self.state == "valid":
            return None
        if self.state == "absent":
            return RefusedError(
                "provenance.absent",
                f"{self.clip} carries no signed manifest (C2PA).",
                "It was not signed, or a program removed the signature; what stands inside proves nothing.",
            )
        told = "; ".join(f"{text} ({code})" for code, text in self.problems[:3])
        return RefusedError(
            "provenance.invalid",
            f"{self.clip} is not as it was signed: {told or 'the manifest is not whole'}.",
            "Something changed the file since; what its manifest says cannot be relied on.",
        )

    @property
    def prompt(self) -> str:
        """The words that the clip was asked for with."""
        return _text(_mapping(self.request.get("request")), "prompt")

    @property
    def photo(self) -> Ingredient | None:
        """The photo: the signed ingredient, else what the clip itself says."""
        named = _mapping(self.request.get("photo"))
        if self.ingredients or not named:
            return self.ingredients[0] if self.ingredients else None
        return Ingredient(_text(named, "name"), "inputTo", _text(named, "sha256") or None)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        said = asdict(self) | {"clip": str(self.clip)}
        said["problems"] = [{"code": code, "message": text} for code, text in self.problems]
        said["error"] = self.error.as_dict() if self.error else None
        return said


def verify(clip: Path) -> Verdict:
    """Read and check the manifest of `clip`, inside it or beside it (.c2pa); a clip without one is `absent`.

    The request is the signed one where the signature holds, else the one that the clip carries besides (in MP4 twice).
    Raises UsageError `clip.unreadable`, `clip.too_large` or `provenance.trust_unreadable`, RefusedError
    `provenance.too_slow`, ResourceError `provenance.worker`.
    """
    kind = _kind(clip)
    document = _document(clip)
    answer = _asked(clip, kind) if kind is not None else None
    if answer is None:
        return _without(clip, document)
    if "error" in answer:
        problem = (f"manifest.{answer['error'].lower()}", answer["message"])
        return Verdict(clip, "invalid", (problem,), **_of_clip(document))
    return _verdict(clip, answer, document)


def _verdict(clip: Path, answer: dict[str, Any], document: dict[str, Any]) -> Verdict:
    store = answer["store"]
    active = _mapping(_mapping(store.get("manifests")).get(store.get("active_manifest")))
    problems = _problems(store)
    state: State = "valid" if store.get("validation_state") in ("Valid", "Trusted") else "invalid"
    assertions = {one.get("label"): one.get("data") for one in _mappings(active.get("assertions"))}
    signed = _mapping(assertions.get(LABEL))
    # Where the file was changed the manifest itself may yet hold; what it says is given, marked as invalid.
    request = {"request": signed, "request_from": "manifest"} if signed else _of_clip(document)
    return Verdict(
        clip, state, problems,
        manifest="beside" if answer["beside"] else "inside",
        signer=_signer(answer),
        generator=_generator(active),
        actions=tuple(_actions(assertions)),
        ingredients=tuple(_ingredients(active)),
        **request,
    )  # fmt: skip


def _problems(store: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    results = _mapping(_mapping(store.get("validation_results")).get("activeManifest"))
    failures = _mappings(results.get("failure")) + [
        one
        for delta in _mappings(_mapping(store.get("validation_results")).get("ingredientDeltas"))
        for one in _mappings(_mapping(delta.get("validationDeltas")).get("failure"))
    ]
    return tuple(
        (_text(one, "code"), _text(one, "explanation")) for one in failures if one.get("code") != _UNTRUSTED
    )


def _signer(answer: dict[str, Any]) -> Signer | None:
    signature = _mapping(answer["signature"])
    facts = _mapping(signature.get("certificateInfo"))
    if not facts:
        return None
    subject, issuer = _mapping(facts.get("subject")), _mapping(facts.get("issuer"))
    trust: Trust = "self-signed" if subject == issuer else "unknown"
    if answer["own"]:
        trust = "own"
    elif answer["store"].get("validation_state") == "Trusted":
        trust = "trusted"
    return Signer(
        _called(subject), _called(issuer), _text(signature, "algorithm"),
        _mapping(facts.get("validity")).get("notAfter"), trust,
    )  # fmt: skip


def _generator(active: dict[str, Any]) -> str | None:
    programs = _mappings(active.get("claim_generator_info"))
    return " ".join(_text(programs[0], key) for key in ("name", "version")).strip() if programs else None


def _actions(assertions: dict[Any, Any]) -> list[dict[str, str]]:
    said: list[dict[str, str]] = []
    for label in ("c2pa.actions.v2", "c2pa.actions"):
        for one in _mappings(_mapping(assertions.get(label)).get("actions")):
            agent = one.get("softwareAgent")
            program = _text(agent, "name") if isinstance(agent, dict) else str(agent or "")
            source = _text(one, "digitalSourceType")
            facts = {"action": _text(one, "action"), "when": _text(one, "when"), "program": program}
            said.append({**facts, "digital_source_type": source})
    return said


def _ingredients(active: dict[str, Any]) -> list[Ingredient]:
    said: list[Ingredient] = []
    for one in _mappings(active.get("ingredients")):
        named = _text(one, "instance_id")
        digest = named.removeprefix("urn:sha256:") if named.startswith("urn:sha256:") else None
        said.append(Ingredient(_text(one, "title"), _text(one, "relationship"), digest))
    return said


def _without(clip: Path, document: dict[str, Any]) -> Verdict:
    return Verdict(clip, "absent", **_of_clip(document))


def _of_clip(document: dict[str, Any]) -> dict[str, Any]:
    return {"request": document, "request_from": "clip"} if document else {}


def _kind(clip: Path) -> str | None:
    """mp4, webm, gif, webp or png; None for a folder, which C2PA cannot sign."""
    if clip.is_dir():
        return None
    if clip.exists() and not clip.is_file():
        raise UsageError("clip.unreadable", f"{clip} is a device or a pipe.", "Name a clip.")
    try:
        with clip.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            kind = metadata.kind_of(file.read(12))
    except (OSError, ValueError) as error:
        raise UsageError("clip.unreadable", f"{clip} cannot be read: {error}.", "Name a clip.") from None
    if kind is None:
        raise UsageError(
            "clip.unreadable",
            f"{clip} is no clip that Stillreel knows.",
            "It reads MP4, MOV, WebM, GIF, WebP and PNG.",
        )
    if size > MOST:
        raise UsageError(
            "clip.too_large", f"{clip} has {size} bytes; the limit is {MOST}.", "Name a smaller clip."
        )
    return kind


def _document(clip: Path) -> dict[str, Any]:
    try:
        return metadata.read_document(clip)
    except StillreelError as error:
        if error.code in ("clip.no_document", "clip.unreadable") and clip.is_file():
            return {}  # a clip of another program, or one whose end is missing: the manifest is still looked for
        raise


def _asked(clip: Path, kind: str) -> dict[str, Any] | None:
    """What c2pa says; None where there is no manifest, neither inside nor beside."""
    beside = sidecar_of(clip)
    inside = None if kind == "webm" else _read(clip, kind, None)
    if inside is not None:
        return {**inside, "beside": False}
    if beside == clip or not beside.is_file():
        return None
    found = _read(clip, kind, beside)
    return None if found is None else {**found, "beside": True}


def _read(clip: Path, kind: str, beside: Path | None) -> dict[str, Any] | None:
    anchors, own = _anchors(), local_certificate()
    given = Settings(
        str(clip.resolve()), MIME[kind], str(beside.resolve()) if beside else None, anchors,
        own.decode() if own else None, _SECONDS, _MEMORY, _MOST_MANIFEST, _MOST_ANSWER,
    )  # fmt: skip
    answer = answered(given, clip)
    return None if answer.get("error") == "ManifestNotFound" else answer


def answered(given: Settings, clip: Path) -> dict[str, Any]:
    """What a child says of `clip` within the limits of `given`: `store`, `signature`, `own`; or `error`, `message`."""
    command = [sys.executable, "-I", str(_SCRIPT), json.dumps(asdict(given))]
    try:
        child = subprocess.run(command, capture_output=True, timeout=_PATIENCE * _SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise _too_slow(clip) from None
    except OSError as error:
        raise ResourceError("provenance.worker", f"The manifest's reader did not start: {error}.") from error
    if child.returncode:
        return _death(child.returncode, child.stderr, clip)
    try:
        answer = cast("dict[str, Any]", json.loads(child.stdout))
    except RecursionError:
        return {"error": "TooDeep", "message": "the manifest is nested too deep"}
    if answer.get("error") == "ImportError":
        raise ResourceError("provenance.worker", f"{answer['message']}.", "Install c2pa-python.")
    if _PARSING in answer.get("message", "") or answer.get("error") in ("Io", "NotSupported"):
        why = answer["message"].rpartition(": ")[2]
        raise UsageError("clip.unreadable", f"{clip} is not a whole clip: {why}.", "Get the whole file.")
    return answer


def _death(status: int, stderr: bytes, clip: Path) -> dict[str, Any]:
    """A signal is the file's doing and makes it invalid, a plain exit status is ours."""
    last = (stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1][:200]
    if _TIME_IS_UP is not None and status == -_TIME_IS_UP:
        raise _too_slow(clip)
    if status < 0:
        return {"error": "Unreadable", "message": f"the manifest stopped its reader ({last})"}
    raise ResourceError(
        "provenance.worker", f"The manifest's reader failed: {last}.", "Run `stillreel doctor`."
    )


def _too_slow(clip: Path) -> RefusedError:
    return RefusedError(
        "provenance.too_slow",
        f"The manifest of {clip} was not read within {_SECONDS:g} s.",
        "Do not rely on it.",
    )


def _anchors() -> str | None:
    path = settings().trust
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(_MOST_PEM).decode("ascii")
    except (OSError, ValueError) as error:
        raise UsageError(
            "provenance.trust_unreadable",
            f"STILLREEL_TRUST {path} cannot be read: {error}.",
            "Name a PEM file.",
        ) from None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(facts: dict[str, Any], key: str) -> str:
    value = facts.get(key)
    return value[:2000] if isinstance(value, str) else ""


def _called(name: dict[str, Any]) -> str:
    """The common name, with the organisation where it adds something."""
    common, house = _text(name, "CN"), _text(name, "O")
    return common if common and house in common else f"{common}, {house}".strip(", ") or "unnamed"
