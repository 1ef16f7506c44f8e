"""A signed clip plays as before, says what made it, and shows every change; hostile files are met with one answer."""

from __future__ import annotations

import json
import random
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from stillreel.clip import read_document, write
from stillreel.clip.boxes import comment_of, xmp_of
from stillreel.clip.decode import frames, packets_digest
from stillreel.clip.metadata import LIMIT
from stillreel.clip.provenance import MADE_BY_AI, Seal, keep_sidecar, manifest, seal_for, sidecar_of
from stillreel.clip.provenance_reader import Settings
from stillreel.clip.verify import answered, verify
from stillreel.errors import RefusedError, ResourceError, StillreelError, UsageError
from stillreel.request import make_request
from tests.unit.clip.test_encode import NAMES, TIMING, drift

SHA = "5a" * 32
DOCUMENT: dict[str, Any] = {
    "request": {"photo": "/home/somebody/pictures/lake.jpg", "model": "embedded", "prompt": 'pan "é"', "seconds": 2.5},
    "photo": {"name": "lake.jpg", "sha256": SHA},
    "plan": {"camera": [{"move": "pan", "amount": 0.125}], "loop": False, "none": None},
}
PUBLIC = {**DOCUMENT, "request": {**DOCUMENT["request"], "photo": "lake.jpg"}}
HOLD = ["mp4", "av1", "gif", "webp"]


def seal(kind: str, path: Path, **fields: Any) -> Seal:
    return seal_for(make_request(photo="lake.jpg", format=kind, output=path, **fields))


def made(folder: Path, kind: str, **fields: Any) -> Path:
    """A small clip, sealed as a request with these fields asks for."""
    path = folder / f"{kind}-{NAMES[kind]}"
    wanted = seal(kind, path, **fields)
    written = write(drift(), path, TIMING, format=kind, document=DOCUMENT, seal=wanted)  # type: ignore[arg-type]
    keep_sidecar(path, written.provenance)
    return path


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("signed")
    return {kind: made(folder, kind) for kind in NAMES}


def boxes(data: bytes) -> list[tuple[bytes, int, int]]:
    """(kind, start, length) of the top-level boxes."""
    found, at = [], 0
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        found.append((kind, at, length))
        at += length
    return found


@pytest.mark.parametrize("kind", HOLD)
def test_signing_changes_the_container_and_no_picture(
    clips: dict[str, Path], tmp_path: Path, kind: str
) -> None:
    plain = tmp_path / clips[kind].name
    write(drift(), plain, TIMING, format=kind, document=DOCUMENT)  # type: ignore[arg-type]
    assert clips[kind].read_bytes() != plain.read_bytes()
    assert packets_digest(clips[kind]) == packets_digest(plain)
    for signed, unsigned in zip(frames(clips[kind]), frames(plain), strict=True):
        assert np.array_equal(signed, unsigned)
    assert read_document(clips[kind]) == DOCUMENT
    assert clips[kind].stat().st_mode == plain.stat().st_mode
    assert verify(clips[kind]).state == "valid"


@pytest.mark.parametrize("kind", HOLD)
def test_the_manifest_says_what_made_the_clip_and_from_what(clips: dict[str, Path], kind: str) -> None:
    verdict = verify(clips[kind])
    assert (verdict.state, verdict.problems, verdict.error, verdict.manifest) == ("valid", (), None, "inside")
    (action,) = verdict.actions
    assert (action["action"], action["digital_source_type"]) == ("c2pa.created", MADE_BY_AI)
    (photo,) = verdict.ingredients
    assert (photo.title, photo.relationship, photo.sha256) == ("lake.jpg", "inputTo", SHA)
    assert verdict.generator is not None
    assert verdict.generator.startswith("stillreel ")
    assert (verdict.request, verdict.request_from) == (PUBLIC, "manifest")
    assert verdict.signer is not None
    assert (verdict.signer.trust, verdict.signer.algorithm) == ("own", "es256")
    json.dumps(verdict.as_dict())


