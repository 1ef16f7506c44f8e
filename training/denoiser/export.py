"""Write the three networks as ONNX beside the embedded model, and check each against torch.

Run: python -m training.denoiser.export [--to FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn

from stillreel.frames.sampler import follow, rotary_angles
from training.denoiser.generate import trained_denoiser
from training.denoiser.train_autoencoder import trained
from training.denoiser.transformer import CONDITION, Denoiser

FOLDER = Path("src/stillreel/models/embedded")
TOLERANCE = 1e-3
PIXELS = {0: "frames", 2: "height", 3: "width"}
CELLS = {0: "frames", 2: "rows", 3: "columns"}
PLACES = {0: "frames", 1: "places"}
AXES = {
    "picture": PIXELS,
    "render": PIXELS,
    "guide": PIXELS,
    "colour": PIXELS,
    "blend": PIXELS,
    "latent": CELLS,
    "x": CELLS,
    "condition": CELLS,
    "velocity": CELLS,
    "gather": PLACES,
    "seen": PLACES,
    "scatter": {0: "frames", 1: "tokens"},
    "angles": {0: "tokens"},
    "level": {0: "frames"},
    "seconds": {0: "frames"},
}
"""Which axes of each input and output may vary."""
OPSET = 20


class OneClip(nn.Module):
    """The denoiser for one clip: no batch axis at the door."""

    def __init__(self, network: Denoiser) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, x: Tensor, condition: Tensor, level: Tensor, seconds: Tensor, angles: Tensor,
        gather: Tensor, seen: Tensor, scatter: Tensor,
    ) -> Tensor:  # fmt: skip
        wide = (x.unsqueeze(1), condition.unsqueeze(1), level.unsqueeze(1), seconds.unsqueeze(1))
        return self.network(*wide, angles, gather, seen, scatter).squeeze(1)


def clip(frames: int, rows: int, columns: int, head: int) -> dict[str, Tensor]:
    """Inputs of the denoiser for `frames` frames of rows x columns latent cells."""
    rng = np.random.default_rng(frames)
    backward = rng.normal(0, 12, (frames, rows * 8, columns * 8, 2)).astype(np.float32)
    paths = follow(backward, np.ones(backward.shape[:3], np.float32))
    values = {
        "x": rng.standard_normal((frames, 16, rows, columns), np.float32),
        "condition": rng.standard_normal((frames, CONDITION, rows, columns), np.float32),
        "level": np.linspace(0, 1, frames, dtype=np.float32),
        "seconds": np.linspace(0, 4, frames, dtype=np.float32),
        "angles": rotary_angles(rows // 2, columns // 2, head),
        "gather": paths.gather, "seen": paths.seen, "scatter": paths.scatter,
    }  # fmt: skip
    return {name: torch.from_numpy(value) for name, value in values.items()}


def frame(height: int, width: int) -> dict[str, Tensor]:
    """Inputs of the decoder for one frame."""
    torch.manual_seed(height)
    latent = torch.randn(1, 16, height // 8, width // 8)
    return {
        "latent": latent,
        "render": torch.rand(1, 3, height, width),
        "guide": torch.rand(1, 3, height, width),
    }


def pictures() -> list[dict[str, Tensor]]:
    """Inputs of the encoder."""
    return [{"picture": torch.rand(1, 3, *size)} for size in ((256, 448), (480, 240))]


def write(network: nn.Module, inputs: dict[str, Tensor], outputs: list[str], path: Path) -> None:
    torch.onnx.export(
        network,
        tuple(inputs.values()),
        str(path),
        input_names=list(inputs),
        output_names=outputs,
        dynamic_axes={name: AXES[name] for name in (*inputs, *outputs)},
        opset_version=OPSET,
        dynamo=False,
    )


def compare(network: nn.Module, inputs: dict[str, Tensor], path: Path) -> float:
    """Largest difference between torch and onnxruntime, over the outputs' largest value; an error above 1e-3."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    got = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    want = network(*inputs.values())
    pairs = zip(want if isinstance(want, tuple) else (want,), got, strict=True)
    worst = max(float(np.abs(a.numpy() - b).max() / max(1.0, a.abs().max())) for a, b in pairs)
    if worst > TOLERANCE:
        raise RuntimeError(f"{path.name} differs from torch by {worst:.2e}, allowed {TOLERANCE:.0e}.")
    return worst


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().to
    autoencoder, denoiser = trained(), trained_denoiser()
    for name, network, examples, outputs in (
        ("autoencoder_encoder", autoencoder.encoder, pictures(), ["latent"]),
        ("autoencoder_decoder", autoencoder.decoder, [frame(256, 448), frame(480, 240)], ["colour", "blend"]),
        (
            "denoiser",
            OneClip(denoiser),
            [clip(16, 32, 56, denoiser.head), clip(5, 60, 30, denoiser.head)],
            ["velocity"],
        ),
    ):
        path = folder / f"{name}.onnx"
        write(network, examples[0], outputs, path)
        worst = max(compare(network, inputs, path) for inputs in examples)
        print(f"{name}: {path.stat().st_size / 1e6:.2f} MB, differs from torch by {worst:.1e}")


if __name__ == "__main__":
    main()
