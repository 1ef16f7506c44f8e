"""Run the real command: in a process of its own, or where many calls are made, in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stillreel.cli import main

__all__ = ["Ended", "Stillreel"]


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON value and nothing else."""
        return json.loads(self.out)


Stillreel = Callable[..., Ended]


@pytest.fixture
def stillreel(tmp_path: Path) -> Stillreel:
    """`stillreel(*arguments)` in an empty folder, with the environment of a bare shell."""
    kept = {"STILLREEL_CONFIG": os.environ["STILLREEL_CONFIG"]}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STILLREEL_")} | kept

    def run(*arguments: str | Path, timeout: float = 120, **more: str) -> Ended:
        ended = subprocess.run(
            [sys.executable, "-m", "stillreel", *map(str, arguments)],
            cwd=tmp_path, env=environment | more, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Stillreel:
    """The same as `stillreel`, without a new process."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Ended:
        status = main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ended(status, captured.out, captured.err)

    return run
