"""Photographs and folders that tests in several rooms need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from stillreel.settings import settings

ROOT = Path(__file__).resolve().parent.parent
# A clock says nothing about code on a machine whose cores are shared.
hypothesis.settings.register_profile(
    "shared", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("shared")


@pytest.fixture(scope="session", autouse=True)
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A configuration folder of the tests' own, with a signing key in it."""
    from stillreel.clip import provenance_key

    folder = tmp_path_factory.mktemp("config")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STILLREEL_CONFIG", str(folder))
        for name in ("STILLREEL_SIGNING_KEY", "STILLREEL_SIGNING_CERTIFICATE", "STILLREEL_TRUST"):
            environment.delenv(name, raising=False)
        provenance_key.local()
        yield folder


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
