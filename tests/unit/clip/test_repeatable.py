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
import numpy as np
from stillreel.clip import decode, encode
from stillreel.frames.timing import Timing
from tests.fakes.scenes import texture
plane, out = texture((400, 220), seed=4), Path(sys.argv[1])
frames = (np.ascontiguousarray(plane[10:190, 3 * i : 3 * i + 320])[None] for i in range(12))
encode.write(frames, out, Timing.of(1, 12), format="mp4", document={})
print(decode.packets_digest(out))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="MALLOC_PERTURB_ is glibc's")
def test_packets_do_not_depend_on_what_memory_held(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    digests = {
        subprocess.run(
            [sys.executable, "-c", ENCODE, str(tmp_path / f"{fill}.mp4")],
            env=os.environ | {"MALLOC_PERTURB_": fill, "PYTHONPATH": str(root)},
            check=True, capture_output=True, text=True,
        ).stdout
        for fill in ("0", "85", "170")
    }  # fmt: skip
    assert len(digests) == 1
