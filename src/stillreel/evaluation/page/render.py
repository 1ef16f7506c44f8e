"""From a template of this package to one file that needs nothing else: no scripts, no requests, whole or not there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillreel.clip import target

if TYPE_CHECKING:
    from stillreel.evaluation.adherence import Followed

__all__ = ["place", "rendered"]

TEMPLATES = Path(__file__).with_name("templates")


def rendered(template: str, /, **values: Any) -> str:
    """A page of `templates/`; every value is escaped but the charts of `svg`, which escape their own texts."""
    import jinja2

    house = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    house.filters.update(digits=digits, human=human, lasting=lasting, told=told, judged=judged)
    return house.get_template(template).render(**values)


def place(path: Path, text: str) -> None:
    """Write `text` to `path`, over what is there. Raises what `clip.target.placed` raises."""
    with target.placed(path, folder=False, overwrite=True) as part, target.explained(path):
        part.write_text(text, encoding="utf-8")


def digits(value: float | None) -> str:
    """Four digits that say something; a dash where there is no number."""
    if value is None or value != value:
        return "—"
    value += 0.0  # no minus before a zero
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", "−")
    said = f"{value:.4g}" if abs(value) >= 1e-3 or value == 0 else f"{value:.1e}"
    return said.replace("-", "−")


def human(name: str) -> str:
    """`temporal_flicker` -> `Temporal flicker`."""
    words = name.replace("_", " ").strip().replace("vbench", "VBench")
    return words[:1].upper() + words[1:]


def lasting(seconds: float) -> str:
    """2.375 -> `2.38 s`."""
    return f"{seconds:.2f} s"


def told(value: float | str | None) -> str:
    """A number by three digits, words as they are."""
    return value if isinstance(value, str) else digits(None if value is None else float(f"{value:.3g}"))


def judged(item: Followed) -> str:
    """What the score of a planned thing was taken from, where it is known: its way, its place, its time."""
    parts = [] if item.direction_right is None else ["right way" if item.direction_right else "wrong way"]
    for share, word in ((item.where, "place"), (item.when, "time")):
        parts += [] if share is None else [f"{share:.0%} in {word}"]
    return " · ".join(parts)
