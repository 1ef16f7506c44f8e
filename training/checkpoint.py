"""A run's state as a folder of small files, so that it can be carried between machines: no file reaches 16 MB.

`index.json` holds the plain values and, for every tensor, its file; the tensors lie in `0000.pt`, `0001.pt`, ..., which
are read without running code (`weights_only`). A folder is written beside the old one and then takes its place.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

__all__ = ["averaged", "load", "save"]

LARGEST = 15 * 2**20  # bytes of tensors in a file

Tensors = dict[str, Tensor]


def save(folder: Path, values: dict[str, Any], tensors: Tensors) -> None:
    """Write `values` (what JSON can hold) and `tensors`; the folder is whole at every moment or not there."""
    new, old = folder.with_suffix(".new"), folder.with_suffix(".old")
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    new.mkdir(parents=True)
    where: dict[str, int] = {}
    for number, shard in enumerate(_shards(tensors)):
        torch.save({name: tensor.clone() for name, tensor in shard.items()}, new / f"{number:04}.pt")
        where |= dict.fromkeys(shard, number)
    (new / "index.json").write_text(json.dumps({"values": values, "tensors": where}))
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load(folder: Path, prefix: str = "") -> tuple[dict[str, Any], Tensors]:
    """(values, tensors whose name begins with `prefix`). FileNotFoundError where no run has been."""
    home = folder if folder.exists() else folder.with_suffix(".old")  # stopped between the two renames of `save`
    index = json.loads((home / "index.json").read_text())
    wanted = {number for name, number in index["tensors"].items() if name.startswith(prefix)}
    found: Tensors = {}
    for number in sorted(wanted):
        shard = torch.load(home / f"{number:04}.pt", weights_only=True, map_location="cpu")
        found |= {name: tensor for name, tensor in shard.items() if name.startswith(prefix)}
    return index["values"], found


def averaged(folder: Path) -> Tensors:
    """The averaged weights of a run: what is judged and shipped."""
    return {name.removeprefix("average/"): tensor for name, tensor in load(folder, "average/")[1].items()}


def _shards(tensors: Tensors) -> Iterator[Tensors]:
    shard: Tensors = {}
    size = 0
    for name, tensor in tensors.items():
        if shard and size + tensor.nbytes > LARGEST:
            yield shard
            shard, size = {}, 0
        shard[name] = tensor
        size += tensor.nbytes
    yield shard
