"""Run the teachers of portrait parts and matte once over the data and keep what they say.

    python -m training.students.teach_parts --teachers FOLDER --cache FOLDER

Needs mediapipe and onnxruntime (an environment of its own: mediapipe pins its own numpy). FOLDER of teachers holds
selfie_multiclass_256x256.tflite, modnet.onnx and u2netp.onnx; the model card says where they come from.
Each picture becomes one (SIDE, SIDE, 9) uint8 array: RGB, then the six maps of `data.MAPS`.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path
from zlib import crc32

import cv2
import mediapipe as mp
import numpy as np
import onnxruntime as ort

from training.students.data import SIDE, Sample, data_folder, load, samples

HAIR, BODY, FACE, CLOTHES = 1, 2, 3, 4  # channels of selfie_multiclass; 0 is background, 5 other
THIN = {"free-exercise-db": 3, "public-domain-recipes": 2, "tidybot2": 3, "gmdcsa24": 2}  # keep one in so many
AGREEMENT = 0.5  # a portrait matte is trusted only where saliency agrees this well


class Teachers:
    """The three frozen networks, one thread each."""

    def __init__(self, folder: Path) -> None:
        tasks = mp.tasks
        options = tasks.vision.ImageSegmenterOptions(
            base_options=tasks.BaseOptions(model_asset_path=str(folder / "selfie_multiclass_256x256.tflite")),
            output_confidence_masks=True)  # fmt: skip
        self.selfie = tasks.vision.ImageSegmenter.create_from_options(options)
        single = ort.SessionOptions()
        single.intra_op_num_threads = single.inter_op_num_threads = 1
        self.modnet = ort.InferenceSession(str(folder / "modnet.onnx"), single)
        self.u2netp = ort.InferenceSession(str(folder / "u2netp.onnx"), single)

    def parts(self, rgb: np.ndarray) -> np.ndarray:
        """(H, W, 6) float32 probabilities of the selfie model's classes."""
        result = self.selfie.segment(mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(rgb)))
        return np.stack([np.squeeze(mask.numpy_view()) for mask in result.confidence_masks], axis=-1)

    def matte(self, rgb: np.ndarray) -> np.ndarray:
        small = cv2.resize(rgb, (384, 384), interpolation=cv2.INTER_AREA).astype(np.float32) / 127.5 - 1.0
        alpha = self.modnet.run(None, {self.modnet.get_inputs()[0].name: small.transpose(2, 0, 1)[None]})[0]
        return cv2.resize(np.squeeze(alpha), (SIDE, SIDE), interpolation=cv2.INTER_AREA)

    def saliency(self, rgb: np.ndarray) -> np.ndarray:
        small = cv2.resize(rgb, (320, 320), interpolation=cv2.INTER_AREA).astype(np.float32)
        small = (small / max(float(small.max()), 1.0) - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
        feed = {self.u2netp.get_inputs()[0].name: small.transpose(2, 0, 1)[None].astype(np.float32)}
        first = self.u2netp.run([self.u2netp.get_outputs()[0].name], feed)[0]
        return cv2.resize(np.squeeze(first), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)


def closer(teachers: Teachers, rgb: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Look again at the people alone where they fill little of the picture: the teacher was made for selfies."""
    ys, xs = np.nonzero(parts[..., 0] < 0.5)
    if len(ys) < 0.004 * parts[..., 0].size:
        return parts
    height, width = parts.shape[:2]
    y0, y1, x0, x1 = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    if (y1 - y0) * (x1 - x0) > 0.4 * height * width:
        return parts
    dy, dx = int(0.15 * (y1 - y0)) + 8, int(0.15 * (x1 - x0)) + 8
    y0, y1, x0, x1 = max(0, y0 - dy), min(height, y1 + dy), max(0, x0 - dx), min(width, x1 + dx)
    near = teachers.parts(rgb[y0:y1, x0:x1])
    if (near[..., 0] < 0.5).sum() < 0.5 * len(ys):
        return parts
    out = np.zeros_like(parts)
    out[..., 0] = 1.0
    out[y0:y1, x0:x1] = near
    return out


def labels(teachers: Teachers, rgb: np.ndarray, sample: Sample) -> tuple[np.ndarray, dict]:
    """(SIDE, SIDE, 6) float maps in the order of `MAPS`, and which of them may be learned from."""
    long_side = max(rgb.shape[:2])
    if long_side > 768:
        rgb = cv2.resize(rgb, None, fx=768 / long_side, fy=768 / long_side, interpolation=cv2.INTER_AREA)
    saliency = teachers.saliency(rgb)
    parts = np.zeros((*rgb.shape[:2], 6), np.float32)
    parts[..., 0] = 1.0
    if sample.people != 0:
        parts = closer(teachers, rgb, teachers.parts(rgb))
    parts = np.dstack([cv2.resize(parts[..., i : i + 3], (SIDE, SIDE), interpolation=cv2.INTER_AREA) for i in (0, 3)])
    person = 1.0 - parts[..., 0]
    subject, agreement = saliency, 0.0
    if (person > 0.5).mean() > 0.01:
        matte = teachers.matte(rgb)
        agreement = _iou(matte, saliency)
        subject = matte if agreement > AGREEMENT else saliency
    sure = float(np.abs(2 * person - 1)[person > 0.2].mean()) if (person > 0.2).any() else 1.0
    border = np.concatenate([subject[0], subject[-1], subject[:, 0], subject[:, -1]])
    wide = float((border > 0.5).mean())
    if sample.scenery and wide > 0.12:
        subject = np.zeros_like(subject)
    learn = {"parts": bool(sample.people != -1 or (person > 0.5).mean() < 0.002 or sure > 0.85),
             "subject": not (sample.scenery and 0.04 < wide <= 0.12)}  # fmt: skip
    maps = np.stack([subject, person, *(parts[..., c] for c in (HAIR, FACE, BODY, CLOTHES))], axis=-1)
    return maps, {**learn, "agreement": round(agreement, 3), "share": round(float((person > 0.5).mean()), 4)}


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a > 0.5, b > 0.5
    return float((a & b).sum() / max((a | b).sum(), 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teachers", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--shard", default="0/1", help="this process's share of the work, as in 0/2 and 1/2")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    shard, shards = map(int, options.shard.split("/"))
    root, folder = data_folder(), options.cache / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    teachers, todo = Teachers(options.teachers), samples(root, frames_per_clip=2)
    random.Random(0).shuffle(todo)
    todo = [s for s in todo if crc32(s.name.encode()) % THIN.get(s.source, 1) == 0]
    todo.sort(key=lambda s: (s.people != 1, s.frame is not None))  # the parts matter most: people first
    with (folder / "index.jsonl").open("a") as index:
        for sample in todo[shard::shards]:
            target = folder / f"{sample.name}.npy"
            if target.exists() or (rgb := load(root, sample)) is None:
                continue
            maps, note = labels(teachers, rgb, sample)
            picture = cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
            np.save(target, np.concatenate([picture, np.rint(np.clip(maps, 0, 1) * 255).astype(np.uint8)], axis=-1))
            aspect = round(rgb.shape[1] / rgb.shape[0], 4)
            index.write(json.dumps({"name": sample.name, **asdict(sample), "aspect": aspect, **note}) + "\n")
            index.flush()


if __name__ == "__main__":
    main()
