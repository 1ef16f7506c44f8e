"""Photo, painting, drawing or black-and-white, from colours and gradients alone."""

from __future__ import annotations

import cv2
import numpy as np

from stillreel.scene.canvas import Canvas, smoothstep
from stillreel.scene.values import Style

__all__ = ["find_style", "style_cues"]


def find_style(pixels: np.ndarray, canvas: Canvas) -> Style:
    """The style of the photo `pixels` (H, W, 3) uint8 sRGB; in doubt it is a photo, which nothing treats apart."""
    cues = style_cues(pixels, canvas)
    if cues["chroma"] < 2.5 or (cues["one_hue"] > 0.97 and cues["chroma"] < 12):
        line = _drawing(cues)
        if line > 0.5:
            return Style("drawing", line)
        return Style("monochrome", float(smoothstep(6, 1, cues["chroma"]) * 0.35 + 0.6))
    drawing, painting = _drawing(cues), _painting(cues)
    if max(drawing, painting) < 0.5:
        return Style("photo", float(1 - max(drawing, painting)))
    return Style("drawing", drawing) if drawing >= painting else Style("painting", painting)


def style_cues(pixels: np.ndarray, canvas: Canvas) -> dict[str, float]:
    """What the verdicts weigh.

    chroma: 95th percentile of Lab chroma; one_hue: share of the coloured pixels within 15 degrees of the main hue;
    palette: share of the pixels that the 12 commonest of 4096 colours cover; flat: share of the pixels without any
    curvature; middle: share of faint edges; fine: detail of the finest octave against the next; floor: roughness in
    grey levels of the calmest 5% of the picture; uneven: how much rougher the calmest quarter is.
    """
    lab = canvas.lab
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    coloured = chroma > 3
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))[coloured] % 360
    counts = np.histogram(hue, 72, (0, 360))[0].astype(float)
    around = np.max([counts.take(np.arange(i - 3, i + 4), mode="wrap").sum() for i in range(72)]) / max(
        counts.sum(), 1
    )
    code = (canvas.rgb >> 4).astype(np.int32) @ np.array([256, 16, 1])
    common = np.sort(np.bincount(code.ravel(), minlength=4096))[::-1]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    edges = canvas.gradient
    floor, quarter = _roughness(grey)
    return {
        "chroma": float(np.percentile(chroma, 95)),
        "one_hue": float(around) if coloured.mean() > 0.02 else 1.0,
        "palette": float(common[:12].sum() / code.size),
        "flat": float((np.abs(cv2.Laplacian(grey, cv2.CV_32F)) < 0.5).mean()),
        "fine": _detail(grey),
        "middle": float(((edges > 0.006) & (edges < 0.03)).mean()),
        "floor": floor,
        "uneven": quarter / max(floor, 1e-3),
    }


def _roughness(grey: np.ndarray) -> tuple[float, float]:
    """The 5th and 25th percentile of the fine deviation within 9 px, in grey levels, where nothing is clipped."""
    rest = grey - cv2.GaussianBlur(grey, (0, 0), 1.5)
    rough = np.sqrt(np.maximum(cv2.blur(rest * rest, (9, 9)), 0))[(grey > 20) & (grey < 245)]
    if rough.size < 100:
        return 0.0, 0.0
    low, quarter = np.percentile(rough, (5, 25))
    return float(low), float(quarter)


def _detail(grey: np.ndarray) -> float:
    """Energy of the finest octave against the next."""
    half = cv2.pyrDown(grey)
    quarter = cv2.pyrDown(half)
    first = np.abs(grey - cv2.pyrUp(half, dstsize=grey.shape[::-1])).mean()
    second = np.abs(half - cv2.pyrUp(quarter, dstsize=half.shape[::-1])).mean()
    return float(first / (second + 1e-3))


def _drawing(cues: dict[str, float]) -> float:
    """Few flat colours with steep edges and hardly anything between: vector art, comics, line art."""
    return float(smoothstep(0.55, 0.85, cues["palette"]) * smoothstep(0.55, 0.85, cues["flat"])
                 * smoothstep(0.25, 0.08, cues["middle"]))  # fmt: skip


def _painting(cues: dict[str, float]) -> float:
    """Paper, canvas or brush: colour everywhere, and no calm spot, not even in the sky; coarser than sensor noise."""
    return 0.8 * float(smoothstep(2.6, 4.6, cues["floor"]) * smoothstep(2.6, 1.6, cues["uneven"])
                       * smoothstep(2.0, 1.6, cues["fine"]) * smoothstep(10, 20, cues["chroma"]))  # fmt: skip
