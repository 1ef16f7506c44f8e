"""Importing Stillreel and asking for help stay quick, because they load almost nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Not pydantic: typer itself loads it for a command's parameters.
HEAVY = {"numpy", "cv2", "onnxruntime", "av", "PIL", "rich", "torch"}


def started(*arguments: str) -> tuple[float, set[str]]:
    """(CPU seconds of a Python process with these arguments, the top-level modules it imported)."""
    before = os.times()
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    names = {
        line.rpartition("|")[2].strip()
        for line in ended.stderr.splitlines()
        if line.startswith("import time:")
    }
    return seconds, {name.partition(".")[0] for name in names}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs the CPU time of child processes")
@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "import stillreel"],
        ["-m", "stillreel", "--help"],
        ["-m", "stillreel", "animate", "--help"],
        ["-m", "stillreel", "models", "show", "--help"],
        ["-m", "stillreel", "--version"],
    ],
    ids=" ".join,
)
def test_nothing_heavy_is_loaded_and_the_start_is_quick(arguments: list[str]) -> None:
    runs = [started(*arguments) for _ in range(3)]
    assert runs[0][1] & HEAVY == set()
    # 0.3 s on an idle machine; twice that leaves room for a busy one whose cores are shared.
    assert min(seconds for seconds, _ in runs) < 0.6
