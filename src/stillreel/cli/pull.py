"""`stillreel models pull` and `remove`: larger networks, which come only when they are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stillreel.cli.options import Json
from stillreel.cli.progress import progress
from stillreel.cli.show import as_json, line

if TYPE_CHECKING:
    from stillreel.models.pulled import Network

__all__ = ["facts_of", "listed", "pull", "remove"]

Name = Annotated[
    str, typer.Argument(metavar="NETWORK", help="As `stillreel models list` names it.", show_default=False)
]


def pull(
    name: Name,
    file: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="Take it from this file; nothing is downloaded.")
    ] = None,
    json: Json = False,
) -> None:
    """Download a larger network, check its SHA-256, and keep it. What breaks off goes on at the next call.

    stillreel models pull depth-anything-v2-small
    """
    from stillreel.models import pulled

    network = pulled.find(name)
    with progress() as listen:
        pulled.pull(network, listen, file=file)
    if json:
        as_json(facts_of(network))
        return
    line(f"{network.name} is here: {network.summary}, {network.licence}.")
    line(f"  {pulled.place(network)}")
    line(f"Use it with: {_use(network)}")


def remove(name: Name, json: Json = False) -> None:
    """Delete a network that was pulled, and what was downloaded of it."""
    from stillreel.models import pulled

    network = pulled.find(name)
    removed = pulled.remove(network)
    if json:
        as_json({**facts_of(network), "removed": removed})
        return
    line(f"{network.name} is removed." if removed else f"{network.name} was not here.")


def listed() -> list[dict[str, Any]]:
    """Every network that can be pulled, as JSON."""
    from stillreel.models import pulled

    return [facts_of(network) for network in pulled.NETWORKS]


def facts_of(network: Network) -> dict[str, Any]:
    from stillreel.models import pulled

    here = pulled.is_kept(network)
    return {
        "name": network.name,
        "task": network.task,
        "summary": network.summary,
        "licence": network.licence,
        "source": network.source,
        "url": network.url,
        "bytes": network.size,
        "sha256": network.sha256,
        "pulled": here,
        "path": str(pulled.place(network)) if here else None,
        "use": _use(network),
    }


def _use(network: Network) -> str:
    return f"stillreel animate PHOTO -O {network.task}={network.name}"
