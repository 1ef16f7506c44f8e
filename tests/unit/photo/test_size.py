"""What the user may write for a size, and the pixels it comes to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillreel.errors import RefusedError, UsageError
from stillreel.photo import SizeRequest, parse_size
from stillreel.photo.size import AUTO_AREA, LONGEST, SHORTEST, like


@pytest.mark.parametrize(
    ("text", "photo", "frame"),
    [
        ("auto", (2048, 1152), (1024, 576)),
        ("auto", (1152, 2048), (576, 1024)),
        ("auto", (4000, 3000), (888, 664)),
        ("auto", (451, 300), (448, 300)),  # never enlarged
        ("auto", (4096, 137), (1920, 64)),
        ("auto", (40, 60), (64, 64)),  # a clip has at least 64
        ("720p", (4000, 3000), (1280, 720)),
        ("720p", (3000, 4000), (720, 1280)),
        ("1080P", (100, 100), (1920, 1080)),
        (" 640 x 480 ", (3000, 4000), (640, 480)),
        ("64×1920", (10, 10), (64, 1920)),
    ],
)
def test_sizes(text: str, photo: tuple[int, int], frame: tuple[int, int]) -> None:
    assert parse_size(text).frame_for(photo) == frame


def test_an_odd_size_is_made_even_and_said() -> None:
    request = parse_size("641x481")
    assert request.box == (640, 480)
    assert [(note.code, "640x480" in note.message) for note in request.notes] == [("size.snapped", True)]
    assert parse_size("640x480").notes == ()


@pytest.mark.parametrize(
    "text", ["", "big", "1024", "x", "10x", "-640x480", "640x480x3", "640.5x480", "٦٤x٦٤", "480p"]
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert caught.value.code == "usage.size"


@pytest.mark.parametrize("text", ["63x100", "1921x1080", "100x0", "999999x999999"])
def test_sizes_that_are_not_made(text: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_size(text)
    assert caught.value.code == "size.limits"


@given(st.integers(32, 4096), st.integers(32, 4096))
def test_auto_is_even_within_limits_near_the_photos_shape_and_not_larger(width: int, height: int) -> None:
    frame = SizeRequest().frame_for((width, height))
    assert all(side % 4 == 0 and SHORTEST <= side <= LONGEST for side in frame)
    assert all(now <= max(before, SHORTEST) for now, before in zip(frame, (width, height)))
    if min(frame) > SHORTEST:
        assert abs(frame[0] / frame[1] / (width / height) - 1) < 4 / min(frame)
        assert frame[0] * frame[1] < AUTO_AREA * 1.02


def test_keep_takes_the_photos_own_size_up_to_1920() -> None:
    assert like((1001, 667), 1.0) == (1000, 666)
    assert like((4096, 2304), 1.0) == (1920, 1080)
