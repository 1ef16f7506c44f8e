"""Options that several commands share, so that they are called and explained alike."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Json", "Overwrite"]

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout, also for an error.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")]
