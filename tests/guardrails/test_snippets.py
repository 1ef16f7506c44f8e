"""What the documentation shows is run: shell lines through the command line, Python as it stands; on a small photo."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image
from typer.core import TyperGroup
from typer.main import get_command

from stillreel.cli import main
from stillreel.cli.app import app
from stillreel.models.embedded import networks
from stillreel.models.pulled import NETWORKS

ROOT = Path(__file__).resolve().parents[2]
SIZE = (96, 64)
# Added to what a text says, so that it is quick; what the text itself says of these stands.
QUICK = {
    "animate": {"--seconds": "1", "--fps": "2", "--size": f"{SIZE[0]}x{SIZE[1]}", "-O": "steps=1", "--overwrite": ""},
    "plan": {"--overwrite": ""},
    "rerun": {"--overwrite": ""},
}


def texts() -> list[Path]:
    """The hand-made texts that show something to run."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in found if path.parent.name != "reference" and list(snippets(path))]


def snippets(path: Path) -> list[tuple[str, str]]:
    """("python", code) and ("shell", line) in the order of the text."""
    found: list[tuple[str, str]] = []
    for language, block in re.findall(r"```(\w*)\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL):
        if language == "python":
            found.append(("python", block))
        else:
            lines = (line.removeprefix("$ ") for line in block.replace("\\\n", " ").splitlines())
            found += [("shell", line) for line in lines if line.startswith("stillreel ")]
    return found


def _fetches(line: str) -> bool:
    """Whether it names a network that must be pulled first: tests fetch nothing, so its words are only parsed."""
    return any(network.name in line for network in NETWORKS)


def quick(words: list[str]) -> list[str]:
    for name, value in QUICK.get(words[0], {}).items():
        if name not in words:
            words = [*words, name, *([value] if value else [])]
    return words


def provide(folder: Path, text: str, astronaut: Path) -> None:
    """Every photo that the text names, and a model's folder where it names one."""
    with Image.open(astronaut) as picture:
        small = picture.convert("RGB").resize(SIZE)
    for name in {*re.findall(r"\b[\w-]+\.jpg\b", text), *(["upload.bin"] if "upload.bin" in text else [])}:
        small.save(folder / name, "JPEG")
    if "./my-model" in text:
        data = networks.weights_path("parts").read_bytes()
        said = {"format": 1, "family": "embedded", "name": "mine", "licence": "MIT"}
        (folder / "my-model").mkdir()
        (folder / "my-model" / "parts.onnx").write_bytes(data)
        whole = {**said, "networks": {"parts": hashlib.sha256(data).hexdigest()}}
        (folder / "my-model" / "model.json").write_text(json.dumps(whole), encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(words: list[str]) -> None:
    """Let the command line read `words` to the last command and its options, and run nothing; a wrong one raises."""
    command, name, context = get_command(app), "stillreel", None
    while isinstance(command, TyperGroup):
        context = command.make_context(name, words, parent=context)
        found, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        assert command is not None
        name = found
    command.make_context(name, words, parent=context)


def test_a_word_that_no_command_knows_is_not_parsed() -> None:
    parsed(["models", "pull", "depth-anything-v2-small"])
    for wrong in (["models", "fetch", "x"], ["look", "photo.jpg", "--deepness", "x"]):
        with pytest.raises(Exception, match=r"[Nn]o such"):
            parsed(wrong)


@pytest.mark.parametrize("path", texts(), ids=name)
def test_every_snippet_runs(
    path: Path, tmp_path: Path, astronaut: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    provide(tmp_path, path.read_text(encoding="utf-8"), astronaut)
    for language, code in snippets(path):
        if language == "python":
            exec(compile(code, name(path), "exec"), {})
            continue
        words = shlex.split(code, comments=True)[1:]
        if _fetches(code):
            parsed(words)
            continue
        status = main(quick(words))
        assert status == 0, (code, capfd.readouterr().err)


def test_there_is_something_to_run() -> None:
    found = [snippet for path in texts() for snippet in snippets(path)]
    assert sum(language == "python" for language, _ in found) >= 3
    assert sum(language == "shell" for language, _ in found) >= 20
