"""The 168 points of a face by name: index groups into `Face.landmarks`. Left and right are the picture's.

Eyes run from the outer corner over the upper lid to the inner corner and back along the lower lid; `*_UPPER` and
`*_LOWER` pair up point by point, outer to inner, and share their corners. Irises are centre, then the picture's right,
top, left and bottom of the rim. Lips run from the left corner over the top to the right corner and back below. The oval
starts at the middle of the forehead's top and runs clockwise.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "CHIN", "COUNT", "FOREHEAD", "LEFT_BROW", "LEFT_CHEEK", "LEFT_EYE", "LEFT_EYE_LOWER", "LEFT_EYE_UPPER",
    "LEFT_IRIS", "LIPS_INNER", "LIPS_OUTER", "MIRROR", "MOUTH_CORNERS", "NOSE", "NOSE_BASE", "NOSE_RIDGE", "OVAL",
    "RIGHT_BROW", "RIGHT_CHEEK", "RIGHT_EYE", "RIGHT_EYE_LOWER", "RIGHT_EYE_UPPER", "RIGHT_IRIS",
]  # fmt: skip

COUNT = 168

OVAL = tuple(range(36))
LEFT_EYE = tuple(range(36, 52))
RIGHT_EYE = tuple(range(52, 68))
LEFT_IRIS = tuple(range(68, 73))
RIGHT_IRIS = tuple(range(73, 78))
LEFT_BROW = tuple(range(78, 88))  # lower edge outer to inner, then upper edge outer to inner
RIGHT_BROW = tuple(range(88, 98))
LIPS_OUTER = tuple(range(98, 118))
LIPS_INNER = tuple(range(118, 138))
NOSE = tuple(range(138, 152))
NOSE_RIDGE = NOSE[:6]  # between the eyes down to the tip
NOSE_BASE = (
    NOSE[8],
    NOSE[9],
    NOSE[10],
    NOSE[7],
    NOSE[11],
    NOSE[12],
    NOSE[13],
)  # left wing, nostrils, right wing
FOREHEAD = (152, 153, 160, 166)  # middle high, middle low, left, right
CHIN = (154, 155)
LEFT_CHEEK = (156, 157, 158, 159, 161)
RIGHT_CHEEK = (162, 163, 164, 165, 167)

LEFT_EYE_UPPER, LEFT_EYE_LOWER = LEFT_EYE[:9], (LEFT_EYE[0], *LEFT_EYE[:7:-1])
RIGHT_EYE_UPPER, RIGHT_EYE_LOWER = RIGHT_EYE[:9], (RIGHT_EYE[0], *RIGHT_EYE[:7:-1])
MOUTH_CORNERS = (LIPS_OUTER[0], LIPS_OUTER[10])


def _mirror() -> tuple[int, ...]:
    swap = list(range(COUNT))
    pairs: Iterable[tuple[int, int]] = [
        *((i, -i % 36) for i in OVAL),
        *((ring[i], ring[(10 - i) % 20]) for ring in (LIPS_OUTER, LIPS_INNER) for i in range(20)),
        *zip(LEFT_EYE, RIGHT_EYE, strict=True), *zip(LEFT_BROW, RIGHT_BROW, strict=True),
        *zip(LEFT_CHEEK, RIGHT_CHEEK, strict=True), (FOREHEAD[2], FOREHEAD[3]),
        *zip(NOSE[8:11], NOSE[:10:-1], strict=True),
        (68, 73), (69, 76), (70, 75), (71, 74), (72, 77),
    ]  # fmt: skip
    for a, b in pairs:
        swap[a], swap[b] = b, a
    return tuple(swap)


MIRROR = _mirror()
"""`landmarks[list(MIRROR)]` with x flipped are the landmarks of the mirrored picture."""
