"""How true a clip stays to its photo and to its own first frame."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.evaluation.along import LEAST, similarity
from stillreel.evaluation.flow import sampled
from stillreel.evaluation.footage import sharpness, shrunk
from stillreel.evaluation.metric import Metric
from stillreel.evaluation.metrics.numbers import highest, mean, middle
from stillreel.evaluation.observation import Observation

__all__ = ["FIDELITY", "kept"]


def _first_error(seen: Observation) -> float | None:
    if seen.photo is None:
        return None
    return float(np.mean(cv2.mean(cv2.absdiff(seen.footage.first, _photo(seen)))[:3]))


def _first_similarity(seen: Observation) -> float | None:
    if seen.photo is None:
        return None
    return float(similarity(_grey(shrunk(_photo(seen))), _grey(shrunk(seen.footage.first))).mean())


def _photo(seen: Observation) -> np.ndarray:
    """(H, W, 3) uint8, at the clip's size whatever it was given in."""
    assert seen.photo is not None
    width, height = seen.footage.size
    right = seen.photo.shape[:2] == (height, width)
    return seen.photo if right else cv2.resize(seen.photo, (width, height), interpolation=cv2.INTER_AREA)


def _grey(frame: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)


def kept(seen: Observation, where: np.ndarray | None = None, photo: bool = False) -> np.ndarray:
    """(keys,) similarity of the first frame (or the photo) to each key along the motion, over `where` (h, w) bool."""
    first = _grey(shrunk(_photo(seen))) if photo else seen.footage.luma[0].astype(np.float32)
    found = []
    for key, motion in zip(seen.keys, seen.reach, strict=True):
        moved = sampled(seen.footage.luma[key].astype(np.float32), motion.forward)
        counted = _inside(motion.forward) if where is None else _inside(motion.forward) & where
        enough = counted.mean() > LEAST
        found.append(float(similarity(first, moved)[counted].mean()) if enough else float("nan"))
    return np.array(found)


def _inside(displacement: np.ndarray) -> np.ndarray:
    height, width = displacement.shape[:2]
    x = displacement[..., 0] + np.arange(width, dtype=np.float32)
    y = displacement[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)


def _steady(seen: Observation, where: np.ndarray | None = None) -> np.ndarray:
    """(n - 1,) similarity of each frame to the next along the motion."""
    similar = seen.along.similar.astype(np.float32)
    if where is None:
        return similar.mean(axis=(1, 2))
    small = cv2.resize(where.astype(np.uint8), similar.shape[:0:-1], interpolation=cv2.INTER_AREA) > 0
    return similar[:, small].mean(axis=1) if small.any() else np.full(len(similar), np.nan)


def _photo_consistency(seen: Observation) -> float | None:
    if seen.photo is None:
        return None
    likest = _first_similarity(seen)
    steady = _steady(seen)
    to_photo = mean(kept(seen, photo=True))
    if likest is None or to_photo is None:
        return None
    return 0.4 * max(likest, to_photo) + 0.3 * to_photo + 0.3 * float(steady.min())


def _background(seen: Observation) -> np.ndarray | None:
    """(h, w) bool, outside the subject; None where no subject is known: the whole picture."""
    subject = None if seen.scene is None else seen.scene.subject
    if subject is None or subject.max() < 0.5:
        return None
    height, width = seen.footage.luma.shape[1:]
    outside = cv2.resize(subject, (width, height), interpolation=cv2.INTER_AREA) < 0.3
    return outside if outside.mean() > 0.1 else None


def _background_consistency(seen: Observation) -> float | None:
    where = _background(seen)
    steady, first = mean(_steady(seen, where)), mean(kept(seen, where))
    return None if steady is None or first is None else (steady + first) / 2


def _sharpness_course(seen: Observation) -> np.ndarray:
    """(n,) over that of the photo, or of the first frame."""
    of = seen.footage.detail[0] if seen.photo is None else sharpness(_photo(seen))
    return seen.footage.detail / of if of > 0.2 else np.full(len(seen.footage.detail), np.nan)


def _sharpness(seen: Observation) -> float | None:
    return middle(_sharpness_course(seen))


def _colour_course(seen: Observation) -> np.ndarray:
    """(keys,) CIE76 difference of the mean colours of what first frame and key both show."""
    first = _lab(seen.footage.frames[0] if seen.photo is None else shrunk(_photo(seen)))
    found = []
    for key, motion in zip(seen.keys, seen.reach, strict=True):
        both = motion.trusted
        later = sampled(_lab(seen.footage.frames[key]), motion.forward)
        apart = np.linalg.norm((later - first)[both].mean(axis=0)) if both.mean() > LEAST else np.nan
        found.append(float(apart))
    return np.array(found)


def _lab(frame: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def _colour_drift(seen: Observation) -> float | None:
    return highest(_colour_course(seen))


FIDELITY = (
    Metric(
        "first_frame_error", "levels", "lower",
        "Mean absolute difference of the clip's first frame from the photo at the clip's size, over RGB, 0..255.",
        ("real = frozen", "real < jitter", "real <= reversed", "real <= shuffled"), _first_error,
    ),
    Metric(
        "first_frame_similarity", "", "higher",
        "SSIM of the luma of first frame and photo at 512 pixels, -1..1: structure, where first_frame_error also sees "
        "brightness (Wang et al., 2004).",
        ("real = frozen", "jitter < real", "reversed <= real", "shuffled <= real"), _first_similarity,
    ),
    Metric(
        "photo_consistency_proxy", "", "higher",
        "Stands in for VBench's i2v_subject with the same weights (0.4 best to the photo, 0.3 mean to the photo, 0.3 "
        "least to the frame before), but on SSIM along the motion instead of DINO features, -1..1.",
        ("real <= frozen", "shuffled < real", "wobble < real"), _photo_consistency,
        lambda seen: kept(seen, photo=seen.photo is not None),
    ),
    Metric(
        "background_consistency_proxy", "", "higher",
        "Stands in for VBench's background_consistency: mean of the similarity to the frame before and to the first "
        "frame, outside the subject where one is known, by SSIM along the motion instead of CLIP features, -1..1.",
        ("real <= frozen",), _background_consistency,
        lambda seen: kept(seen, _background(seen)),
    ),
    Metric(
        "sharpness", "", "higher",
        "Median over the frames of the mean absolute Laplacian at the clip's own size, over that of the photo (else of "
        "the first frame): 1 as sharp, less is blur, clearly more is grain or sharpening.",
        ("faded < real",), _sharpness, _sharpness_course,
    ),
    Metric(
        "colour_drift", "dE", "lower",
        "90th percentile along the clip of the CIE76 difference between the mean Lab colours of what the first frame "
        "(or the photo) and a later one both show; 0 none, 2.3 just seen.",
        ("frozen <= real", "real < faded"), _colour_drift, _colour_course,
    ),
)  # fmt: skip
