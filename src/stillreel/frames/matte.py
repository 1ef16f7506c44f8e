"""Mattes that can move apart from what is behind them: soft at the rim, solid inside, nothing outside."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from stillreel.frames.membrane import pull_push

__all__ = ["alike", "clear", "land_matte", "plain", "solid_matte", "strays"]

BAND = 0.012  # of the long side: how far around the found sky line the true one is looked for
THIN = 0.009  # of the long side: what is narrower than this against the sky may be a mast, a wire or a twig
FAINT = 14.0  # 8-bit levels by which a thin thing must differ from the sky on both its sides
STRANGE = 20.0  # 8-bit levels: a pixel this far from the colour of a flat sky is no sky
SOFT = 0.008  # of the long side: how far a subject's matte may be soft on either side of its outline
STRAY = 0.022  # of the long side: how far from a subject's matte its hair and soft edges may reach
APART = 28.0  # 8-bit levels between subject and surroundings from which their colours can be told apart
UNMIXED = 0.1  # of the way from the surroundings' colours to the subject's: a pixel nearer to them holds none of it
PLAIN = 3.0, 7.0  # 8-bit levels of detail beside a subject: below it stands before a plain backdrop, above it does not
SIDE = 288  # pixels of the long side at which the two sides of a rim are compared
ALIKE = (
    6.0,
    12.0,
)  # CIELAB units between the sides of a rim: below it runs through one thing, above round one
FADE = 0.018  # of the long side: how far from such a rim the two sides stay together
RIM = 2  # pixels over which the matte is soft


def solid_matte(alpha: np.ndarray) -> np.ndarray:
    """`alpha` (H, W) 0..1 left soft only at its own rim (hair keeps its wisps there).

    Half-transparency deep inside a subject is doubt, not glass, and would show as a ghost once the layers part.
    """
    rim = SOFT * max(alpha.shape)
    inside, outside = _inner(alpha > 0.5, rim), _inner(alpha <= 0.5, rim)
    firm = np.clip((alpha - 0.5) * 1.6 + 0.5, 0, 1)
    return np.where(inside, 1.0, np.where(outside, 0.0, firm)).astype(np.float32)


def alike(image: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """(H, W) 0..1: where the rim of `alpha` (H, W) runs through one thing of `image` (H, W, 3) uint8, not round it.

    Its sides have the same colour there, as on a plate or a wall of hair that the matte cuts; if they parted, the
    thing would tear. 1 at such a rim, falling to 0 around it.
    """
    scale = min(1.0, SIDE / max(alpha.shape))
    size = max(8, round(alpha.shape[1] * scale)), max(8, round(alpha.shape[0] * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab)
    mask = (cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    inside, outside = cv2.erode(mask, _square(3)), 1 - cv2.dilate(mask, _square(3))
    within, without = _nearby(lab, inside), _nearby(lab, outside)
    step = np.sqrt(((within - without) ** 2).sum(2))
    rim = (cv2.dilate(inside, _square(5)) > 0) & (cv2.dilate(outside, _square(5)) > 0) & (inside == outside)
    one = np.clip((ALIKE[1] - step) / (ALIKE[1] - ALIKE[0]), 0, 1) * rim
    reach = max(1, round(FADE * SIDE))
    near = cv2.GaussianBlur(cv2.dilate(one, _square(2 * reach + 1)), (0, 0), 0.7 * reach)
    return cv2.resize(near.clip(0, 1), alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)


def _nearby(values: np.ndarray, mask: np.ndarray, size: int = 7) -> np.ndarray:
    """The mean of `values` over what of `mask` (0 or 1) is in a square of `size` pixels around a place."""
    weight = mask.astype(np.float32)
    total = cv2.blur(weight, (size, size))
    mean = cv2.blur(values * weight[..., None], (size, size)).reshape(values.shape)
    return mean / np.maximum(total, 1e-3)[..., None]


def strays(image: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """(H, W) bool: pixels of `image` (uint8) near the subject's matte, but outside it, that hold the subject's colours.

    Wisps of hair and the soft edges of a blurred outline; left in the background they would be a second outline. A
    pixel belongs to them if it is nearer to the subject's colours there than to those further out, and hangs on it.
    """
    if (sides := _Sides.of(image, alpha)) is None:
        return np.zeros(alpha.shape, bool)
    own, other, pixels = sides.own, sides.other, sides.pixels
    spread = pull_push(((pixels - other) ** 2).sum(2), sides.beyond)
    to_own, to_other, apart = (
        np.sqrt(((a - b) ** 2).sum(2)) for a, b in ((pixels, own), (pixels, other), (own, other))
    )
    alike = (to_own < to_other) & (apart > APART) & (to_other > np.sqrt(spread)) & (sides.distance <= sides.reach)
    found = _hanging_on(alike | sides.body, sides.body) & ~sides.body
    found = cv2.dilate(found.astype(np.uint8), _square(3))
    return cv2.resize(found, alpha.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0


def clear(image: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """(H, W) bool: pixels of `image` (uint8) on the rim, `alpha` under a half, that are surely the background's own.

    What is mixed lies between the colours of the two sides. Lettering beside hair, brighter than both, holds nothing
    of the subject and need not be filled.
    """
    if (sides := _Sides.of(image, alpha)) is None:
        return np.zeros(alpha.shape, bool)
    way = sides.own - sides.other
    length = (way**2).sum(2)
    share = ((sides.pixels - sides.other) * way).sum(2) / np.maximum(length, 1)
    unmixed = (share < UNMIXED) & (length > APART**2)
    unmixed = cv2.morphologyEx(unmixed.astype(np.uint8), cv2.MORPH_OPEN, _square(3))
    return (cv2.resize(unmixed, alpha.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0) & (alpha < 0.5)


def plain(image: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(H, W) 0..1 how plain the backdrop of a subject is; and (H, W) bool what of it lies beside the outline.

    Before a wall, a studio's paper or a haze nothing is lost by taking everything near the outline out of the
    backdrop, and with it the soft edge, the reflected light and the hair that would be a second outline on it.
    """
    if (sides := _Sides.of(image, alpha)) is None:
        return np.zeros(alpha.shape, np.float32), np.zeros(alpha.shape, bool)
    apart = ((sides.pixels - _nearby(sides.pixels, sides.distance > sides.reach, 9)) ** 2).mean(2)
    level = np.sqrt(pull_push(_nearby(apart[..., None], sides.beyond, 15)[..., 0], sides.beyond))
    calm = np.clip((PLAIN[1] - level) / (PLAIN[1] - PLAIN[0]), 0, 1).astype(np.float32)
    beside = ((sides.distance <= sides.reach) & (calm > 0.5)).astype(np.uint8)
    return (
        cv2.resize(calm, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR),
        cv2.resize(beside, alpha.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0,
    )


@dataclass(frozen=True)
class _Sides:
    """The colours of subject and surroundings at each other's places, at half the size."""

    pixels: np.ndarray  # (h, w, 3) float32
    own: np.ndarray  # (h, w, 3): the subject's colours nearby
    other: np.ndarray  # (h, w, 3): the colours further out
    body: np.ndarray  # (h, w) bool
    beyond: np.ndarray  # (h, w) float32: where `other` is from
    distance: np.ndarray  # (h, w) float32 pixels from the body
    reach: float

    @classmethod
    def of(cls, image: np.ndarray, alpha: np.ndarray) -> _Sides | None:
        """None where there is no subject, or nothing beside it."""
        half = (alpha.shape[1] + 1) // 2, (alpha.shape[0] + 1) // 2
        pixels = cv2.resize(image, half, interpolation=cv2.INTER_AREA).astype(np.float32)
        cover = cv2.resize(alpha, half, interpolation=cv2.INTER_AREA)
        body, reach = cover > 0.03, STRAY * max(cover.shape)
        distance = cv2.distanceTransform((~body).astype(np.uint8), cv2.DIST_L2, 5)
        beyond = ((distance > reach) & (distance < 2 * reach)).astype(np.float32)
        solid = (cover > 0.95).astype(np.float32)
        if not beyond.any() or not solid.any():
            return None
        return cls(pixels, pull_push(pixels, solid), pull_push(pixels, beyond), body, beyond, distance, reach)


def land_matte(image: np.ndarray, sky: np.ndarray) -> np.ndarray:
    """Alpha 0..1 of everything but the sky, (H, W) float32, from `image` (uint8) and the probability of `sky`.

    A sky is smooth: its colour near the sky line, and how much that varies, are predicted from the sure sky beyond
    the band. What is stranger than that and hangs on the land is land, what is strange and hangs on nothing is a
    cloud. At the line, a pixel half as far from the sky's colour as its neighbours is half covered.
    """
    reach = BAND * max(sky.shape)
    thin = _thin(image, round(THIN * max(sky.shape)))
    sure_sky, sure_land = _inner(sky > 0.5, reach) & ~thin, _inner(sky < 0.5, reach)
    if not sure_sky.any():
        return (1 - sky).astype(np.float32)
    distance, strange = _strangeness(image.astype(np.float32), sure_sky)
    land = (distance > strange) & ~sure_sky | sure_land
    land = _hanging_on(cv2.morphologyEx(land.astype(np.uint8), cv2.MORPH_OPEN, _square(3)) > 0, sure_land)
    land = _hanging_on(land | thin, land)
    land = ~_hanging_on(~land, _main(sure_sky))
    partial = distance / np.maximum(cv2.dilate(distance, _square(2 * RIM + 1)), strange)
    core = cv2.erode(land.astype(np.uint8), _square(RIM + 1), borderValue=1) > 0
    near = cv2.dilate(land.astype(np.uint8), _square(3)) > 0
    return np.where(core, 1.0, np.where(near, np.clip(partial, 0, 1), 0.0)).astype(np.float32)


def _main(sky: np.ndarray) -> np.ndarray:
    """The large pieces of `sky`: a small one that land surrounds is snow, a window or a mistake."""
    _, label, stats, _ = cv2.connectedComponentsWithStats(sky.astype(np.uint8), connectivity=4)
    areas = np.asarray(stats[:, cv2.CC_STAT_AREA])
    areas[0] = 0
    return (areas >= 0.1 * areas.max(initial=1))[np.asarray(label, np.intp)]


def _thin(image: np.ndarray, width: int) -> np.ndarray:
    """(H, W) bool: lines and twigs up to `width` pixels across, darker or lighter than what is on both sides of them.

    Clouds have no such edges. Method: top-hat and bottom-hat (Serra, Image Analysis and Mathematical Morphology).
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    kernel = _square(2 * max(3, width // 2) + 1)
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel)
    bright = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, kernel)
    found = ((dark > FAINT) | (bright > 2 * FAINT)).astype(np.uint8)
    return cv2.morphologyEx(found, cv2.MORPH_CLOSE, _square(3)) > 0


def _strangeness(pixels: np.ndarray, sure_sky: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pixel's distance from the sky's predicted colour, and the distance at which it is no sky; 8-bit levels."""
    weight = sure_sky.astype(np.float32)
    colour = pull_push(pixels, weight)
    distance = np.sqrt(((pixels - colour) ** 2).sum(axis=2))
    wide = cv2.blur(pixels, (31, 31))
    spread = np.sqrt(pull_push(((pixels - wide) ** 2).sum(axis=2), weight))
    return distance, np.maximum(STRANGE, 3 * spread)


def _inner(mask: np.ndarray, reach: float) -> np.ndarray:
    """`mask` without what lies within `reach` pixels of its edge (the picture's border is no edge)."""
    return cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5) > reach


def _hanging_on(mask: np.ndarray, anchor: np.ndarray) -> np.ndarray:
    """The pieces of `mask` that touch `anchor`."""
    count, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    labels = labels.astype(np.int64)
    keep = np.zeros(count, bool)
    keep[np.unique(labels[anchor & mask])] = True
    keep[0] = False
    return keep[labels]


def _square(side: int) -> np.ndarray:
    return np.ones((side, side), np.uint8)
