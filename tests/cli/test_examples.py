"""Every numbered example runs as it stands, and the demo with a photo of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))


@pytest.fixture
def photo(astronaut: Path, tmp_path: Path) -> Path:
    with Image.open(astronaut) as picture:
        picture.convert("RGB").resize((256, 256)).save(tmp_path / "a photo.png")
    return tmp_path / "a photo.png"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs(example: Path, photo: Path) -> None:
    ended = subprocess.run(
        [sys.executable, example, photo.name],
        cwd=photo.parent, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert len(list(photo.parent.glob("*.mp4"))) == 1
    assert ended.stdout


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.slow
def test_the_demo_takes_a_photo_and_words_of_ones_own(photo: Path) -> None:
    ended = subprocess.run(
        [sys.executable, ROOT / "examples" / "demo.py"], env=os.environ | {"PHOTO": photo.name, "PROMPT": "pan left"},
        cwd=photo.parent, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert (photo.parent / "demo" / "a photo.mp4").is_file()
    assert "demo/a photo.mp4" in ended.stdout
