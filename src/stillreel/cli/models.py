"""`stillreel models`: which models there are, what each can do, and which one fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stillreel.cli.options import Json
from stillreel.cli.pull import listed, pull, remove
from stillreel.cli.show import as_json, help_alone, line

if TYPE_CHECKING:
    from pydantic import BaseModel

    from stillreel.models.advice import Choice, ModelAdvice, Wish
    from stillreel.models.catalog import Entry
    from stillreel.models.protocol import ModelInfo

__all__ = ["models"]

BEST, NEAREST = 3, 6  # of those that fit with their reasons, of those that do not, without --all

models = typer.Typer(
    name="models", help="Which models there are, and what each can do.", invoke_without_command=True
)
models.command("pull")(pull)
models.command("remove")(remove)


@models.callback()
def about(context: typer.Context) -> None:
    """Which models there are, and what each can do."""
    help_alone(context)


@models.command("list")
def list_models(
    everything: Annotated[
        bool, typer.Option("--all", help="Also models that are gone, and those that take no photo.")
    ] = False,
    json: Json = False,
) -> None:
    """List the catalogued models, and say which can run here now."""
    from stillreel.models import registry
    from stillreel.models.catalog import catalogue

    known = {entry.name: entry for entry in catalogue().entries}
    strangers = [name for name in registry.names() if name not in known]
    shown = [each for each in known.values() if everything or (each.photo and each.retired is None)]
    if json:
        as_json({"models": [*map(_row, shown), *(_installed(name) for name in strangers)], "networks": listed()})
        return
    for entry in shown:
        line(_listed(entry))
    for name in strangers:
        line(f"{name:<26} runs here  {registry.get(name).info.summary}")
    line("Only what 'runs here' can be run by this Stillreel: runners for open weights and hosted models are not built")
    line("yet. The seconds are those it is made for at most; ? is unknown.")
    hidden = len(known) - len(shown)
    if hidden:
        line(f"{hidden} more are gone or take no photo: --all shows them.")
    line("Larger networks for the embedded model, with `stillreel models pull NAME`:")
    for network in listed():
        where = "pulled" if network["pulled"] else f"{network['bytes'] / 1e6:.0f} MB"
        line(f"{network['name']:<26} {where:<9}  {network['task']}: {network['summary']}, {network['licence']}")


@models.command("show")
def show(
    name: Annotated[str, typer.Argument(help="The model's name, or its folder.")] = "embedded",
    json: Json = False,
) -> None:
    """Show one model: limits, licence, prices and sources; of an installed one also its weights and options."""
    from stillreel.models import registry
    from stillreel.models.catalog import catalogue

    entry = catalogue().find(name)
    installed = name in registry.names() or _is_folder(name)
    if entry is None and not installed:
        catalogue().get(name)  # raises model.unknown
    facts: dict[str, Any] = _installed(name) if installed else {}
    if entry is not None:
        facts = {**_row(entry), **facts, "catalogue": entry.model_dump(mode="json")}
    if json:
        as_json(facts)
        return
    if installed:
        _print_installed(facts)
    if entry is not None:
        from stillreel.cli.catalogue import describe

        describe(entry, str(facts["here"]))


@models.command("advise")
def advise(
    photo: Annotated[Path | None, typer.Option(help="The photo to animate.")] = None,
    prompt: Annotated[str | None, typer.Option(help="What shall happen.")] = None,
    seconds: Annotated[float, typer.Option(help="Length of the clip.")] = 5.0,
    sound: Annotated[bool, typer.Option("--sound", help="The clip must have sound.")] = False,
    size: Annotated[str | None, typer.Option(metavar="WxH", help="Least size: WxH, 480p, 720p, 1080p, 4k.")] = None,
    budget: Annotated[float | None, typer.Option(metavar="USD", help="The most that this clip may cost.")] = None,
    vram: Annotated[float | None, typer.Option(metavar="GB", help="Memory of the GPU; 0 = none.")] = None,
    machine: Annotated[str, typer.Option(help="auto: look at this machine; any: do not judge by it.")] = "auto",
    commercial: Annotated[bool, typer.Option("--commercial", help="The clip is for commercial use.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Nothing may leave this machine.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Every model with every reason.")] = False,
    json: Json = False,
) -> None:
    """Say which models fit a photo, a prompt, a length, a budget and a machine, and why not the others.

    stillreel models advise --photo portrait.jpg --prompt "slow push-in, soft blink" --seconds 8
    """
    from stillreel.models.advice import advise as find

    found = find(
        photo, prompt, seconds=seconds, sound=sound, size=size, budget=budget, vram=vram, machine=machine,
        commercial=commercial, offline=offline,
    )  # fmt: skip
    if json:
        as_json(found.as_dict())
        return
    _print_advice(found, everything)


# -- lists -------------------------------------------------------------------------------------------------------
def _row(entry: Entry) -> dict[str, Any]:
    """What is listed of a catalogued model, as JSON; null is unknown."""
    from stillreel.models import registry
    from stillreel.models.here import here

    now = here(entry)
    if entry.name in registry.names():
        return {"kind": entry.kind, "runs_here": now.runs, "here": now.text, **_installed(entry.name)}
    return {
        "name": entry.name,
        "title": entry.title,
        "kind": entry.kind,
        "runs_here": now.runs,
        "here": now.text,
        "summary": entry.summary,
        "seconds": [entry.seconds.shortest or min(entry.seconds.choices, default=None), entry.longest],
        "pixels": entry.pixels,
        "sound": entry.sound,
        "licence": entry.licence.name if entry.licence else None,
    }


def _listed(entry: Entry) -> str:
    from stillreel.models.here import here

    now = here(entry)
    where = {"runs": "runs here", "no_runner": entry.kind, "retired": "gone"}[now.state]
    longest = "any" if entry.seconds.unlimited else f"{entry.longest:.3g} s" if entry.longest else "?"
    sound = {"none": "", None: ""}.get(entry.sound, "sound")
    return f"{entry.name:<26} {where:<9}  {longest:>6}  {sound:<5}  {entry.summary}"


def _is_folder(name: str) -> bool:
    return "/" in name or "\\" in name or Path(name).is_dir()


# -- one installed model -----------------------------------------------------------------------------------------
def _installed(name: str) -> dict[str, Any]:
    from stillreel.models import registry

    model = registry.get(name)
    now = {"runs_here": True, "here": "runs here now"}
    return {**_facts(model.info), **now, "options": _options(model.options)}


def _print_installed(facts: dict[str, Any]) -> None:
    line(f"{facts['name']} {facts['version']}, {facts['licence']}")
    line(f"  {facts['summary']}")
    line(f"  {facts['seconds'][0]:g} to {facts['seconds'][1]:g} s, long side up to {facts['long_side']} px")
    for network, digest in facts["weights"].items():
        line(f"  weights  {network:<20} sha256 {digest[:16]}")
    for option in facts["options"]:
        line(f"  -O {option['name']}={option['default']}  {option['description']}")


def _facts(info: ModelInfo) -> dict[str, Any]:
    return {
        "name": info.name,
        "version": info.version,
        "licence": info.licence,
        "summary": info.summary,
        "seconds": list(info.seconds),
        "long_side": info.long_side,
        "weights": dict(info.weights),
    }


def _options(fields: type[BaseModel]) -> list[dict[str, Any]]:
    """Name, default and description of each option, from the model's own options class."""
    properties: dict[str, dict[str, Any]] = fields.model_json_schema().get("properties", {})
    return [
        {"name": name, "default": facts.get("default"), "description": facts.get("description", "")}
        for name, facts in properties.items()
    ]


