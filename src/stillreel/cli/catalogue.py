"""A catalogue entry for people: every fact with what is unknown said, and where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stillreel.cli.show import line

if TYPE_CHECKING:
    from stillreel.models.catalog import Entry

__all__ = ["describe"]

UNKNOWN = "unknown"


def describe(entry: Entry, here: str) -> None:
    """Print the entry; a field that does not apply to its kind is left out."""
    line(f"{entry.title} ({entry.name}), {entry.family}{f', {entry.maker}' if entry.maker else ''}")
    line(f"  {entry.summary}")
    for name, text in _facts(entry, here):
        doubt = "  [third party]" if name in entry.third_party or _key(name) in entry.third_party else ""
        line(f"  {name:<16} {text}{doubt}")
    for note in entry.notes:
        line(f"  note             {note}")
    line(f"  source           {entry.source} ({entry.checked})")


def _facts(entry: Entry, here: str) -> Iterator[tuple[str, str]]:
    yield "here", here
    yield "takes", _takes(entry)
    yield "last frame", _yes(entry.last_frame)
    yield "references", UNKNOWN if entry.references is None else str(entry.references)
    if entry.refuses_faces:
        yield "refuses faces", "photos of real people"
    yield "seconds", _seconds(entry)
    yield "size", _size(entry)
    yield "sound", entry.sound or UNKNOWN
    yield "camera", entry.camera or UNKNOWN
    yield "seed", _yes(entry.seed)
    yield "negative prompt", _yes(entry.negative_prompt)
    yield from _rights(entry)
    yield from _of_open(entry) if entry.kind == "open" else _of_hosted(entry) if entry.kind == "hosted" else ()


def _rights(entry: Entry) -> Iterator[tuple[str, str]]:
    licence = entry.licence
    yield "licence", licence.name if licence else UNKNOWN
    yield "commercial use", (licence and licence.commercial) or UNKNOWN
    if licence and licence.terms:
        yield "terms", licence.terms
    if entry.retires is not None:
        yield "retires", f"{entry.retires} or later"
    if entry.retired is not None:
        yield "retired", str(entry.retired)
    if entry.vbench_i2v is not None:
        yield "vbench_i2v", f"{entry.vbench_i2v:g} % published (a frozen copy of the photo: 87.3 %)"


def _of_open(entry: Entry) -> Iterator[tuple[str, str]]:
    memory = entry.memory
    yield "parameters", f"{entry.parameters:g} billion" if entry.parameters else UNKNOWN
    yield "GPU memory", f"{memory.full:g} GB whole" if memory and memory.full else "whole: unknown"
    yield "", f"{memory.least:g} GB quantised or offloaded" if memory and memory.least else "offloaded: unknown"
    yield "diffusers", ", ".join(entry.classes)
    yield "weights", ", ".join(entry.repositories) or UNKNOWN
    if entry.gated:
        yield "gated", "a form stands before the weights"


def _of_hosted(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "provider", entry.provider or UNKNOWN
    for address in entry.api:
        yield "api", address
    yield "ids", ", ".join(entry.ids) or UNKNOWN
    yield "key", entry.key or UNKNOWN
    if entry.also_at:
        yield "also at", ", ".join(entry.also_at)
    yield "result kept", entry.result_kept or UNKNOWN
    if entry.prices is None:
        yield "price", UNKNOWN
        return
    for row in entry.prices.rows:
        sound = {True: " with sound", False: " silent", None: ""}[row.sound]
        yield "price", f"{row.usd_per_second:g} USD a second, {row.resolution}{sound}"
    doubt = "  [third party]" if entry.prices.third_party else ""
    yield "price source", f"{entry.prices.source} ({entry.prices.checked}){doubt}"


def _takes(entry: Entry) -> str:
    parts = [word for word, taken in (("a photo", entry.photo), ("words", entry.prompt)) if taken]
    return " and ".join(parts) or "nothing"


def _seconds(entry: Entry) -> str:
    stated, longest = entry.seconds, entry.longest
    if stated.unlimited:
        return "no stated limit"
    if stated.choices:
        narrow = [f"{name}: {', '.join(f'{one:g}' for one in some)}" for name, some in stated.at.items()]
        extra = f" ({'; '.join(narrow)})" if narrow else ""
        return ", ".join(f"{one:g}" for one in stated.choices) + extra
    if longest is None:
        return UNKNOWN
    if stated.longest is None and entry.frames is not None:
        return f"{longest:.3g} ({entry.frames.usual} frames at {entry.fps:g} a second)"
    return f"{stated.shortest or 0:g} to {longest:g}"


def _size(entry: Entry) -> str:
    if entry.long_side:
        return f"long side up to {entry.long_side} px"
    if entry.size:
        return f"{entry.size.width}x{entry.size.height}"
    return ", ".join(entry.resolutions) or UNKNOWN


def _yes(value: bool | None) -> str:
    return UNKNOWN if value is None else "yes" if value else "no"


def _key(name: str) -> str:
    return name.replace(" ", "_")
