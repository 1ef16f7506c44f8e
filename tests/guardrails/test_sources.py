"""What every source file keeps to: no mocks, no file that grew too long, no environment read on the quiet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "training", "examples", "benchmarks", "docs")
LONGEST = 400


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_sources_are_where_we_look() -> None:
    assert len(sources("src")) > 20


@pytest.mark.parametrize("path", sources(*FOLDERS), ids=name)
def test_no_file_is_longer_than_four_hundred_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def doubles(tree: ast.AST) -> Iterator[str]:
    """Mocks and patches in a test: what a fake or a real file should stand in for."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(one.name.startswith("unittest.mock") for one in names):
                yield "unittest.mock"
            case ast.ImportFrom(module="unittest.mock"):
                yield "unittest.mock"
            case ast.ImportFrom(module="unittest", names=names) if any(one.name == "mock" for one in names):
                yield "unittest.mock"
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr="setattr" | "setitem" as attribute):
                yield f"monkeypatch.{attribute}"
            case ast.arg(arg="mocker"):
                yield "mocker"
            case _:
                pass


@pytest.mark.parametrize("path", sources("tests"), ids=name)
def test_tests_use_fakes_and_real_files_not_mocks(path: Path) -> None:
    assert list(doubles(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_search_for_mocks_finds_them() -> None:
    code = "from unittest import mock\nimport unittest.mock as m\ndef t(mocker, monkeypatch): monkeypatch.setattr(a, 1)"
    assert sorted(doubles(ast.parse(code))) == [
        "mocker",
        "monkeypatch.setattr",
        "unittest.mock",
        "unittest.mock",
    ]


def reads_environment(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="getenv" | "getenvb" as read):
                yield read
            case ast.Subscript(value=ast.Attribute(attr="environ"), ctx=ast.Load()):
                yield "environ[]"
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get" as read)):
                yield f"environ.{read}"
            case _:
                pass


@pytest.mark.parametrize("path", sources("src"), ids=name)
def test_only_settings_reads_the_environment(path: Path) -> None:
    reads = list(reads_environment(ast.parse(path.read_text(encoding="utf-8"))))
    assert bool(reads) == (path.name == "settings.py")


@pytest.mark.parametrize("path", sources("src"), ids=name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)
