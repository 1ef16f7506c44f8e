"""The denoiser against its controls, on held-out clips and on held-out photos rendered as scenes.

off: the fill alone. blurred: the fill, softened in holes as far as helped most on training samples. decoder: the
decoder without sampling, its residual zero. on: what the clip shows. Other weights, by folder, are judged beside them.
Run: python -m training.denoiser.evaluate [--clips 40] [--photos 30] [--sheets FOLDER] [--weights NAME=FOLDER ...]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime as ort
from skimage import data

from stillreel.frames.denoiser import encode, refine
from stillreel.frames.shapes import KeyRender
from stillreel.models.embedded import networks
from training.denoiser.cache import PHOTO_SHORT, manifest
from training.denoiser.clips import clip_sample, own_fill, windows
from training.denoiser.measure import FEWEST, FIGURES, bootstrap, compared, figures
from training.denoiser.scenes import Photos, Sample, two_layer_sample

FRAMES = 8
LEAST_VALID = 0.7
SOFTNESS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
AMOUNTS = (0.5, 1.0)
NETWORKS = ("autoencoder_encoder", "autoencoder_decoder", "denoiser")
Pictures = dict[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """One held-out sample and where it is from: samples of one source are not independent."""

    source: str
    sample: Sample


def key_render(sample: Sample) -> KeyRender:
    """The sample as the renderer would hand it over."""
    return KeyRender(
        sample.render.astype(np.float32) / 255, sample.valid.astype(np.float32) / 255, sample.backward,
        sample.disparity, sample.motion, sample.times.astype(np.float32),
    )  # fmt: skip


def clips(split: str, count: int) -> Iterator[Case]:
    """Whole windows of clips whose frames show most of frame 0, one source after the other."""
    rng, rows = np.random.default_rng(31), manifest("video", split)
    for path in sorted(windows(split), key=lambda path: path.stem[::-1]):
        if not count:
            return
        sample = clip_sample(rng, path, FRAMES, None, own_fill)
        if (sample.valid.mean((1, 2)) / 255).min() > LEAST_VALID:
            count -= 1
            row = rows[int(path.stem.split("-")[0])]
            yield Case(f"{row['source']}/{row['source_path']}", sample)


def scenes(split: str, count: int) -> Iterator[Case]:
    """Scenes of two photos each, on the denoiser's grid, completed by the renderer's own fill."""
    photos = Photos(split)
    for number in range(count):
        rng = np.random.default_rng([37, number, split == "train"])
        size = (256, 448) if number % 3 else (384, 304)
        yield Case(f"scene {number}", two_layer_sample(rng, photos, FRAMES, size, own_fill=True))


def public_scenes(split: str, count: int) -> Iterator[Case]:
    """Scenes of photos that anyone may show: those inside scikit-image (public domain and CC0)."""
    photos = [small(getattr(data, name)()) for name in ("astronaut", "coffee", "chelsea")]
    for number in range(count):
        rng = np.random.default_rng([41, number, split == "train"])
        yield Case(f"scene {number}", two_layer_sample(rng, photos, FRAMES, (256, 448), own_fill=True))


def small(picture: np.ndarray) -> np.ndarray:
    """The picture with a short side of 384 pixels."""
    scale = PHOTO_SHORT / min(picture.shape[:2])
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def blurred(render: KeyRender, sigma: float, amount: float) -> np.ndarray:
    """(K, h, w, 3): the render, softened in its holes."""
    soft = np.stack([cv2.GaussianBlur(frame, (0, 0), sigma) for frame in render.colour])
    return render.colour + amount * (1 - render.valid)[..., None] * (soft - render.colour)


def best_blur(cases: Iterator[Case]) -> tuple[float, float]:
    """(sigma, amount) of the blur that comes nearest to the truth in holes, over the last frames of `cases`."""
    errors = np.zeros((len(SOFTNESS), len(AMOUNTS)))
    for case in cases:
        render, truth = case.sample.render[-1] / np.float32(255), case.sample.target[-1] / np.float32(255)
        hole = case.sample.valid[-1] < 128
        if hole.sum() < FEWEST:
            continue
        for row, sigma in enumerate(SOFTNESS):
            soft = cv2.GaussianBlur(render, (0, 0), sigma)[hole]
            for column, amount in enumerate(AMOUNTS):
                mixed = render[hole] + amount * (soft - render[hole])
                errors[row, column] += np.abs(mixed - truth[hole]).mean()
    row, column = np.unravel_index(int(errors.argmin()), errors.shape)
    return SOFTNESS[row], AMOUNTS[column]


def unsampled(render: KeyRender) -> np.ndarray:
    """(K, h, w, 3): what the decoder makes of the render alone, blended as it says."""
    frames = [render.colour[0]]
    for k in range(1, len(render.times)):
        guide = np.stack([render.valid[k], render.motion[k], render.disparity[k]])[None]
        latent = encode(render.colour[k]).transpose(2, 0, 1)[None]
        feed = {"latent": latent, "render": render.colour[k].transpose(2, 0, 1)[None], "guide": guide}
        colour, blend = (
            np.asarray(part)[0] for part in networks.session("autoencoder_decoder").run(None, feed)
        )
        frames.append(
            render.colour[k] + blend.transpose(1, 2, 0) * (colour.transpose(1, 2, 0) - render.colour[k])
        )
    return np.stack(frames)


def sampled(render: KeyRender, seed: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """(K, h, w, 3) with the denoiser on, and the blend weight (K, h, w)."""
    made = refine(render, seed, steps)
    return render.colour + made.blend[..., None] * (made.colour - render.colour), made.blend


@dataclass
class Judge:
    """The variants of every case, measured."""

    blur: tuple[float, float]
    steps: int
    others: Mapping[str, Mapping[str, ort.InferenceSession]]

    def variants(self, render: KeyRender, seed: int) -> tuple[Pictures, Pictures]:
        """(frames, blend weight) by name."""
        on, blend = sampled(render, seed, self.steps)
        blends = {"on": blend}
        frames = {
            "off": render.colour, "blurred": blurred(render, *self.blur), "decoder": unsampled(render), "on": on,
        }  # fmt: skip
        for name, sessions in self.others.items():
            with networks.using(sessions):
                frames[name], blends[name] = sampled(render, seed, self.steps)
        return frames, blends

    def judge(self, title: str, cases: Iterator[Case], sheets: Path | None) -> dict[str, object]:
        """Print the table of `cases` and write their sheets; the figures of every sample."""
        rows, sources, shares = [], [], []
        for number, case in enumerate(cases):
            render, truth = key_render(case.sample), case.sample.target / np.float32(255)
            frames, blends = self.variants(render, number)
            rows.append({name: figures(truth, render, one) for name, one in frames.items()})
            shares.append({name: float(blend[1:].mean()) for name, blend in blends.items()})
            sources.append(case.source)
            if sheets is not None:
                sheets.mkdir(parents=True, exist_ok=True)
                sheet = side_by_side(truth, frames, blends["on"])
                cv2.imwrite(str(sheets / f"{title.split()[-1]}-{number:02d}.png"), sheet)
        print(table(title, rows, sources, shares), flush=True)
        return {"title": title, "sources": sources, "rows": rows, "blend": shares}


def table(title: str, rows: list, sources: list[str], shares: list[dict[str, float]]) -> str:
    """Means of every variant, and what each gains or loses against off and against the blur, with 95 % intervals."""
    blends = ", ".join(f"{name} {np.mean([one[name] for one in shares]):.4f}" for name in shares[0])
    lines = [f"{title}: {len(rows)} samples of {len(set(sources))} sources; mean blend weight {blends}"]
    lines.append(f"  {'':10s}" + "".join(f"{figure:>10s}" for figure in FIGURES))
    for name in rows[0]:
        means = [bootstrap([row[name][figure] for row in rows], sources)[0] for figure in FIGURES]
        lines.append(f"  {name:10s}" + "".join(f"{mean:10.3f}" for mean in means))
    pairs = [
        (name, base) for name in rows[0] for base in ("off", "blurred", "on") if name not in ("off", base)
    ]
    for ours, theirs in pairs:
        parts = (compared(rows, sources, figure, ours, theirs) for figure in FIGURES)
        told = "  ".join(
            f"{f} {m:+.3f} [{a:+.3f} {b:+.3f}]" for f, (m, a, b) in zip(FIGURES, parts, strict=True)
        )
        lines.append(f"  {ours} - {theirs}: {told}")
    return "\n".join(lines)


def side_by_side(truth: np.ndarray, frames: Pictures, blend: np.ndarray) -> np.ndarray:
    """(h, n w, 3) uint8 BGR of the last frame: truth, every variant, blend weight."""
    weight = np.repeat(blend[-1][..., None], 3, -1)
    parts = [truth[-1], *(one[-1] for one in frames.values()), weight]
    sheet = (255 * np.clip(np.concatenate(parts, 1), 0, 1) + 0.5).astype(np.uint8)
    return cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR)


def sessions_of(folder: Path) -> dict[str, ort.InferenceSession]:
    """The denoiser's three networks in `folder`."""
    return {name: networks.open_session(str(folder / f"{name}.onnx")) for name in NETWORKS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--photos", type=int, default=30)
    parser.add_argument("--public", type=int, default=0, help="scenes of photos inside scikit-image")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--sheets", type=Path)
    parser.add_argument("--figures", type=Path, help="where the figures of every sample go, as JSON")
    parser.add_argument("--weights", action="append", default=[], metavar="NAME=FOLDER")
    chosen = parser.parse_args()
    cv2.setNumThreads(1)
    named = (item.split("=", 1) for item in chosen.weights)
    others = {name: sessions_of(Path(folder)) for name, folder in named}
    kinds: tuple[tuple[str, Callable[[str, int], Iterator[Case]], int], ...] = (
        ("held-out clips", clips, chosen.clips), ("held-out photos", scenes, chosen.photos),
        ("public scenes", public_scenes, chosen.public),
    )  # fmt: skip
    told = []
    for title, cases, count in (kind for kind in kinds if kind[2]):
        blur = best_blur(cases("train", 24))
        print(f"{title}: best blur on training samples sigma {blur[0]:g}, amount {blur[1]:g}", flush=True)
        told.append(Judge(blur, chosen.steps, others).judge(title, cases("val", count), chosen.sheets))
    if chosen.figures is not None:
        chosen.figures.write_text(json.dumps(told))


if __name__ == "__main__":
    main()
