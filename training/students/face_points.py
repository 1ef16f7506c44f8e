"""Which of the teacher's 478 points the face network learns, in its own order, and how they swap in a mirror.

The groups of `stillreel.scene.faces` index this order. "Left" is the picture's left.
"""

from __future__ import annotations

OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
# Outer corner, upper lid outer to inner, inner corner, lower lid inner to outer.
LEFT_EYE = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
RIGHT_EYE = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
# Centre, picture's right, top, picture's left, bottom.
LEFT_IRIS = (468, 469, 470, 471, 472)
RIGHT_IRIS = (473, 474, 475, 476, 477)
# Lower edge outer to inner, then upper edge outer to inner.
LEFT_BROW = (46, 53, 52, 65, 55, 70, 63, 105, 66, 107)
RIGHT_BROW = (276, 283, 282, 295, 285, 300, 293, 334, 296, 336)
# From the left corner over the top to the right corner and back below.
LIPS_OUTER = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
LIPS_INNER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
NOSE = (168, 6, 197, 195, 5, 4, 1, 2, 64, 98, 97, 326, 327, 294)
SURFACE = (151, 9, 200, 199, 50, 205, 117, 187, 69, 36, 280, 425, 346, 411, 299, 266)

POINTS = (*OVAL, *LEFT_EYE, *RIGHT_EYE, *LEFT_IRIS, *RIGHT_IRIS, *LEFT_BROW, *RIGHT_BROW,
          *LIPS_OUTER, *LIPS_INNER, *NOSE, *SURFACE)  # fmt: skip


def mirror_table() -> list[int]:
    """`mirrored[i] = landmarks[table[i]]` after x has been flipped."""
    swap: dict[int, int] = {OVAL[i]: OVAL[-i % 36] for i in range(36)}
    for ring in (LIPS_OUTER, LIPS_INNER):
        swap |= {ring[i]: ring[(10 - i) % 20] for i in range(20)}
    pairs = [*zip(LEFT_EYE, RIGHT_EYE), *zip(LEFT_BROW, RIGHT_BROW), *zip(NOSE[8:11], NOSE[:10:-1]),
             *zip(SURFACE[4:10], SURFACE[10:]), (468, 473), (469, 476), (470, 475), (471, 474), (472, 477)]  # fmt: skip
    swap |= dict(pairs) | {b: a for a, b in pairs}
    swap |= {p: p for p in (*NOSE[:8], *SURFACE[:4])}
    return [POINTS.index(swap[p]) for p in POINTS]
