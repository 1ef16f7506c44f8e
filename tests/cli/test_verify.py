"""A clip is signed as it is made, and `verify` tells a changed one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stillreel.clip.decode import frames, packets_digest

from .conftest import Stillreel

QUICK = ["--seconds", "1", "--fps", "2", "--size", "128x96", "-O", "steps=1"]


@pytest.fixture
def clip(quick: Stillreel, astronaut: Path, tmp_path: Path) -> Path:
    assert quick("animate", astronaut, "slow push-in", "-o", "clip.mp4", *QUICK).status == 0
    return tmp_path / "clip.mp4"


def test_a_clip_is_signed_and_says_what_made_it(quick: Stillreel, clip: Path) -> None:
    ended = quick("verify", "clip.mp4")
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "clip.mp4: valid"
    for words in (
        "self-signed",
        "c2pa.created trainedAlgorithmicMedia",
        "astronaut.png (inputTo), SHA-256 ",
        "slow push-in [signed]",
    ):
        assert words in ended.out
    facts = quick("verify", "clip.mp4", "--json").json
    assert (facts["state"], facts["error"], facts["signer"]["trust"]) == ("valid", None, "own")
    assert facts["request"]["request"]["photo"] == "astronaut.png"


def test_a_changed_clip_is_told_with_status_4(quick: Stillreel, clip: Path) -> None:
    data = bytearray(clip.read_bytes())
    data[data.index(b"mdat") + 2000] ^= 1
    clip.write_bytes(data)
    ended = quick("verify", "clip.mp4")
    assert ended.status == 4
    assert "clip.mp4: invalid" in ended.out
    assert "assertion.bmffHash.mismatch" in ended.out
    assert "secured by no signature" in ended.out
    assert ended.err.startswith("error [provenance.invalid]: clip.mp4 is not as it was signed")
    ended = quick("verify", "clip.mp4", "--json")
    assert (ended.status, ended.err) == (4, "")
    assert (ended.json["state"], ended.json["error"]["code"]) == ("invalid", "provenance.invalid")


def test_a_clip_made_again_has_the_same_packets_and_its_own_signature(
    quick: Stillreel, clip: Path, astronaut: Path
) -> None:
    assert quick("rerun", "clip.mp4", "-o", "again.mp4").status == 0
    assert packets_digest(clip.with_name("again.mp4")) == packets_digest(clip)
    assert quick("verify", "again.mp4").status == 0


def test_without_provenance_the_report_says_so_and_the_packets_are_the_same(
    quick: Stillreel, clip: Path, astronaut: Path
) -> None:
    ended = quick(
        "animate",
        astronaut,
        "slow push-in",
        "-o",
        "bare.mp4",
        "--no-provenance",
        "--report",
        "r.json",
        *QUICK,
    )
    assert ended.status == 0
    assert "not signed (provenance.not_wanted)" in ended.out
    report = json.loads(clip.with_name("r.json").read_text())
    assert report["clip"]["provenance"] == {"state": "none", "why": "provenance.not_wanted"}
    assert report["request"]["provenance"] is False
    assert packets_digest(clip.with_name("bare.mp4")) == packets_digest(clip)
    ended = quick("verify", "bare.mp4")
    assert ended.status == 4
    assert ended.err.startswith("error [provenance.absent]")
    assert "slow push-in [secured by no signature]" in ended.out


def test_a_watermark_stands_in_every_frame_and_is_made_again(
    quick: Stillreel, clip: Path, astronaut: Path
) -> None:
    assert quick("animate", astronaut, "slow push-in", "-o", "marked.mp4", "--watermark", *QUICK).status == 0
    marked = clip.with_name("marked.mp4")
    for with_it, without in zip(frames(marked), frames(clip), strict=True):
        change = np.abs(with_it.astype(int) - without).mean(-1)
        assert change[-18:, -20:].mean() > 20
        assert change[:64, :64].mean() < 2
    assert quick("rerun", "marked.mp4", "-o", "again.mp4").status == 0
    assert packets_digest(clip.with_name("again.mp4")) == packets_digest(marked)


def test_a_webm_gets_its_manifest_beside(quick: Stillreel, astronaut: Path, tmp_path: Path) -> None:
    ended = quick("animate", astronaut, "-o", "a.webm", *QUICK)
    assert ended.status == 0
    assert "note: C2PA has no place for its signed manifest in WebM" in ended.err
    assert quick("verify", "a.webm").status == 4
    assert quick("animate", astronaut, "-o", "b.webm", "--sidecar", *QUICK).status == 0
    assert (tmp_path / "b.c2pa").is_file()
    assert quick("verify", "b.webm", "--json").json["manifest"] == "beside"


def test_an_off_key_is_refused_before_the_work(quick: Stillreel, astronaut: Path, tmp_path: Path) -> None:
    ended = quick("animate", astronaut, "-o", "a.mp4", "--signing-key", "nowhere.pem")
    assert ended.status == 2
    assert ended.err.startswith("error [provenance.key_unreadable]")
    ended = quick(
        "animate", astronaut, "-o", "a.mp4", "--no-provenance", "--signing-key", "nowhere.pem", "--json"
    )
    assert ended.json["error"]["code"] == "provenance.contradiction"
    assert not (tmp_path / "a.mp4").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"GIF89a", "unreadable"),
        (b"hello", "unreadable"),
        (b"\0\0\0\x20ftypisom", "unreadable"),
        (None, "unreadable"),
    ],
)
def test_what_is_no_whole_clip_gives_one_error(
    quick: Stillreel, tmp_path: Path, content: bytes | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "\x1b[31mx.mp4").write_bytes(content)
    ended = quick("verify", "\x1b[31mx.mp4")
    assert ended.status in (2, 4)
    assert ended.err.count("error [") == 1
    assert code in ended.err.splitlines()[0]
    assert "\x1b" not in ended.out + ended.err
