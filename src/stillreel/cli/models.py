"""`stillreel models`: which models there are, and one model's abilities and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stillreel.cli.options import Json
from stillreel.cli.show import as_json, help_alone, line

if TYPE_CHECKING:
    from pydantic import BaseModel

    from stillreel.models.protocol import ModelInfo

__all__ = ["models"]

models = typer.Typer(
    name="models", help="Which models there are, and what each can do.", invoke_without_command=True
)


@models.callback()
def about(context: typer.Context) -> None:
    """Which models there are, and what each can do."""
    help_alone(context)


@models.command("list")
def list_models(
    json: Json = False,
) -> None:
    """List the installed models."""
    from stillreel.models import registry

    found = [registry.get(name).info for name in registry.names()]
    if json:
        as_json({"models": [_facts(info) for info in found]})
        return
    for info in found:
        line(f"{info.name:<12} {info.version:<8} {info.licence:<12} {info.summary}")


@models.command("show")
def show(
    name: Annotated[str, typer.Argument(help="The model's name.")] = "embedded",
    json: Json = False,
) -> None:
    """Show one model: limits, licence, weights, and the options that `animate --option` takes."""
    from stillreel.models import registry

    model = registry.get(name)
    info, options = model.info, _options(model.options)
    if json:
        as_json({**_facts(info), "options": options})
        return
    line(f"{info.name} {info.version}, {info.licence}")
    line(f"  {info.summary}")
    line(f"  {info.seconds[0]:g} to {info.seconds[1]:g} s, long side up to {info.long_side} px")
    for network, digest in info.weights.items():
        line(f"  weights  {network:<20} sha256 {digest[:16]}")
    for option in options:
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
