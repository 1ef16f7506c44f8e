"""Cut photos into numbered segments, for a person to name: surroundings, animals, vehicles, products, fire.

    segmenter-venv/bin/python -m training.labels.stuff segments [--fine] --cache CACHE LIST.txt
    python -m training.labels.stuff sheets --cache CACHE --out FOLDER LIST.txt
    python -m training.labels.stuff gather --cache CACHE NAMES.txt  (writes stuff.jsonl)
    python -m training.labels.stuff amend --cache CACHE NAMES.txt  (names more of it, with other segments)

MobileSAM (Zhang et al., 2023; Apache-2.0) proposes masks at a grid of points; the larger are painted first, so that
every pixel ends in the smallest mask that holds it. NAMES.txt has a line a photo, `PHOTO: s 1,4 w 3 f 2,5 * o`: a
letter of `stuff_data.LETTERS`, its segments, and the letter of all others (x, not to be learned from, where none is
given). `PHOTO: * o` needs no segments. LIST.txt: a path a line. Where a photo is amended, its other letters stay; the
others of a new one are n. `? tv` names things that may be there unnamed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.students.data import data_folder, samples
from training.students.stuff_data import LABELS, Labelled, encode

SIDE = 640  # px, the segmenter's input: it learned at 1024, but half its cost keeps regions as whole
CELLS, GRID = SIDE // 16, SIDE // 2  # the encoder's cells, and the size of the segments, along the long side
LONG = 192  # px: the labels that are kept


@dataclass(frozen=True)
class Fineness:
    """How small the segments are: points a side of each grid, least share of the photo, most segments a photo."""

    grids: tuple[int, ...]
    smallest: float
    most: int


SURROUNDINGS = Fineness((5, 12), 0.004, 26)
PEOPLE = Fineness((10,), 0.0008, 48)  # hair, limbs and clothes lie inside larger masks: every point is asked


def name_of(path: str) -> str:
    """The file name of a photo's segments in the cache."""
    return path.rsplit(".", 1)[0].replace("/", "__")