# -- advice ------------------------------------------------------------------------------------------------------
def _print_advice(found: ModelAdvice, everything: bool) -> None:
    line(f"For {_wished(found.wish)}:")
    best = found.fits if everything else found.fits[:BEST]
    for place, choice in enumerate(best, 1):
        line(f"{place}. {choice.name}: {choice.here.text}")
        for reason in choice.reasons:
            if reason.code != "here":
                line(f"     {'+' if reason.weight > 0 else '-'} {reason.text}")
    if not found.fits:
        line("No catalogued model fits.")
    if len(found.fits) > len(best):
        line(f"{len(found.fits) - len(best)} more fit: {', '.join(one.name for one in found.fits[len(best) :])}")
    nearest = found.excluded if everything else found.excluded[:NEAREST]
    for choice in nearest:
        line(f"not {choice.name}: {_hindered(choice)}")
    if len(found.excluded) > len(nearest):
        line(f"{len(found.excluded) - len(nearest)} more do not fit: --all shows them.")


def _hindered(choice: Choice) -> str:
    return "; ".join(f"{obstacle.text} (to change: {obstacle.change})" for obstacle in choice.obstacles)


def _wished(wish: Wish) -> str:
    said = [f"{wish.seconds:g} s"]
    if wish.asked is not None:
        deeds = [words for _, words in wish.asked.deeds]
        said += [", ".join([*wish.asked.camera, *wish.asked.motions, *deeds]) or "a prompt that is not understood"]
    if wish.photo is not None:
        faces = f", {wish.photo.faces} face(s)" if wish.photo.faces else ""
        said += [f"a {wish.photo.style} of {wish.photo.size[0]}x{wish.photo.size[1]}{faces}"]
    said += ["with sound"] if wish.sound else []
    said += [f"at least {wish.size[0]}x{wish.size[1]}"] if wish.size else []
    said += [f"at most {wish.budget:.2f} USD"] if wish.budget is not None else []
    said += [f"{wish.vram:g} GB of GPU memory" if wish.vram else "no GPU"] if wish.vram is not None else []
    said += [word for word, wanted in (("commercial use", wish.commercial), ("offline", wish.offline)) if wanted]
    return "; ".join(said)
