"""Frames to a file: colours, tags, determinism, and nothing left behind when it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from stillreel.clip import encode, read_document, write
from stillreel.clip.animation import Palette
from stillreel.clip.colour import to_planes
from stillreel.clip.decode import frames, packets_digest
from stillreel.clip.target import require_room
from stillreel.errors import Interrupted, ResourceError, UsageError
from stillreel.frames.timing import Timing

SIZE = (160, 96)
TIMING = Timing.of(0.5, 24)
DOCUMENT = {"seed": 3, "prompt": 'a <b> & "c" é \u2028', "plan": {"camera": []}}
NAMES = {"mp4": "a.mp4", "webm": "a.webm", "av1": "a.mp4", "gif": "a.gif", "webp": "a.webp", "png": "frames"}


def photo(size: tuple[int, int] = SIZE) -> np.ndarray:
    """Skin, sky, leaves and grey: gentle gradients and one edge."""
    w, h = size
    x, y = np.meshgrid(np.linspace(0, 1, w), np.linspace(0, 1, h))
    picture = np.stack([90 + 120 * x, 120 + 60 * y, 200 - 150 * x * y], -1)
    picture[h // 3 : h // 2, w // 4 : w // 2] = (200, 150, 120)
    return picture.astype(np.uint8)


def drift(count: int = TIMING.frames, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """Chunks of one frame: the photo moving to the right by half a pixel a frame."""
    first = photo(size)
    moves = [np.array([[1, 0, 0.5 * i], [0, 1, 0]]) for i in range(count)]
    return [cv2.warpAffine(first, m, size, borderMode=cv2.BORDER_REFLECT)[None] for m in moves]


@pytest.mark.parametrize("kind", NAMES)
def test_every_format_gives_the_frames_and_the_document_back(tmp_path: Path, kind: str) -> None:
    path = tmp_path / NAMES[kind]
    counted: list[int] = []
    written = write(drift(), path, TIMING, format=kind, document=DOCUMENT, on_frame=counted.append)  # type: ignore[arg-type]
    back = list(frames(path))
    assert counted == list(range(1, 13))
    assert len(back) == written.frames == 12
    limit = {"png": 0, "gif": 8}.get(kind, 4)
    for got, sent in zip(back, drift()):
        assert np.abs(got.astype(int) - sent[0]).mean() <= limit
    assert read_document(path) == DOCUMENT
    assert written.bytes == sum(f.stat().st_size for f in (path.iterdir() if path.is_dir() else [path]))
    json.dumps(written.as_dict())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", NAMES)
def test_the_same_frames_give_the_same_packets(tmp_path: Path, kind: str) -> None:
    digests = set()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / NAMES[kind]
        write(drift(), path, TIMING, format=kind, document={"run": folder}, overwrite=False)  # type: ignore[arg-type]
        digests.add(packets_digest(path))
    other = tmp_path / f"other-{NAMES[kind]}"
    write([255 - chunk for chunk in drift()], other, TIMING, format=kind, document={})  # type: ignore[arg-type]
    assert len(digests) == 1
    assert packets_digest(other) not in digests


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        write(drift(), tmp_path / name, TIMING, format="mp4", document=DOCUMENT)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_mp4_is_tagged_and_starts_fast(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    timing = Timing(12, Fraction(30000, 1001))
    write(drift(), path, timing, format="mp4", document={})
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        tags = (context.colorspace, context.color_primaries, context.color_trc, context.color_range)
        assert [int(tag) for tag in tags] == [1, 1, 1, 1]
        assert (context.pix_fmt, context.profile, stream.average_rate) == (
            "yuv420p",
            "High",
            Fraction(30000, 1001),
        )
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(12 * 1001 / 30000, abs=1e-5)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"nclx\x00\x01\x00\x01\x00\x01" in data


def test_the_first_frame_is_close_and_without_bias(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write(drift(), path, TIMING, format="mp4", document={})
    difference = next(frames(path)).astype(int) - photo()
    assert np.abs(difference).mean() < 1.5
    assert abs(difference.mean()) < 0.5


def test_conversion_is_bt709_limited() -> None:
    """ITU-R BT.709: white 235, black 16, pure blue Y 32 and Cb 240 (luma is lifted by 0.6 before rounding)."""
    for colour, luma, blue in (((255, 255, 255), 235, 128), ((0, 0, 0), 16, 128), ((0, 0, 255), 32, 240)):
        planes = to_planes(np.full((4, 4, 3), colour, np.uint8))
        assert abs(int(planes[0, 0]) - luma) <= 1
        assert planes.reshape(-1)[16] == blue


def test_faithful_luma_brings_small_colours_closer_and_leaves_flat_ones_alone():
    rng = np.random.default_rng(3)
    confetti = np.kron(rng.integers(0, 256, (40, 60, 3)), np.ones((3, 3, 1))).astype(np.uint8)

    def shown(planes: np.ndarray) -> np.ndarray:
        """What a decoder that repeats chroma shows."""
        luma, blue, red = planes[:120], planes[120:150].reshape(60, 90), planes[150:].reshape(60, 90)
        blue, red = (np.kron(one - 128.0, np.ones((2, 2))) * 255 / 224 for one in (blue, red))
        grey = (luma - 16.0) * 255 / 219
        green = grey - 0.18732 * blue - 0.46812 * red
        return np.stack([grey + 1.5748 * red, green, grey + 1.8556 * blue], axis=-1).clip(0, 255)

    plain, faithful = (
        np.abs(shown(to_planes(confetti, faithful=how)) - confetti).mean() for how in (False, True)
    )
    assert faithful < 0.97 * plain
    flat = np.full((8, 8, 3), (30, 90, 200), np.uint8)
    assert np.abs(to_planes(flat, faithful=True).astype(int) - to_planes(flat)).max() <= 1


def test_gif_keeps_its_palette_until_the_light_changes() -> None:
    palette = Palette(photo())
    assert palette.misfit(drift()[5][0]) < 1.5 * palette.error + 1
    assert palette.misfit(255 - photo()) > 1.5 * palette.error + 1


def test_gif_says_which_frames_it_cannot_show(tmp_path: Path) -> None:
    written = write(drift(60), tmp_path / "a.gif", Timing.of(1, 60), format="gif", document={})
    assert written.notes[0].code == "clip.gif_rate"
    assert 45 <= len(list(frames(tmp_path / "a.gif"))) <= 50


class Stop(Exception):
    """Raised by a renderer."""


@pytest.mark.parametrize("kind", ["mp4", "webp", "png"])
@pytest.mark.parametrize("error", [Stop(), KeyboardInterrupt(), Interrupted("interrupted", "stopped")])
@pytest.mark.parametrize("after", [0, 5])
def test_whatever_goes_wrong_nothing_is_left(
    tmp_path: Path, kind: str, error: BaseException, after: int
) -> None:
    def failing():
        yield from drift()[:after]
        raise error

    with pytest.raises(type(error)):
        write(failing(), tmp_path / NAMES[kind], TIMING, format=kind, document={})  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_old_clip_survives_a_failed_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="12 frames were promised, 4 came"):
        write(drift()[:4], path, TIMING, format="mp4", document={}, overwrite=True)
    assert path.read_bytes() == b"old"
    write(drift(), path, TIMING, format="mp4", document={}, overwrite=True)
    assert path.stat().st_size > 1000


def code(path: Path, kind: str = "mp4", size: tuple[int, int] = SIZE, overwrite: bool = False) -> str:
    with pytest.raises(UsageError) as caught:
        write(drift(size=size), path, TIMING, format=kind, document={}, overwrite=overwrite)  # type: ignore[arg-type]
    return caught.value.code


def test_places_that_cannot_take_a_clip(tmp_path: Path) -> None:
    taken = tmp_path / "taken.mp4"
    taken.write_bytes(b"mine")
    strangers = tmp_path / "folder"
    strangers.mkdir()
    (strangers / "letter.txt").write_text("dear")
    assert code(taken) == "clip.exists"
    assert code(strangers, overwrite=True) == "clip.exists"
    assert code(strangers, "png", overwrite=True) == "clip.exists"
    assert code(tmp_path / "none" / "a.mp4") == "clip.no_folder"
    assert code(tmp_path / "a\n.mp4") == "clip.bad_name"
    assert code(tmp_path / ("a" * 300 + ".mp4")) == "clip.bad_name"
    assert code(tmp_path / "odd.mp4", size=(161, 97)) == "clip.odd_size"
    assert taken.read_bytes() == b"mine"
    assert (strangers / "letter.txt").read_text() == "dear"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "taken.mp4"]


def test_a_folder_of_frames_can_be_made_again(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    write(drift(), path, TIMING, format="png", document={})
    write(drift(4), path, Timing(4, Fraction(24)), format="png", document={"again": True}, overwrite=True)
    assert sorted(p.name for p in path.iterdir()) == [
        "00000.png",
        "00001.png",
        "00002.png",
        "00003.png",
        "stillreel.json",
    ]


@pytest.mark.parametrize(
    "name", ["-i.mp4", "http:x.mp4", "pipe:1.mp4", "%03d.mp4", "a b'c\";.mp4", "ünï.mp4"]
)
def test_a_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    write(drift(2), tmp_path / name, Timing(2, Fraction(24)), format="mp4", document={"n": name})
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert read_document(tmp_path / name) == {"n": name}
    assert len(list(frames(tmp_path / name))) == 2


def test_what_could_only_fail_at_the_end_is_refused_before_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "dear.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        encode.check(folder, format="png", overwrite=True)
    assert refused.value.code == "clip.exists"
    for kind, name in NAMES.items():
        encode.check(tmp_path / name, format=kind, overwrite=False)  # pyright: ignore[reportArgumentType]
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place without room: Linux's /proc")
def test_a_place_without_room_is_told_at_once() -> None:
    with pytest.raises(ResourceError) as refused:
        require_room(Path("/proc/clip.mp4"))
    assert refused.value.code == "clip.disk_full"
    require_room(Path(__file__))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on a file's size there")
@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "webp", "png"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    """A real limit on the size of a file, in a process of its own."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from tests.unit.clip.test_encode import *  # the same sizes\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "noise = [np.random.default_rng(i).integers(0, 255, (1, 96, 160, 3), np.uint8) for i in range(12)]\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "try: write(noise, Path(sys.argv[1]), TIMING, format=sys.argv[2], document={})\n"
        "except ResourceError as error: print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / NAMES[kind]), kind],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "clip.disk_full", done.stderr
    assert list(tmp_path.iterdir()) == []
