"""Write the students' averaged weights as ONNX beside the code that runs them, and check both give the same.

    python -m training.students.export --cache FOLDER [parts] [face] [head]
"""

from __future__ import annotations

import argparse
import warnings
from copy import deepcopy
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from stillreel.models.embedded.networks import FOLDER
from training.checkpoint import averaged
from training.students.networks import FACE_SIDE, HEAD_SIDE, PARTS_SIDE, FaceNet, HeadNet, PartsNet


class PartsForUse(nn.Module):
    """Probabilities instead of logits."""

    def __init__(self, net: PartsNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, rgb: Tensor) -> Tensor:
        return self.net(rgb).sigmoid()


class FaceForUse(nn.Module):
    """Probabilities instead of logits, and the pose in degrees."""

    def __init__(self, net: FaceNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, rgb: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        presence, points, openness, pose = self.net(rgb)
        return presence.sigmoid(), points, openness.sigmoid(), pose * 45.0


EXACT = 1e-3  # how far the file's answers may be from the network's
MOST, TINY = 32767, 1e-30  # of 16-bit integers; keeps a channel of zeros from dividing by zero
KINDS = {
    "parts": (PartsNet, PartsForUse, PARTS_SIDE, ["maps"]),
    "face": (FaceNet, FaceForUse, FACE_SIDE, ["presence", "points", "openness", "pose"]),
    "head": (HeadNet, PartsForUse, HEAD_SIDE, ["maps"]),
}


def export(name: str, cache: Path, channels: int = 3) -> Path:
    """The ONNX file of the network `name`, from its checkpoint in `cache`; in 16 bits where that changes no answer."""
    kind, wrap, side, outputs = KINDS[name]
    net = kind()
    net.load_state_dict(averaged(cache / f"{name}.run"))
    return write(wrap(net).eval(), FOLDER / f"{name}.onnx", (channels, side), outputs)


def write(use: nn.Module, path: Path, given: tuple[int, int], outputs: list[str]) -> Path:
    """`use` as ONNX at `path`, where it sees (n, channels, side, side); `given` is (channels, side).

    SystemExit where the file answers otherwise than the network.
    """
    channels, side = given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        example = torch.rand(1, channels, side, side)
        torch.onnx.export(use, (example,), str(path), input_names=["rgb"], output_names=outputs,
                          opset_version=18, dynamo=False,
                          dynamic_axes={key: {0: "n"} for key in ("rgb", *outputs)})  # fmt: skip
    whole, seen = onnx.load(path), pictures(channels, side)
    for model in (stored_short(deepcopy(whole)), whole):
        onnx.checker.check_model(model)
        onnx.save(model, path)
        if (apart := differing(use, path, seen)) <= EXACT:
            return path
    raise SystemExit(f"{path.name}: the exported network differs from the trained one by {apart}; at most {EXACT}")


def stored_short(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with its large weights kept as 16-bit integers, times a scale for every output channel, and
    made whole when it is opened: half the file, fp32 speed, and finer than halves, which keep 11 bits."""
    graph = model.graph
    large = [w for w in graph.initializer if w.data_type == onnx.TensorProto.FLOAT and np.prod(w.dims) > 256]
    opened = []
    for weight in large:
        values = onnx.numpy_helper.to_array(weight)
        scale = np.abs(values).max(axis=tuple(range(1, values.ndim)), keepdims=True) / MOST + TINY
        short, whole = f"{weight.name}.short", f"{weight.name}.whole"
        graph.initializer.remove(weight)
        graph.initializer.append(onnx.numpy_helper.from_array(np.rint(values / scale).astype(np.int16), short))
        graph.initializer.append(onnx.numpy_helper.from_array(scale.astype(np.float32), f"{weight.name}.scale"))
        opened.append(onnx.helper.make_node("Cast", [short], [whole], to=onnx.TensorProto.FLOAT))
        opened.append(onnx.helper.make_node("Mul", [whole, f"{weight.name}.scale"], [weight.name]))
    nodes = [*opened, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def pictures(channels: int, side: int) -> Tensor:
    """(9, channels, side, side) 0..1 to ask both networks about: smooth to rough and dark to bright, like photos."""
    torch.manual_seed(0)
    coarse = [torch.rand(3, channels, 4 * 4**step, 4 * 4**step) for step in range(3)]
    fine = [nn.functional.interpolate(each, (side, side), mode="bicubic") for each in coarse]
    light = torch.tensor([0.3, 0.6, 1.0])[:, None, None, None]
    return torch.cat([each * light for each in fine]).clamp(0, 1)


def differing(use: nn.Module, path: Path, rgb: Tensor) -> float:
    """The largest difference between the file's answers and the network's, of 1 or of the answer's own range."""
    with torch.no_grad():
        wanted = use(rgb)
    got = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, {"rgb": rgb.numpy()})
    pairs = zip([wanted] if isinstance(wanted, Tensor) else wanted, got, strict=True)
    return max(float(np.abs(a.numpy() - b).max()) / max(1.0, float(np.abs(b).max())) for a, b in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts, face, head; all where none is named")
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.names or KINDS:
        path = export(name, options.cache)
        print(f"{path} {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
