"""What is installed is what was tested: the wheel carries every file of the package, weights and vocabulary too."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stillreel.models.embedded.model import NETWORKS


@pytest.mark.slow
def test_the_wheel_carries_the_whole_package(root: Path, tmp_path: Path) -> None:
    """Slow, and it needs the package index: pip fetches the build backend."""
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, root],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    if "hatchling" in built.stderr and "No matching distribution" in built.stderr:
        pytest.skip("the build backend cannot be fetched")
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("stillreel-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    package = root / "src" / "stillreel"
    files = (path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    wanted = {path.relative_to(package.parent).as_posix() for path in files}
    assert {name for name in inside if name.startswith("stillreel/")} == wanted
    assert {f"stillreel/models/embedded/{name}.onnx" for name in NETWORKS} <= inside
    assert {"stillreel/motion/vocabulary.toml", "stillreel/py.typed"} <= inside
    said = {name.partition(".dist-info/")[2] for name in inside if ".dist-info/" in name}
    assert {"entry_points.txt", "licenses/LICENSE", "licenses/NOTICES.md"} <= said
