"""The documentation is true: generated pages are current, commands exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main

from docs.generate import PAGES, REFERENCE
from stillreel.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
HAND_MADE = [text for text in TEXTS if text.parent != REFERENCE]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES)
def test_the_generated_page_is_current(page: str) -> None:
    assert (REFERENCE / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def commands(text: str) -> list[list[str]]:
    """The lines of a text's shell blocks, split into words; comments and continuations are understood."""
    blocks = re.findall(r"```(?:bash|sh|shell|console)\n(.*?)```", text, flags=re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def test_the_reading_of_commands() -> None:
    text = '```bash\n$ stillreel animate "a b.jpg" \\\n  -o c.mp4  # so\n\nmake demo\n```'
    assert commands(text) == [["stillreel", "animate", "a b.jpg", "-o", "c.mp4"], ["make", "demo"]]


@pytest.mark.parametrize("text", HAND_MADE, ids=name)
def test_every_command_in_a_text_exists(text: Path) -> None:
    targets = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    for words in commands(text.read_text(encoding="utf-8")):
        if words[0] == "make":
            assert {word for word in words[1:] if "=" not in word} <= targets, words
        if words[0] == "stillreel":
            parse(words[1:])
        if words[0] in ("python", ".venv/bin/python") and words[1:] and words[1].endswith(".py"):
            assert (ROOT / words[1]).is_file(), words


def parse(arguments: list[str]) -> None:
    """Let the real command line read the words; it raises for an option or a command that it has not."""
    command = typer.main.get_command(app)
    context = command.make_context("stillreel", list(arguments), resilient_parsing=True)
    while children := getattr(command, "commands", {}):
        arguments = [word for word in arguments if word not in ("--help", "-h", "--version")]
        if not arguments:
            return
        command = children[arguments[0]]
        arguments = arguments[1:]
    command.make_context("stillreel", list(arguments), parent=context, resilient_parsing=False)


@pytest.mark.parametrize("wrong", [["animate", "a.jpg", "--speed", "2"], ["enlarge", "a.jpg"]])
def test_a_command_that_does_not_exist_is_found(wrong: list[str]) -> None:
    with pytest.raises((typer.TyperException, KeyError)):
        parse(wrong)


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_every_link_inside_the_repository_leads_somewhere(text: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text.read_text(encoding="utf-8"))
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in inside if not (text.parent / link).exists()] == []
