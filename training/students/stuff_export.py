"""Write the averaged weights of the stuff network as ONNX beside the code that runs it.

python -m training.students.stuff_export --cache FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.students.export import KINDS, PartsForUse, export
from training.students.stuff_network import STUFF_SIDE, StuffNet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = export("stuff", options.cache)
    print(f"{path} {path.stat().st_size / 1e6:.2f} MB")


KINDS["stuff"] = (StuffNet, PartsForUse, STUFF_SIDE, ["maps"])

if __name__ == "__main__":
    main()
