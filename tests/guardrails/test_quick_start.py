"""Importing Stillreel and asking for help stay quick, because they load almost nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = {"numpy", "cv2", "onnxruntime", "av", "PIL", "rich", "torch"}
START, COMMAND = 0.3, 0.6  # seconds of processor time; idle 0.13 and 0.3, for typer loads pydantic for a command


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
    ("arguments", "limit"),
    [
        ("-c|import stillreel", START),
        ("-c|import stillreel.events, stillreel.errors, stillreel.settings", START),
        ("-m|stillreel|--help", START),
        ("-m|stillreel|--version", START),
        ("-m|stillreel|animate|--help", COMMAND),
        ("-m|stillreel|models|show|--help", COMMAND),
    ],
)
def test_nothing_heavy_is_loaded_and_the_start_is_quick(arguments: str, limit: float) -> None:
    runs = [started(*arguments.split("|")) for _ in range(3)]
    assert runs[0][1] & HEAVY == set()
    assert min(seconds for seconds, _ in runs) < limit
