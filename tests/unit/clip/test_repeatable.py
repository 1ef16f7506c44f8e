"""The same frames give the same packets, whatever lay in memory before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ENCODE = """
import sys
from pathlib import Path
import cv2, numpy as np
from stillreel.clip import decode, encode
from stillreel.frames.timing import Timing
from tests.fakes.scenes import texture
kind = sys.argv[2]
plane, out = cv2.resize(texture((960, 544), seed=3), (360, 204), interpolation=cv2.INTER_AREA), Path(sys.argv[1])
def moved(i):
    shift = np.array([[1, 0, -18 * (i / 11) ** 2 * (3 - 2 * i / 11)], [0, 1, -10]])
    return cv2.warpAffine(plane, shift, (320, 180), flags=cv2.INTER_CUBIC)[None]
frames = (moved(i) for i in range(12))
encode.write(frames, out, Timing.of(1, 12), format=kind, document={})
print(decode.packets_digest(out))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="MALLOC_PERTURB_ is glibc's")
@pytest.mark.parametrize("kind", ["mp4", "webm", "av1", "gif", "webp"])
def test_packets_do_not_depend_on_what_memory_held(kind: str, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    suffix = "mp4" if kind == "av1" else kind
    digests = {
        subprocess.run(
            [sys.executable, "-c", ENCODE, str(tmp_path / f"{fill}.{suffix}"), kind],
            env=os.environ | {"MALLOC_PERTURB_": fill, "PYTHONPATH": f"{root}:{root / 'src'}"},
            check=True, capture_output=True, text=True,
        ).stdout
        for fill in ("0", "85", "170")
    }  # fmt: skip
    assert len(digests) == 1
