"""What the environment may say. The only reader of the STILLREEL_* variables."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["VARIABLES", "Settings", "config_folder", "networks_folder", "settings"]

# Every variable, with what it does; docs/reference/settings.md is made from this.
VARIABLES = {
    "STILLREEL_CONFIG": "Folder for what is kept between runs: signing key, pulled networks. Unset: the system's own.",
    "STILLREEL_DATA": "Folder with photographs and clips for the wider quality checks; unset: they are skipped.",
    "STILLREEL_DEBUG": "1: show the whole traceback of an error.",
    "STILLREEL_SIGNING_CERTIFICATE": "PEM file with the signing key's certificates, where its own does not hold them.",
    "STILLREEL_SIGNING_KEY": "PEM file with the private key that signs clips; unset: one that is made here once.",
    "STILLREEL_TRUST": "PEM file with the certificates of the authorities that `stillreel verify` trusts.",
}


@dataclass(frozen=True)
class Settings:
    config: Path | None  # STILLREEL_CONFIG
    data: Path | None  # STILLREEL_DATA, where it names a folder
    debug: bool  # STILLREEL_DEBUG
    signing_certificate: Path | None  # STILLREEL_SIGNING_CERTIFICATE
    signing_key: Path | None  # STILLREEL_SIGNING_KEY
    trust: Path | None  # STILLREEL_TRUST


def settings() -> Settings:
    """The settings as the environment stands now."""
    data = _path("STILLREEL_DATA")
    return Settings(
        config=_path("STILLREEL_CONFIG"),
        data=data if data and data.is_dir() else None,
        debug=os.environ.get("STILLREEL_DEBUG", "").strip().lower() in ("1", "true", "yes", "on"),
        signing_certificate=_path("STILLREEL_SIGNING_CERTIFICATE"),
        signing_key=_path("STILLREEL_SIGNING_KEY"),
        trust=_path("STILLREEL_TRUST"),
    )


def config_folder() -> Path:
    """Where Stillreel keeps what it needs again: STILLREEL_CONFIG, else the system's folder for it; may not exist."""
    named = settings().config
    if named is not None:
        return named
    import typer  # it knows every system's customs; loaded only here, because it takes its time

    return Path(typer.get_app_dir("stillreel"))


def networks_folder() -> Path:
    """Where pulled networks lie: in STILLREEL_CONFIG, else in the system's folder for data; may not exist."""
    named = settings().config
    if named is not None:
        return named / "networks"
    home = Path.home()
    if sys.platform == "win32":
        base = _path("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = _path("XDG_DATA_HOME") or home / ".local" / "share"
    return base / "stillreel" / "networks"


def _path(name: str) -> Path | None:
    value = os.environ.get(name, "")
    return Path(value).expanduser() if value else None
