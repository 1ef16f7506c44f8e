"""The commands, gathered. Each command imports what it needs when it runs, so that --help stays quick."""

from __future__ import annotations

from typing import Annotated

import typer

from stillreel import __version__
from stillreel.cli.animate import animate
from stillreel.cli.doctor import doctor
from stillreel.cli.evaluate import evaluate
from stillreel.cli.look import look
from stillreel.cli.models import models
from stillreel.cli.plan import plan
from stillreel.cli.prompts import prompts
from stillreel.cli.rerun import rerun
from stillreel.cli.show import help_alone
from stillreel.cli.verify import verify

__all__ = ["app"]

app = typer.Typer(
    name="stillreel",
    help="One photograph and a sentence in, a video clip out.",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(animate)
app.command()(plan)
app.command()(look)
app.command()(rerun)
app.command()(evaluate)
app.command()(verify)
app.add_typer(models)
app.add_typer(prompts)
app.command()(doctor)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"stillreel {__version__}")
        raise typer.Exit


@app.callback()
def stillreel(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and leave."),
    ] = False,
) -> None:
    """One photograph and a sentence in, a video clip out."""
    help_alone(context)
