"""`stillreel rerun`: make a clip again from what stands inside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stillreel.cli.animate import describe, result
from stillreel.cli.options import Json, Overwrite
from stillreel.cli.progress import progress
from stillreel.cli.show import as_json

__all__ = ["rerun"]


def rerun(
    clip: Annotated[Path, typer.Argument(help="A clip that Stillreel made.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where it goes. (Default: CLIP's name with -again, beside it.)"),
    ] = None,
    photo: Annotated[
        Path | None, typer.Option(help="The photo, where it no longer lies at the place that the clip names.")
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Make a clip again: on the same machine every encoded video packet is the same.

    stillreel rerun portrait.mp4 --photo portrait.jpg -o again.mp4
    """
    from stillreel import flow

    with progress() as listen:
        again = flow.rerun(clip, output=output, source=photo, overwrite=overwrite, listen=listen)
    if json:
        as_json(result(again))
    else:
        describe(again)
