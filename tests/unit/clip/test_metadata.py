"""The document survives what programs do to clips, and hostile files are refused by name."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from stillreel.clip import metadata, read_document, write, write_poster
from stillreel.clip.boxes import comment_of, xmp_of
from stillreel.clip.decode import frames, packets_digest
from stillreel.clip.xmp import from_xmp, to_xmp
from stillreel.errors import StillreelError, UsageError
from tests.unit.clip.test_encode import DOCUMENT, NAMES, TIMING, drift, photo

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small clip of each format."""
    folder = tmp_path_factory.mktemp("clips")
    paths = {}
    for kind, name in NAMES.items():
        paths[kind] = folder / f"{kind}-{name}"
        write(drift(), paths[kind], TIMING, format=kind, document=DOCUMENT)  # type: ignore[arg-type]
    return paths


def remux(source: Path, target: Path, container: str, keep_comment: bool) -> None:
    """Copy the packets as another program would: XMP boxes go, comments stay where asked."""
    with av.open(str(source)) as old, av.open(str(target), "w", format=container) as new:
        if keep_comment:
            new.metadata["comment"] = old.metadata["comment"]
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                new.mux(packet)


@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_the_comment_alone_is_enough(clips: dict[str, Path], tmp_path: Path, container: str) -> None:
    path = tmp_path / f"again.{container}"
    remux(clips["mp4"], path, container, keep_comment=True)
    with path.open("rb") as file:
        assert xmp_of(file, path.stat().st_size, metadata.LIMIT) == b""
    assert read_document(path) == DOCUMENT
    assert packets_digest(path) == packets_digest(clips["mp4"])


def test_the_xmp_box_alone_is_enough(clips: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "bare.mp4"
    remux(clips["mp4"], path, "mp4", keep_comment=False)
    with pytest.raises(UsageError) as caught:
        read_document(path)
    assert caught.value.code == "clip.no_document"
    metadata.embed(path, metadata.to_text(DOCUMENT))
    with path.open("rb") as file:
        assert comment_of(file, path.stat().st_size, metadata.LIMIT) == b""
    assert read_document(path) == DOCUMENT
    assert len(list(frames(path))) == TIMING.frames


def test_pillow_finds_the_document_where_each_format_keeps_it(clips: dict[str, Path]) -> None:
    text = metadata.to_text(DOCUMENT)
    with Image.open(clips["webp"]) as picture:
        assert from_xmp(picture.info["xmp"]) == text
        picture.seek(TIMING.frames - 1)
        assert picture.info["loop"] == 0
    with Image.open(clips["png"] / "00000.png") as picture:
        assert picture.text["stillreel"] == text  # type: ignore[attr-defined]
    with Image.open(clips["gif"]) as picture:
        picture.seek(TIMING.frames - 1)
        assert picture.info["loop"] == 0


def test_a_folder_that_lost_its_sidecar_still_knows(clips: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "00000.png").write_bytes((clips["png"] / "00000.png").read_bytes())
    assert read_document(tmp_path) == DOCUMENT


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_any_json_passes_through_xmp(document: dict[str, object]) -> None:
    text = metadata.to_text(document)
    assert text.isascii()
    assert from_xmp(to_xmp(text)) == text


def test_xmp_as_another_program_writes_it() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<r:Description xmlns:s="urn:stillreel:xmp:1#" s:document="{&quot;a&quot;:1}"/></r:RDF></x:xmpmeta>'
    )
    assert from_xmp(packet) == '{"a":1}'


def test_bombs_and_broken_xmp_are_no_document() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>' + to_xmp("{}").replace(b"{}", b"&b;")
    assert from_xmp(bomb) is None
    assert from_xmp(to_xmp("{}")[:-60]) is None
    assert from_xmp(b"\xff\xfe<") is None


def code(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        read_document(path)
    return caught.value.code


def test_what_is_no_clip(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("hello, I am a clip")
    with zipfile.ZipFile(tmp_path / "zip.mp4", "w") as archive:
        archive.writestr("a", "b")
    (tmp_path / "head.webm").write_bytes(b"\x1aE\xdf\xa3" + bytes(64))
    for name in ("empty.mp4", "text.mp4", "zip.mp4", "head.webm", "missing.mp4"):
        assert code(tmp_path / name) == "clip.unreadable"
    (tmp_path / "ftyp.mp4").write_bytes(struct.pack(">I4s", 8, b"ftyp"))
    assert code(tmp_path / "ftyp.mp4") == "clip.no_document"
    assert code(tmp_path) == "clip.no_document"


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        "{",
        "NaN",
        '{"a": NaN}',
        "[" * 100_000,
        '{"a": ' + "9" * 10_000 + "}",
        '"' + "x" * metadata.LIMIT + '"',
    ],
)
def test_json_that_is_no_document(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(struct.pack(">I4s", 8, b"ftyp"))
    metadata.embed(path, text)
    assert code(path) == "clip.no_document"


def test_a_document_too_large_or_not_json_is_not_written(tmp_path: Path) -> None:
    for document in ({"a": "x" * metadata.LIMIT}, {"a": float("nan")}, {"a": {1, 2}}):
        with pytest.raises(UsageError) as caught:
            write(drift(), tmp_path / "a.mp4", TIMING, format="mp4", document=document)
        assert caught.value.code == "clip.document"
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_clips_give_the_document_or_a_clear_error(
    clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from([kind for kind in NAMES if kind != "png"]))
    good = clips[kind].read_bytes()
    bad = bytearray(good[: data.draw(st.integers(0, len(good)))])
    for _ in range(data.draw(st.integers(0, 8))):
        if bad:
            bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("bad") / "bad.bin"
    path.write_bytes(bad)
    assert outcome(lambda: read_document(path)) in ("done", "clip.unreadable", "clip.no_document")
    assert outcome(lambda: list(frames(path))) in ("done", "clip.unreadable", "clip.too_large")
    assert outcome(lambda: packets_digest(path)) in ("done", "clip.unreadable")


def outcome(attempt: Callable[[], object]) -> str:
    """The code of the error it ended in, or "done"; any other error fails the test."""
    try:
        attempt()
    except StillreelError as error:
        return error.code
    return "done"


@pytest.mark.parametrize("name", ["a.jpg", "a.PNG", "a.webp"])
def test_a_poster_is_the_frame(tmp_path: Path, name: str) -> None:
    write_poster(photo(), tmp_path / name)
    with Image.open(tmp_path / name) as picture:
        assert picture.size == (160, 96)
        assert abs(picture.convert("RGB").getpixel((5, 80))[0] - int(photo()[80, 5, 0])) <= 6  # type: ignore[index]
    with pytest.raises(UsageError, match="exists"):
        write_poster(photo(), tmp_path / name)
    with pytest.raises(UsageError, match="no name for a poster"):
        write_poster(photo(), tmp_path / "a.bmp")
