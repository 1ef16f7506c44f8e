"""Write the pages of docs/reference that come from the code: `make docs`. A test fails where a page is out of date."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer.main
from pydantic import BaseModel

from stillreel import errors
from stillreel.cli.app import app
from stillreel.motion import plan
from stillreel.motion.reference import prompts_page
from stillreel.photo.problems import HINTS
from stillreel.request import AnimationRequest
from stillreel.settings import VARIABLES

REFERENCE = Path(__file__).resolve().parent / "reference"
SOURCE = Path(__file__).resolve().parent.parent / "src" / "stillreel"
MADE = "<!-- Written by docs/generate.py (`make docs`): edit the code, not this page. -->\n"


def cli() -> str:
    """Every command's own --help."""
    root = typer.main.get_command(app)
    parts = [f"# The command line\n\n{MADE}"]
    for path, command in _commands("stillreel", root):
        context = command.context_class(
            command,
            info_name=path,
            help_option_names=["-h", "--help"],
            max_content_width=100,
            terminal_width=100,
        )
        parts.append(f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    parts.append(
        "Every command ends with a status of [the error table](errors.md). A photo whose name starts with a hyphen "
        "stands after `--`: `stillreel animate -- -photo.jpg`.\n"
    )
    return "\n".join(parts)


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _commands(f"{path} {name}", child)


def error_table() -> str:
    """The exit statuses, and every code."""
    classes = [errors.StillreelError, *_below(errors.StillreelError)]
    status = {one.__name__: one.exit_status for one in classes}
    kinds = "\n".join(f"| {one.exit_status} | `{one.__name__}` | {_first_line(one)} |" for one in classes[1:])
    codes = "\n".join(
        f"| `{code}` | {status[kind]} | `{kind}` |" for code, kind in sorted(set(_codes(status)))
    )
    return (
        f"# Errors and exit statuses\n\n{MADE}\n"
        "Every error has a stable code, says what was got and what was expected, and what to do. On the command line\n"
        'it goes to stderr; with `--json` it is `{"error": {"code", "message", "hint"}}` on stdout.\n\n'
        "| Exit status | Python class | Meaning |\n|---|---|---|\n| 0 | | Done. |\n"
        "| 1 | `StillreelError` | Something that nobody foresaw. |\n"
        f"{kinds}\n\n"
        "`STILLREEL_DEBUG=1` shows the traceback of any error.\n\n"
        f"## Codes\n\n| Code | Status | Class |\n|---|---|---|\n{codes}\n"
    )


def _below(kind: type[errors.StillreelError]) -> Iterator[type[errors.StillreelError]]:
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from _below(child)


def _first_line(thing: object) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0]


def _codes(status: dict[str, int]) -> Iterator[tuple[str, str]]:
    """(code, class) of every error that the sources raise with a code written out, and of every unreadable photo."""
    yield from ((code, "PhotoError") for code in HINTS)
    makers = {name: name for name in status}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first = node.args[0]
            if node.func.id in makers and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, makers[node.func.id]


def request() -> str:
    """The fields of a request."""
    return (
        f"# The request\n\n{MADE}\n"
        "What `stillreel.animate(photo, prompt, **fields)` takes and what every other door builds:\n"
        f"`stillreel.request.AnimationRequest`.\n\n{_fields(AnimationRequest)}"
    )


def motion_plan() -> str:
    """The plan's JSON."""
    moves = "\n".join(
        f"| `{verb}` | {', '.join(f'`{side}`' for side in sides) or 'null'} | {plan.UNITS[verb]} |"
        for verb, sides in plan.DIRECTIONS.items()
    )
    return (
        f"# The motion plan\n\n{MADE}\n"
        'JSON, version 1. `stillreel plan photo.jpg "slow push-in" -o plan.json` writes it, `animate --plan\n'
        "plan.json` renders it, and `stillreel.plan(...)` gives it as a value. Unknown fields are refused.\n\n"
        f"{_fields(plan.MotionPlan)}\n"
        f"## camera\n\n{_fields(plan.CameraMove)}\n"
        f"| move | direction | unit |\n|---|---|---|\n{moves}\n\n"
        "Directions are the camera's own: a pan to the left makes the picture's content move right. An empty list\n"
        "lets the scene decide; `static` forbids every camera move.\n\n"
        f"## motions\n\n{_fields(plan.RegionMotion)}\n"
        f"`kind` is one of {', '.join(f'`{kind}`' for kind in plan.KINDS)}.\n\n"
        f"{inspect.getdoc(plan.RegionMotion)}\n"
    )


def _fields(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    rows: list[str] = []
    for name, facts in schema["properties"].items():
        default = "required" if name in schema.get("required", ()) else f"`{_default(facts.get('default'))}`"
        rows.append(f"| `{name}` | {_kind(facts)} | {default} | {_text(facts)} |")
    return "| Field | Type | Default | |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _default(value: object) -> str:
    return {"None": "null", "True": "true", "False": "false", "": '""'}.get(str(value), str(value))


def _kind(facts: dict[str, Any]) -> str:
    if "anyOf" in facts:
        return " or ".join(_kind(choice) for choice in facts["anyOf"])
    if "enum" in facts:
        return ", ".join(f"`{value}`" for value in facts["enum"])
    return str(facts.get("$ref", facts.get("type", facts.get("const", "")))).rpartition("/")[2]


def _text(facts: dict[str, Any]) -> str:
    lowest = facts.get("minimum", facts.get("exclusiveMinimum"))
    highest = facts.get("maximum", facts.get("exclusiveMaximum"))
    limits = f" ({lowest:g} to {highest:g})" if lowest is not None and highest is not None else ""
    text = " ".join(str(facts.get("description", "")).split())
    return text if " to " in text else f"{text}{limits}".strip()


def settings() -> str:
    """The environment variables."""
    rows = "\n".join(f"| `{name}` | {text} |" for name, text in VARIABLES.items())
    return f"# Settings\n\n{MADE}\n| Environment variable | What it does |\n|---|---|\n{rows}\n"


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli,
    "errors.md": error_table,
    "plan.md": motion_plan,
    "prompts.md": prompts_page,
    "request.md": request,
    "settings.md": settings,
}


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
