"""How many frames a second a clip names."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from stillreel.clip import decode
from stillreel.errors import UsageError

FRAME = np.zeros((32, 48, 3), np.uint8)


def test_a_video_file_names_its_rate(tmp_path: Path):
    path = tmp_path / "clip.mp4"
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 12.5, (48, 32))
    for _ in range(10):
        out.write(FRAME)
    out.release()
    assert decode.rate(path) == pytest.approx(12.5)


def test_an_animated_webp_by_its_durations(tmp_path: Path):
    path = tmp_path / "clip.webp"
    pictures = [Image.fromarray(FRAME + level) for level in (0, 80, 160)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=50, lossless=True)
    assert decode.rate(path) == pytest.approx(20)


def test_a_folder_names_none(tmp_path: Path):
    Image.fromarray(FRAME).save(tmp_path / "0001.png")
    assert decode.rate(tmp_path) == decode.USUAL_RATE


def test_what_is_no_clip_has_no_rate(tmp_path: Path):
    (tmp_path / "clip.mp4").write_bytes(b"no clip at all")
    with pytest.raises(UsageError) as caught:
        decode.rate(tmp_path / "clip.mp4")
    assert caught.value.code == "clip.unreadable"
