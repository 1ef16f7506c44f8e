"""`stillreel prompts`: advice on a prompt without a photo, and templates to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from stillreel.cli.options import Json
from stillreel.cli.show import as_json, help_alone, line

if TYPE_CHECKING:
    from stillreel.motion.advice import Abilities, PromptAdvice

__all__ = ["prompts", "show_advice"]

prompts = typer.Typer(
    name="prompts", help="Advice on a prompt, and templates for prompts.", invoke_without_command=True
)


@prompts.callback()
def about(context: typer.Context) -> None:
    """Advice on a prompt, and templates for prompts."""
    help_alone(context)


@prompts.command("advise")
def advise(
    text: Annotated[str, typer.Argument(help="The prompt.", show_default=False)],
    model: Annotated[str, typer.Option(help="The model that shall make the clip.")] = "embedded",
    seconds: Annotated[float, typer.Option(help="Length, 1 to 15 seconds.")] = 5,
    json: Json = False,
) -> None:
    """Say what is wrong with a prompt, what to do, and how it reads without the problems.

    stillreel prompts advise "make it cool, she walks to us and says hello"
    """
    from stillreel.motion.advice import advise_prompt
    from stillreel.request import make_request

    request = make_request(photo="-", prompt=text, seconds=seconds)  # the limits of a clip
    advice = advise_prompt(text, request.seconds, _abilities(model))
    if json:
        as_json({"model": model, **advice.as_dict()})
        return
    if not advice.flags:
        line("Nothing is wrong with it.")
    show_advice(advice, suggestions=True)
    if advice.template and advice.flags:
        line(f"  template    {advice.template}: `stillreel prompts templates {advice.template}`")


@prompts.command("templates")
def list_templates(
    name: Annotated[str, typer.Argument(help="One of them, with all it says.", show_default=False)] = "",
    json: Json = False,
) -> None:
    """Show the templates, or one of them: the text to fill in, an example, and why it is made so."""
    from stillreel.motion.advice import template, templates

    chosen = [template(name)] if name else list(templates().values())
    if json:
        as_json({"templates": [one.as_dict() for one in chosen]})
        return
    for one in chosen:
        line(f"{one.name}")
        line(f"  {one.text}")
        if name:
            line(f"  Example: {one.example}")
            line(f"  Why: {one.why}")


def _abilities(name: str) -> Abilities:
    """Of a model in the catalogue; a model of one's own is taken to do what the embedded one does."""
    from stillreel.models import registry
    from stillreel.models.catalog import catalogue
    from stillreel.motion.advice import EMBEDDED, abilities_of

    known = catalogue().find(name)
    if known is not None:
        return abilities_of(known)
    registry.get(name)
    return EMBEDDED


def show_advice(advice: PromptAdvice, *, suggestions: bool) -> None:
    """Print what is wrong (and with `suggestions` what might be better), and the prompt without it."""
    for remark in advice.remarks:
        if suggestions or remark.severity != "info" or remark.code == "prompt.photo_carries":
            line(f"  {remark.severity:<5} {remark.message} {remark.fix}")
    rewritten = advice.rewritten
    if rewritten is None:
        return
    line(f'  try   "{rewritten.text}"')
    if rewritten.dropped:
        line(f"        leaves out: {'; '.join(rewritten.dropped)}")
