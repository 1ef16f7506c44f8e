"""A decoder that crashes, is killed or hangs in the middle of a photograph takes nothing else along."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from stillreel.errors import PhotoError
from stillreel.photo import Limits, read
from tests.unit.photo.makers import png

CHILDREN = Path("/proc/self/task")
pytestmark = pytest.mark.skipif(
    not (CHILDREN / str(os.getpid()) / "children").exists(), reason="needs Linux's list of child processes"
)


def decoders() -> list[int]:
    """The process numbers of this process's children that have become decoders."""
    found = [int(pid) for task in CHILDREN.iterdir() for pid in (task / "children").read_text().split()]
    return [pid for pid in found if b"decoder.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def strike(number: int) -> None:
    """Send the first decoder that appears a signal."""
    while not (found := decoders()):
        time.sleep(0.005)
    os.kill(found[0], number)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGSEGV, "photo.damaged"),
        (signal.SIGABRT, "photo.damaged"),
        (signal.SIGKILL, "photo.memory"),
        (signal.SIGSTOP, "photo.too_slow"),
    ],
    ids=["crashes", "gives up", "is killed", "hangs"],
)
def test_a_decoder_that_fails_is_one_clear_error(number: int, code: str, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(png(6000, 6000))  # long enough in the making to be struck
    attacker = threading.Thread(target=strike, args=(number,), daemon=True)
    attacker.start()
    limits = Limits(seconds=1) if number == signal.SIGSTOP else Limits()
    with pytest.raises(PhotoError) as refused:
        read(photo, limits=limits)
    attacker.join(timeout=10)
    assert not attacker.is_alive()
    assert refused.value.code == code
    assert refused.value.hint
    with pytest.raises(ChildProcessError):  # no child is left, running or dead
        os.waitpid(-1, os.WNOHANG)
    assert list(tmp_path.iterdir()) == [photo]
