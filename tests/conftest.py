"""Photographs and folders that tests in several rooms need."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillreel.settings import settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def astronaut() -> Path:
    """A portrait in the public domain (NASA), 512x512, which ships with scikit-image."""
    skimage = pytest.importorskip("skimage")
    return Path(skimage.__file__).parent / "data" / "astronaut.png"


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder for wider quality checks: STILLREEL_DATA, else ../shared/data; a test that needs it is skipped
    where neither is there."""
    folder = settings().data or ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no folder for wider checks: set STILLREEL_DATA")
    return folder
