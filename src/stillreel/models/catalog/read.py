"""Reading the catalogue's TOML files, each checked to the last field."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from stillreel.errors import ModelError, UsageError
from stillreel.models.catalog.values import Entry, Family

__all__ = ["Catalogue", "catalogue", "read_folder"]

DATA = Path(__file__).parent / "data"
_KINDS = ("embedded", "open", "hosted")


@dataclass(frozen=True)
class Catalogue:
    """All entries: the embedded model, then open weights, then hosted models, by name."""

    entries: tuple[Entry, ...]

    def find(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)

    def get(self, name: str) -> Entry:
        """UsageError `model.unknown`, with the names that are most like it."""
        found = self.find(name)
        if found is None:
            near = difflib.get_close_matches(name.lower(), [entry.name for entry in self.entries], 3, 0.4)
            meant = f"Did you mean {', '.join(near)}? " if near else ""
            hint = f"{meant}See `stillreel models list`; a folder of your own has a slash in it: ./my-model."
            raise UsageError("model.unknown", f"There is no model {name!r}.", hint)
        return found


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with Stillreel. ModelError `catalogue.broken` or `catalogue.twice`."""
    return read_folder(DATA)


def read_folder(folder: Path) -> Catalogue:
    """The catalogue of the TOML files in `folder`. Raises ModelError `catalogue.broken` or `catalogue.twice`."""
    found = [entry for path in sorted(folder.glob("*.toml")) for entry in _read(path)]
    names = [entry.name for entry in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ModelError("catalogue.twice", f"The catalogue names the model {twice!r} twice.", "Rename one of them.")
    return Catalogue(tuple(sorted(found, key=_place)))


def _place(entry: Entry) -> tuple[int, str]:
    return _KINDS.index(entry.kind), entry.name


def _read(path: Path) -> Iterable[Entry]:
    try:
        return Family.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).entries()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _broken(path, str(error)) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise _broken(path, f"at {where}: {first['msg']}") from None


def _broken(path: Path, why: str) -> ModelError:
    return ModelError("catalogue.broken", f"{path.name} of the catalogue is not valid, {why}.", "Correct the file.")