class Segmenter:
    """MobileSAM from the package that carries its weights, without what it does not need (timm, torchvision)."""

    def __init__(self, fineness: Fineness = SURROUNDINGS) -> None:
        import torch

        self.torch, self.fineness = torch, fineness
        package = Path(
            next(iter(importlib.machinery.PathFinder.find_spec("mobilesam").submodule_search_locations))
        )
        _stand_ins(package, torch)
        model = importlib.import_module("mobilesam.modeling")
        encoder = model.TinyViT(
            img_size=SIDE, in_chans=3, num_classes=1000, embed_dims=[64, 128, 160, 320], depths=[2, 2, 6, 2],
            num_heads=[2, 4, 5, 10], window_sizes=[7, 7, 14, 7], mlp_ratio=4.0, drop_rate=0.0, drop_path_rate=0.0,
            use_checkpoint=False, mbconv_expand_ratio=4.0, local_conv_size=3, layer_lr_decay=0.8)  # fmt: skip
        prompts = model.PromptEncoder(256, (CELLS, CELLS), (SIDE, SIDE), 16)
        decoder = model.MaskDecoder(
            num_multimask_outputs=3, transformer=model.TwoWayTransformer(2, 256, 8, 2048), transformer_dim=256,
            iou_head_depth=3, iou_head_hidden_dim=256)  # fmt: skip
        self.sam = model.Sam(encoder, prompts, decoder)
        weights = torch.load(package / "weights" / "mobile_sam.pt", weights_only=True, map_location="cpu")
        self.sam.load_state_dict(weights)
        self.sam.eval()

    def _encode(self, picture):
        """The encoder's own forward, which holds only for 1024 px."""
        encoder = self.sam.image_encoder
        x = encoder.patch_embed(picture)
        for layer in encoder.layers:
            x = layer(x)
        return encoder.neck(x.view(1, CELLS, CELLS, -1).permute(0, 3, 1, 2))

    def segments(self, rgb: np.ndarray) -> np.ndarray:
        """(h, w) uint8 at most 320 px long: the number of each pixel's segment, from 1."""
        torch, sam = self.torch, self.sam
        scale = SIDE / max(rgb.shape[:2])
        size = round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)
        large = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        height, width = -(-size[1] // 4), -(-size[0] // 4)
        with torch.no_grad():
            picture = (torch.from_numpy(large).permute(2, 0, 1).float() - sam.pixel_mean) / sam.pixel_std
            padded = torch.nn.functional.pad(picture, (0, SIDE - size[0], 0, SIDE - size[1]))
            seen = self._encode(padded[None])
            masks: list[np.ndarray] = []
            for count in self.fineness.grids:
                points = _grid(count, size, masks)
                masks += self._masks(seen, points, height, width)
        large = [
            cv2.resize(mask.astype(np.float32), (2 * width, 2 * height)) > 0 for mask in _distinct(masks)
        ]
        return _paint(large, (2 * height, 2 * width), self.fineness)

    def _masks(self, seen, points: np.ndarray, height: int, width: int) -> list[np.ndarray]:
        """The sure and stable masks of each point, best first: (h, w) float32, positive inside."""
        torch, sam, kept = self.torch, self.sam, []
        for start in range(0, len(points), 16):
            some = torch.from_numpy(points[start : start + 16, None]).float()
            prompt = (some, torch.ones(some.shape[:2]))
            sparse, dense = sam.prompt_encoder(points=prompt, boxes=None, masks=None)
            logits, sure = sam.mask_decoder(
                image_embeddings=seen, image_pe=sam.prompt_encoder.get_dense_pe(), sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense, multimask_output=True)  # fmt: skip
            logits = logits[..., :height, :width].flatten(0, 1).numpy()
            for logit, iou in zip(logits, sure.flatten().tolist()):
                stable = (logit > 1).sum() / max((logit > -1).sum(), 1)
                if iou > 0.8 and stable > 0.85 and self.fineness.smallest < (logit > 0).mean() < 0.9:
                    kept.append((float(iou), logit))
        return [logit for _, logit in sorted(kept, key=lambda each: -each[0])]


def _stand_ins(package: Path, torch: types.ModuleType) -> None:
    """The package without its __init__, and the three names of timm that its encoder imports."""
    bare = types.ModuleType("mobilesam")
    bare.__path__ = [str(package)]
    layers = types.ModuleType("timm.models.layers")
    layers.DropPath = torch.nn.Identity
    layers.to_2tuple = lambda x: x if isinstance(x, tuple) else (x, x)
    layers.trunc_normal_ = torch.nn.init.trunc_normal_
    registry = types.ModuleType("timm.models.registry")
    registry.register_model = lambda function: function
    sys.modules |= {"mobilesam": bare, "timm": types.ModuleType("timm"), "timm.models": types.ModuleType("timm.models"),
                    "timm.models.layers": layers, "timm.models.registry": registry}  # fmt: skip


def _grid(count: int, size: tuple[int, int], masks: list[np.ndarray]) -> np.ndarray:
    """(n, 2) points of a regular grid that no mask holds yet."""
    steps = (np.arange(count) + 0.5) / count
    points = np.stack(np.meshgrid(steps * size[0], steps * size[1]), -1).reshape(-1, 2)
    if not masks:
        return points
    held = np.any([mask > 0 for mask in masks], axis=0)
    return points[[not held[int(y / 4), int(x / 4)] for x, y in points]]


def _distinct(masks: list[np.ndarray]) -> list[np.ndarray]:
    """Masks that overlap no better one by more than 0.7."""
    kept: list[np.ndarray] = []
    for mask in masks:
        inside = mask > 0
        if all((inside & (other > 0)).sum() < 0.7 * (inside | (other > 0)).sum() for other in kept):
            kept.append(mask)
    return kept


def _paint(masks: list[np.ndarray], shape: tuple[int, int], fineness: Fineness) -> np.ndarray:
    """(h, w) uint8 numbers from 1 on; small masks lie on large ones; what none holds falls apart into its islands."""
    label = np.zeros(shape, np.int32)
    for number, mask in enumerate(sorted(masks, key=lambda each: -each.sum()), 1):
        label[mask] = number
    for _, islands in [cv2.connectedComponents((label == 0).astype(np.uint8))]:
        label = np.where(label == 0, islands + 1000, label)
    for number in np.unique(label):  # thin rests join what surrounds them
        if (label == number).mean() < fineness.smallest:
            label[label == number] = -1
    numbers = sorted(np.unique(label[label > 0]), key=lambda n: -(label == n).sum())[: fineness.most]
    if not numbers:
        return np.ones(shape, np.uint8)
    gaps = [cv2.distanceTransform((label != n).astype(np.uint8), cv2.DIST_L2, 3) for n in numbers]
    return (np.argmin(gaps, axis=0) + 1).astype(np.uint8)


def cut(cache: Path, paths: list[str], fineness: Fineness = SURROUNDINGS) -> None:
    """Segments of every photo of the list that has none yet, as PNG."""
    segmenter = None
    for path in paths:
        out = cache / f"{name_of(path)}.png"
        picture = cv2.imread(str(data_folder() / path))
        if out.exists() or picture is None:
            continue
        segmenter = segmenter or Segmenter(fineness)
        cv2.imwrite(str(out), segmenter.segments(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)))
        print(path, flush=True)


def splits() -> dict[str, str]:
    """train, val, or withheld (one in eight of the train split), by the path of every photo."""
    return {entry.path: _split(entry.path, entry.split) for entry in samples(data_folder())}


def _split(path: str, split: str, share: int = 8) -> str:
    withheld = split == "train" and int(hashlib.md5(path.encode()).hexdigest(), 16) % share == 0
    return "withheld" if withheld else split


