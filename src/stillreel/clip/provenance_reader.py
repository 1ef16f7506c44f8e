"""Read a file's C2PA manifest; run as a script, in a process of its own that may fail without harm.

Stands alone (c2pa and the standard library). The first argument is its settings, a JSON object; it writes one JSON
object. The manifest of a stranger's file is parsed and checked by native code; nothing is fetched from the network.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Extended key usages that C2PA admits (14.5.1.1): e-mail protection, document signing, C2PA claim signing, Microsoft's.
_USAGES = ("1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.62558.2.1", "1.3.6.1.4.1.311.76.59.1.9")
_LIBRARIES = {"win32": "c2pa_c.dll", "darwin": "libc2pa_c.dylib"}


@dataclass(frozen=True)
class Settings:
    clip: str  # absolute path
    mime: str  # of the clip
    manifest: str | None  # absolute path of a manifest beside the clip, instead of the one inside
    anchors: str | None  # PEM: authorities to trust
    own: str | None  # PEM: this computer's own certificate
    seconds: float
    memory: int  # bytes
    most_manifest: int  # bytes of a manifest beside the clip
    most_answer: int  # bytes of JSON


def library() -> Any:
    """The module c2pa, with the native library of its own wheel.

    By itself it looks for that library in the working directory first, where a stranger's file may lie.
    """
    if "c2pa" in sys.modules:
        return sys.modules["c2pa"]
    spec = importlib.util.find_spec("c2pa")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("c2pa is not installed")
    name = _LIBRARIES.get(sys.platform, "libc2pa_c.so")
    place = Path(spec.submodule_search_locations[0]).resolve() / "libs" / name
    if not place.is_file():
        raise ImportError(f"c2pa has no {name}")
    os.environ["C2PA_LIBRARY_NAME"] = str(place)  # an absolute name is taken as it is
    try:
        return importlib.import_module("c2pa")
    finally:
        os.environ.pop("C2PA_LIBRARY_NAME", None)


def context(anchors: str | None = None) -> Any:
    """c2pa's context for signing and for reading: offline, without thumbnails, and no byte of the file left out."""
    trust = {"trust_config": "\n".join(_USAGES), "user_anchors": anchors}
    return library().Context.from_dict(
        {
            "version": 1,
            "core": {"allowed_network_hosts": []},
            "trust": {name: value for name, value in trust.items() if value},
            "verify": {"ocsp_fetch": False, "remote_manifest_fetch": False},
            "builder": {
                "bmff_hash_exclude_free_and_skip_boxes": False,
                "created_assertion_labels": ["c2pa.actions", "c2pa.ingredient", "org.stillreel.request"],
                "thumbnail": {"enabled": False},
            },
        }
    )


def read(settings: Settings) -> dict[str, Any]:
    """What c2pa says of the file, as its own JSON, and whether this computer's own certificate signed it."""
    answer = _read(settings, settings.anchors)
    trusted = answer["store"].get("validation_state") == "Trusted"
    own = False
    if settings.own and not trusted:
        own = _read(settings, settings.own)["store"].get("validation_state") == "Trusted"
    return {**answer, "own": own}


def _read(settings: Settings, anchors: str | None) -> dict[str, Any]:
    beside, how = _beside(settings), context(anchors)
    with open(settings.clip, "rb") as file, library().Reader(settings.mime, file, beside, how) as reader:
        store = json.loads(reader.json())
        return {
            "store": store,
            "signature": _signature(json.loads(reader.crjson()), store.get("active_manifest")),
        }


def _beside(settings: Settings) -> bytes | None:
    if settings.manifest is None:
        return None
    with open(settings.manifest, "rb") as file:
        data = file.read(settings.most_manifest + 1)
    if len(data) > settings.most_manifest:
        raise ValueError(f"the manifest has more than {settings.most_manifest} bytes")
    return data


def _signature(facts: dict[str, Any], active: str | None) -> dict[str, Any]:
    """The certificate of the manifest that counts, the last one of the file's history."""
    found = [one for one in facts.get("manifests", []) if one.get("label") == active]
    return (found[0].get("signature") or {}) if found else {}


def confine(seconds: float, memory: int) -> None:
    """Cap this process's time and memory and forbid it to write files, where the system can (not Windows)."""
    try:
        import resource
    except ImportError:
        return
    time = round(seconds)
    for limit, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, time, time + 1),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (soft, hard))


def main() -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a native library that prints must not spoil the answer
    settings = Settings(**json.loads(sys.argv[1]))
    try:
        library()
        confine(settings.seconds, settings.memory)
        answer = read(settings)
    except Exception as error:  # hostile bytes make native code raise anything
        kind = type(error).__name__.removeprefix("_C2pa")
        answer = {"error": kind, "message": str(error)[:300]}
    text = json.dumps(answer).encode()
    if len(text) > settings.most_answer:
        text = json.dumps({"error": "TooLarge", "message": f"the manifest says {len(text)} bytes"}).encode()
    out.write(text)
    out.flush()


if __name__ == "__main__":
    main()