def test_no_folder_of_this_computer_stands_in_the_manifest() -> None:
    asked = {"photo": "C:\\Users\\somebody\\lake.jpg", "model": "/opt/models/mine"}
    text = json.dumps(manifest("clip.mp4", {**DOCUMENT, "request": asked}))
    assert "somebody" not in text
    assert "/opt" not in text
    assert json.loads(text)["assertions"][1]["data"]["request"] == {"photo": "lake.jpg", "model": "mine"}


def test_a_signed_mp4_starts_fast_and_keeps_comment_and_xmp(clips: dict[str, Path]) -> None:
    data = clips["mp4"].read_bytes()
    kinds = [kind for kind, _, _ in boxes(data)]
    assert kinds.index(b"moov") < kinds.index(b"mdat")
    with clips["mp4"].open("rb") as file:
        assert json.loads(comment_of(file, len(data), LIMIT)) == DOCUMENT
        assert xmp_of(file, len(data), LIMIT) != b""
    with av.open(str(clips["mp4"])) as container:
        assert [frame.pts is not None for frame in container.decode(video=0)] == [True] * TIMING.frames


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe")
@pytest.mark.parametrize("kind", [kind for kind in HOLD if kind != "webp"])
def test_ffprobe_counts_every_frame_without_complaint(clips: dict[str, Path], kind: str) -> None:
    counted = ["-v", "warning", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"]
    ended = subprocess.run(["ffprobe", *counted, clips[kind]], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [str(TIMING.frames)]
    assert ended.stderr == ""


def test_pillow_counts_every_frame_of_a_webp(clips: dict[str, Path]) -> None:
    """ffprobe reads no animated WebP."""
    with Image.open(clips["webp"], formats=["WEBP"]) as picture:
        assert sum(1 for _ in ImageSequence.Iterator(picture)) == TIMING.frames


@pytest.mark.parametrize("kind", HOLD)
def test_one_flipped_byte_in_the_video_is_detected(clips: dict[str, Path], tmp_path: Path, kind: str) -> None:
    data = clips[kind].read_bytes()
    whole = np.frombuffer(data, np.uint8)
    place = {"gif": len(data) - 200, "webp": data.find(b"ANMF") + 60}.get(kind)
    if place is None:
        ((start, length),) = [(at, size) for name, at, size in boxes(data) if name == b"mdat"]
        place = start + length // 2
    changed = tmp_path / clips[kind].name
    flipped = whole.copy()
    flipped[place] ^= 1
    changed.write_bytes(flipped.tobytes())
    verdict = verify(changed)
    assert verdict.state == "invalid"
    assert any(code.endswith("Hash.mismatch") for code, _ in verdict.problems)
    assert verdict.error is not None
    assert (verdict.error.code, verdict.error.exit_status) == ("provenance.invalid", 4)


def test_every_part_of_an_mp4_is_covered(clips: dict[str, Path], tmp_path: Path) -> None:
    """The index, the video and the words in XMP."""
    data = clips["mp4"].read_bytes()
    path = tmp_path / "a.mp4"
    states = {}
    for kind, start, length in (box for box in boxes(data)[2:] if box[2] > 8):
        changed = bytearray(data)
        changed[start + length - 5] ^= 4
        path.write_bytes(changed)
        states[kind] = verify(path).state
    assert states == {b"moov": "invalid", b"mdat": "invalid", b"uuid": "invalid"}


def test_the_request_is_read_when_udta_is_stripped(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "stripped.mp4"
    path.write_bytes(clips["mp4"].read_bytes().replace(b"udta", b"free"))
    with path.open("rb") as file:
        assert comment_of(file, path.stat().st_size, LIMIT) == b""
    assert read_document(path) == DOCUMENT  # from XMP
    verdict = verify(path)
    assert verdict.state == "invalid"
    assert verdict.request["request"]["prompt"] == DOCUMENT["request"]["prompt"]


def test_without_its_manifest_a_clip_still_says_its_request(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "remuxed.mp4"
    with av.open(str(clips["mp4"])) as old, av.open(str(path), "w") as new:
        new.metadata["comment"] = old.metadata["comment"]
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)
    verdict = verify(path)
    assert (verdict.state, verdict.request, verdict.request_from) == ("absent", DOCUMENT, "clip")
    assert verdict.error is not None
    assert verdict.error.code == "provenance.absent"
    assert verdict.photo is not None
    assert verdict.photo.sha256 == SHA


def test_a_webm_is_signed_beside_when_asked(tmp_path: Path) -> None:
    path = made(tmp_path, "webm", sidecar=True)
    beside = sidecar_of(path)
    assert {one.name for one in tmp_path.iterdir()} == {path.name, beside.name}
    verdict = verify(path)
    assert (verdict.state, verdict.manifest, verdict.request) == ("valid", "beside", PUBLIC)
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    path.write_bytes(changed)
    assert verify(path).state == "invalid"
    path.write_bytes(whole)
    beside.unlink()
    verdict = verify(path)
    assert (verdict.state, verdict.request, verdict.request_from) == ("absent", DOCUMENT, "clip")


@pytest.mark.parametrize("kind", ["webm", "png"])
def test_a_format_that_holds_no_manifest_says_so(tmp_path: Path, clips: dict[str, Path], kind: str) -> None:
    (note,) = seal(kind, tmp_path / NAMES[kind]).notes
    assert note.code == "provenance.no_place"
    verdict = verify(clips[kind])
    assert (verdict.state, verdict.request) == ("absent", DOCUMENT)


def test_a_folder_of_frames_that_lost_its_notes_still_says_its_request(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "frames"
    shutil.copytree(clips["png"], folder)
    (folder / "stillreel.json").unlink()
    assert verify(folder).request == DOCUMENT


def test_a_sidecar_that_nobody_needs_is_told(tmp_path: Path) -> None:
    assert [note.code for note in seal("mp4", tmp_path / "a.mp4", sidecar=True).notes] == [
        "provenance.no_sidecar"
    ]


def test_a_strangers_sidecar_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.c2pa").write_bytes(b"mine")
    with pytest.raises(UsageError) as refused:
        seal("webm", tmp_path / "a.webm", sidecar=True)
    assert refused.value.code == "clip.exists"


def test_an_unsigned_clip_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    off = seal("mp4", path, provenance=False)
    written = write(drift(), path, TIMING, format="mp4", document=DOCUMENT, seal=off)
    assert written.as_dict()["provenance"] == {"state": "none", "why": "provenance.not_wanted"}
    assert verify(path).state == "absent"


@pytest.mark.parametrize(
    "fields",
    [
        {"provenance": False, "signing_key": "key.pem"},
        {"provenance": False, "sidecar": True},
        {"signing_certificate": "chain.pem"},
    ],
)
def test_contradictions_are_refused(tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        seal("webm", tmp_path / "a.webm", **fields)
    assert refused.value.code == "provenance.contradiction"


def grown(path: Path, megabytes: int) -> None:
    """`path` with a box of zeros at its end, so that signing it takes a while."""
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", 8 + megabytes * 2**20, b"mdat"))
        file.truncate(file.tell() + megabytes * 2**20)


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs an alarm of the system")
def test_a_stop_while_signing_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(drift(), path, TIMING, format="mp4", document=DOCUMENT)
    grown(path, 150)
    before = packets_digest(path)
    wanted = seal("mp4", tmp_path / "b.mp4")

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt):
            wanted.put(path, "b.mp4", DOCUMENT)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    assert [one.name for one in tmp_path.iterdir()] == ["a.mp4"]
    assert packets_digest(path) == before


def test_a_full_disk_while_signing_is_called_so_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.mp4"
    write(drift(), path, TIMING, format="mp4", document=DOCUMENT)
    room = path.stat().st_size + 1000  # the clip fits, and its manifest does not
    path.unlink()
    wanted = seal("mp4", path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(ResourceError) as failed:
            write(drift(), path, TIMING, format="mp4", document=DOCUMENT, seal=wanted)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.value.code == "clip.disk_full"
    assert list(tmp_path.iterdir()) == []


def test_the_native_library_is_not_taken_from_the_working_directory(
    clips: dict[str, Path], tmp_path: Path
) -> None:
    """c2pa by itself looks there first; a clip is often verified in the folder it was downloaded to."""
    import _ctypes

    shutil.copy(_ctypes.__file__, tmp_path / "libc2pa_c.so")  # any library but the right one
    code = f"from pathlib import Path; import stillreel; print(stillreel.verify(Path({str(clips['mp4'])!r})).state)"
    sign = "from stillreel.clip.provenance_reader import library; print(library().sdk_version() != '')"
    for program, said in ((code, "valid"), (sign, "True")):
        ended = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ended.stdout.strip() == said, ended.stderr


def answer(path: Path) -> str:
    """The state, or the code of the error; whatever else is raised fails the test."""
    try:
        return verify(path).state
    except StillreelError as error:
        return error.code


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.9, 0.999])
def test_a_cut_file_gives_one_clear_answer(clips: dict[str, Path], tmp_path: Path, share: float) -> None:
    data = clips["mp4"].read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: int(len(data) * share)])
    assert answer(path) in ("invalid", "absent", "clip.unreadable")


def test_a_hostile_manifest_gives_one_clear_answer(clips: dict[str, Path], tmp_path: Path) -> None:
    """Bytes of the manifest itself, thrown about; nothing but padding may change and leave it valid."""
    data = clips["gif"].read_bytes()
    start = data.index(b"C2PA_GIF")
    dice = random.Random(5)
    path = tmp_path / "hostile.gif"
    for _ in range(6):
        changed = bytearray(data)
        for _ in range(12):
            changed[start + dice.randrange(3000)] = dice.randrange(256)
        path.write_bytes(changed)
        assert answer(path) in ("invalid", "absent", "clip.unreadable", "provenance.too_slow")


@pytest.mark.parametrize("content", [b"", b"no clip", b"\0" * 40])
def test_what_is_no_clip_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        verify(path)
    assert refused.value.code == "clip.unreadable"


@pytest.mark.skipif(not hasattr(signal, "SIGXCPU"), reason="needs the system's limits")
def test_a_clip_that_takes_too_long_is_given_up(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    shutil.copy(clips["mp4"], path)
    grown(path, 1900)  # sparse, and yet all of it must be hashed
    limits = Settings(str(path), "video/mp4", None, None, None, 1.0, 2**32, 2**20, 2**20)
    with pytest.raises(RefusedError) as refused:
        answered(limits, path)
    assert refused.value.code == "provenance.too_slow"


def test_a_manifest_that_is_too_large_is_not_read(clips: dict[str, Path], tmp_path: Path) -> None:
    beside = tmp_path / "large.c2pa"
    beside.write_bytes(b"\0" * 1001)
    limits = Settings(str(clips["webm"]), "video/webm", str(beside), None, None, 9.0, 2**32, 1000, 2**20)
    assert "more than 1000 bytes" in answered(limits, clips["webm"])["message"]
    talkative = Settings(str(clips["mp4"]), "video/mp4", None, None, None, 9.0, 2**32, 1000, 1000)
    assert answered(talkative, clips["mp4"])["error"] == "TooLarge"


def test_a_clip_that_is_too_large_is_not_read(tmp_path: Path, clips: dict[str, Path]) -> None:
    path = tmp_path / "large.mp4"
    shutil.copy(clips["mp4"], path)
    with path.open("r+b") as file:
        file.truncate(2**31 + 1)  # sparse
    with pytest.raises(UsageError) as refused:
        verify(path)
    assert refused.value.code == "clip.too_large"