def gather(cache: Path, names: Path) -> None:
    """Write the label file: every named photo."""
    split, out = splits(), []
    for line in names.read_text().splitlines():
        path, words = line.split(": ", 1)
        letters = letters_of(cache, path, words)
        size = [letters.shape[1], letters.shape[0]]
        out.append({"path": path, "split": split[path], "size": size, "runs": encode(letters)})
    LABELS.write_text("".join(json.dumps(entry) + "\n" for entry in out))


def amend(cache: Path, names: Path) -> None:
    """Put what is named into the label file. Of photos that are new in it half are withheld: things are few in val."""
    entries = {entry["path"]: entry for entry in map(json.loads, LABELS.read_text().splitlines())}
    split = {entry.path: _split(entry.path, entry.split, share=2) for entry in samples(data_folder())}
    for line in names.read_text().splitlines():
        path, words = line.split(": ", 1)
        words, _, unsure = words.partition("?")
        entry = entries.get(path) or {"path": path, "split": split[path], "size": [1, 1], "runs": "n1"}
        size, runs = tuple(entry["size"]), entry["runs"]
        letters = Labelled(path, entry["split"], size, runs).letters()
        named = letters_of(cache, path, words + " * z")
        if named.size > 1:
            shape = named.shape if letters.size == 1 else letters.shape
            letters, named = (cv2.resize(each, shape[::-1], interpolation=cv2.INTER_NEAREST)
                              for each in (letters, named))  # fmt: skip
            letters = np.where(named == ord("z"), letters, named)
        entry |= {"size": [letters.shape[1], letters.shape[0]], "runs": encode(letters)}
        entries[path] = entry | ({"unsure": unsure.strip()} if unsure.strip() else {})
    LABELS.write_text("".join(json.dumps(entry) + "\n" for entry in entries.values()))


def letters_of(cache: Path, path: str, words: str) -> np.ndarray:
    """(h, w) uint8 letters of a photo, at most 192 px long; (1, 1) where it is one thing throughout."""
    tokens = words.replace("*", "* ").split()
    rest = tokens[tokens.index("*") + 1] if "*" in tokens else "x"
    named = re.findall(r"([a-z])\s*(\d[\d,]*)", words)
    if not named:
        return np.full((1, 1), ord(rest), np.uint8)
    label = cv2.imread(str(cache / f"{name_of(path)}.png"), cv2.IMREAD_GRAYSCALE)
    letter = np.full(256, ord(rest), np.uint8)
    for each, numbers in named:
        letter[[int(number) for number in numbers.split(",") if number]] = ord(each)
    scale = LONG / max(label.shape)
    size = round(label.shape[1] * scale), round(label.shape[0] * scale)
    return cv2.resize(letter[label], size, interpolation=cv2.INTER_NEAREST)


def sheet(cache: Path, paths: list[str], tile: int, across: int) -> np.ndarray:
    """The photos side by side, their segments outlined and numbered."""
    tiles = [_tile(cache, path, index, tile) for index, path in enumerate(paths, 1)]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % across)
    return np.vstack([np.hstack(tiles[i : i + across]) for i in range(0, len(tiles), across)])


def _tile(cache: Path, path: str, index: int, side: int) -> np.ndarray:
    picture, label = cv2.imread(str(data_folder() / path)), cv2.imread(str(cache / f"{name_of(path)}.png"), 0)
    scale = (side - 22) / max(picture.shape[:2])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    label = cv2.resize(label, size, interpolation=cv2.INTER_NEAREST)
    edge = cv2.morphologyEx(label, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) > 0
    picture[edge] = (0, 255, 255)
    for number in np.unique(label):
        inner = cv2.copyMakeBorder((label == number).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
        _, _, _, (x, y) = cv2.minMaxLoc(cv2.distanceTransform(inner, cv2.DIST_L2, 3))
        place = max(0, x - 6 - 4 * (number > 9)), y + 5
        for colour, thick in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.putText(
                picture, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, 0.47, colour, thick, cv2.LINE_AA
            )
    out = np.zeros((side, side, 3), np.uint8)
    out[22 : 22 + size[1], : size[0]] = picture
    cv2.putText(
        out, f"#{index} {Path(path).stem[:34]}", (2, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 255, 0), 1
    )
    return out


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("job", choices=("segments", "sheets", "gather", "amend"))
    parser.add_argument("list", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--fine", action="store_true", help="segments as small as hair and hands need")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.job == "gather":
        gather(options.cache, options.list)
        return
    if options.job == "amend":
        amend(options.cache, options.list)
        return
    paths = [line.strip() for line in options.list.read_text().splitlines() if line.strip()]
    if options.job == "segments":
        importlib.import_module("torch").set_num_threads(1)
        options.cache.mkdir(parents=True, exist_ok=True)
        cut(options.cache, paths, PEOPLE if options.fine else SURROUNDINGS)
        return
    ready = [path for path in paths if (options.cache / f"{name_of(path)}.png").exists()]
    for number, start in enumerate(range(0, len(ready), 6)):
        cv2.imwrite(
            str(options.out / f"sheet{number:03d}.png"),
            sheet(options.cache, ready[start : start + 6], 520, 3),
        )


if __name__ == "__main__":
    main()
