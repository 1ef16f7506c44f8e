"""Clips that other programs wrote, shown as a player shows them."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from stillreel.clip import decode

ONE = 1 << 16
MATRICES = {90: (0, ONE, -ONE, 0), 180: (-ONE, 0, 0, -ONE), 270: (0, -ONE, ONE, 0)}  # a, b, c, d of ISO 14496-12
PICTURE = np.zeros((32, 64, 3), np.uint8)
PICTURE[:8, :16] = 255  # a light corner, top left


@pytest.mark.parametrize("turned", MATRICES)
def test_a_clip_stored_on_its_side_is_shown_upright(tmp_path: Path, turned: int) -> None:
    path = tmp_path / "phone.mp4"
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (64, 32))
    for _ in range(3):
        out.write(PICTURE)
    out.release()
    a, b, c, d = MATRICES[turned]
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 4 + 40  # after version, times, layer and volume
    data[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    expected = np.rot90(PICTURE, -turned // 90)  # clockwise, as the matrix says
    for frame in decode.frames(path):
        assert frame.shape == expected.shape
        assert np.abs(frame.astype(int) - expected).mean() < 8
