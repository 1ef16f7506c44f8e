"""Fit how surely the shipped depth is right from what the analysis itself sees, and judge that on other photos.

    python -m training.students.depth_confidence

For every photo that was ordered by hand and not trained on: the relief of its disparity, the doubt of the network
(picture against mirror image), and the share of its pairs in order. A logistic curve is fitted on the `judge` photos,
each counted as EACH pairs, because the pairs of one photo are not independent; the `held` ones tell whether it holds.
"""

from __future__ import annotations

import importlib
import json
from dataclasses import astuple, dataclass

import cv2
import numpy as np
from PIL import Image
from scipy.stats import spearmanr

from stillreel.scene import correction
from stillreel.scene.canvas import Canvas
from training.students.data import data_folder
from training.students.depth_data import LONG, Ordered, ordered
from training.students.evaluate_depth import HELD, judged, share

EACH, FEWEST = 10, 10  # pairs that a photo counts as, and has at least
RIDGE = 1.0


@dataclass(frozen=True)
class Seen:
    relief: float
    doubt: float
    formula: float  # the layered prior's own confidence, which this follows
    right: int  # pairs in order, of those at least 1 of 9 apart
    pairs: int
    clear: int  # and at least 2 apart
    clear_pairs: int


def seen(one: Ordered) -> Seen:
    """What the whole analysis makes of a photo at most LONG px long."""
    analyse = importlib.import_module("stillreel.scene.analyse").analyse
    rgb = np.asarray(Image.open(data_folder() / one.path).convert("RGB"))
    scale = min(1.0, LONG / max(rgb.shape))
    rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    doubts: list[float] = []

    def correct(canvas: Canvas, disparity: np.ndarray, sky: np.ndarray) -> tuple[np.ndarray, float]:
        found = correction.correct(canvas, disparity, sky)
        doubts.append(found[1])
        return found

    scene = analyse(np.ascontiguousarray(rgb), correct=correct)
    formula = analyse(np.ascontiguousarray(rgb), correct=None).confidence["disparity"]
    pairs = *judged(scene.disparity, one, 1), *judged(scene.disparity, one, 2)
    return Seen(float(scene.disparity.std()), doubts[0], formula, *pairs)


def fitted(clues: np.ndarray, right: np.ndarray) -> np.ndarray:
    """(k + 1,) constant and slopes of the logistic curve from (n, k) clues to (n,) shares in order: Newton's method."""
    mean, wide = clues.mean(0), clues.std(0)
    known = np.column_stack([np.ones(len(clues)), (clues - mean) / wide])
    ridge = RIDGE * np.diag([0.0] + [1.0] * clues.shape[1])
    weights = np.zeros(known.shape[1])
    for _ in range(50):
        told = 1 / (1 + np.exp(-known @ weights))
        slope = EACH * known.T @ (right - told) - ridge @ weights
        weights += np.linalg.solve((known * (EACH * told * (1 - told))[:, None]).T @ known + ridge, slope)
    slopes = weights[1:] / wide
    return np.concatenate([[weights[0] - slopes @ mean], slopes])


def main() -> None:
    cv2.setNumThreads(1)
    found: dict[str, list[Seen]] = {"judge": [], "held": []}
    for one in ordered():
        split = "held" if one.split in HELD else one.split
        if split in found and np.isfinite(one.near).sum() > 2:
            found[split].append(seen(one))
    tables = {split: np.array([[s.relief, s.doubt, s.formula, s.right, s.pairs] for s in rows if s.pairs > FEWEST])
              for split, rows in found.items()}  # fmt: skip
    judge = tables["judge"]
    weights = fitted(judge[:, :2], judge[:, 3] / judge[:, 4])
    print(json.dumps({"constant": weights[0], "relief": weights[1], "doubt": weights[2]}))
    shipped = np.array([correction.CONSTANT, correction.PER_RELIEF, correction.PER_DOUBT])
    for split, rows in tables.items():
        near, far = (share(np.array([astuple(each)[at : at + 2] for each in found[split]], float)) for at in (3, 5))
        print(f"{split}: {len(found[split])} photos, in order {near} of pairs 1 apart, {far} of pairs 2 apart")
        true = rows[:, 3] / rows[:, 4]
        expected = 1 / (1 + np.exp(-(shipped[0] + rows[:, :2] @ shipped[1:])))
        ours, formula = (spearmanr(each, true).statistic for each in (expected, rows[:, 2]))
        print(f"  expected against true, rank correlation {ours:.2f} (formula {formula:.2f}), {len(rows)} photos")
        for quarter in np.array_split(np.argsort(expected), 4):
            right = rows[quarter, 3].sum() / rows[quarter, 4].sum()
            print(f"  expected {expected[quarter].mean():.1%}, in order {right:.1%} of {int(rows[quarter, 4].sum())}")


if __name__ == "__main__":
    main()
