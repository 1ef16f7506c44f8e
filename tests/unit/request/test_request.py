"""AnimationRequest: defaults, limits, where the clip goes, and errors that say what is wrong."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stillreel.cli.animate import animate as command
from stillreel.cli.animate import parse_options
from stillreel.errors import PlanError, RefusedError, StillreelError, UsageError
from stillreel.motion.plan import MotionPlan
from stillreel.request import SUFFIXES, AnimationRequest, Format, check_places, make_request


def test_a_photo_is_all_it_needs() -> None:
    request = make_request(photo="holiday/beach.photo.jpg")
    assert (request.seconds, request.fps, request.size, request.fit, request.seed) == (
        5,
        24,
        "auto",
        "crop",
        0,
    )
    assert request.container == "mp4"
    assert request.destination == Path("beach.photo.mp4")


@pytest.mark.parametrize(
    ("fields", "container", "destination"),
    [
        ({"format": "gif"}, "gif", "a.gif"),
        ({"format": "png"}, "png", "a-frames"),
        ({"format": "av1"}, "av1", "a.mp4"),
        ({"output": "B.WEBM"}, "webm", "B.WEBM"),
        ({"output": "b.m4v"}, "mp4", "b.m4v"),
        ({"output": "b.webm", "format": "av1"}, "av1", "b.webm"),
        ({"output": "frames", "format": "png"}, "png", "frames"),
        ({"output": "frames.v2", "format": "png"}, "png", "frames.v2"),
    ],
)
def test_the_format_comes_from_its_name_or_the_output(
    fields: dict[str, Any], container: str, destination: str
) -> None:
    request = make_request(photo="a.jpg", **fields)
    assert (request.container, request.destination) == (container, Path(destination))


def test_every_format_has_suffixes() -> None:
    assert set(SUFFIXES) == set(get_args(Format))


@pytest.mark.parametrize(
    ("fields", "kind", "code", "words"),
    [
        ({"seconds": 15.1}, RefusedError, "request.limit", "seconds is 15.1"),
        ({"fps": 0}, RefusedError, "request.limit", "fps is 0"),
        ({"prompt": "x" * 2001}, RefusedError, "request.limit", "at most 2000"),
        ({"seed": 2**63}, RefusedError, "request.limit", "seed is"),
        ({"seconds": float("inf")}, UsageError, "request.invalid", "finite"),
        ({"background": "#fff"}, UsageError, "request.invalid", "background"),
        ({"options": {"steps": [4]}}, UsageError, "request.invalid", "'steps'"),
        ({"speed": 2}, UsageError, "request.unknown_field", "'speed'"),
        ({"prompt": "push in", "plan": {}}, UsageError, "request.plan_and_prompt", "exclude"),
        ({"plan": {"camera": [{"move": "pan"}]}}, PlanError, "plan.invalid", "pan takes direction"),
        ({"output": "a.mp4", "format": "webp"}, UsageError, "request.suffix", "'a.mp4'"),
        ({"output": "holiday"}, UsageError, "request.suffix", "does not say which format"),
        ({"size": "big"}, UsageError, "usage.size", "'big'"),
        ({"size": "4000x4000"}, RefusedError, "size.limits", "4000x4000"),
    ],
)
def test_what_is_wrong_is_said(
    fields: dict[str, Any], kind: type[StillreelError], code: str, words: str
) -> None:
    with pytest.raises(kind) as caught:
        make_request(photo="a.jpg", **fields)
    assert caught.value.code == code
    assert words in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300


def test_a_plan_brings_its_own_length_unless_one_is_given() -> None:
    plan = MotionPlan.model_validate({"seconds": 7})
    assert make_request(photo="a.jpg", plan=plan).seconds == 7
    assert make_request(photo="a.jpg", plan=plan.model_dump()).seconds == 7
    assert make_request(photo="a.jpg", plan=plan, seconds=3).seconds == 3
    with pytest.raises(RefusedError, match="seconds is 20"):
        make_request(photo="a.jpg", plan={"seconds": 20})


def test_it_is_frozen_and_survives_json() -> None:
    request = make_request(
        photo="a.jpg", plan={}, options={"steps": 6, "denoiser": False, "x": None}
    )
    with pytest.raises(ValidationError):
        request.seed = 3  # pyright: ignore[reportAttributeAccessIssue]
    assert AnimationRequest.model_validate_json(request.model_dump_json()) == request


@given(
    st.dictionaries(
        st.sampled_from(sorted(AnimationRequest.model_fields)), st.none() | st.integers() | st.text()
    )
)
def test_hostile_fields_give_a_request_or_one_of_our_errors(fields: dict[str, Any]) -> None:
    made = outcome(fields)
    if isinstance(made, AnimationRequest):
        assert made.container in SUFFIXES
    else:
        assert made.code
        assert made.exit_status in (2, 4)


def outcome(fields: dict[str, Any]) -> AnimationRequest | StillreelError:
    try:
        return make_request(**fields)
    except StillreelError as error:
        return error


def test_the_command_line_has_the_same_fields_and_defaults() -> None:
    signature = inspect.signature(command).parameters
    names = {"option": "options"}
    offered = {
        names.get(name, name): parameter.default for name, parameter in signature.items() if name != "json"
    }
    assert set(offered) == set(AnimationRequest.model_fields)
    for name in (
        "prompt",
        "model",
        "fps",
        "size",
        "fit",
        "seed",
        "loop",
        "format",
        "background",
        "overwrite",
    ):
        assert offered[name] == AnimationRequest.model_fields[name].default, name


class TestPlaces:
    def test_a_new_name_in_a_folder_is_fine(self, tmp_path: Path) -> None:
        check_places(make_request(photo="a.jpg", output=tmp_path / "a.mp4", report=tmp_path / "a.json"))

    @pytest.mark.parametrize("overwrite", [False, True])
    def test_a_file_that_exists_needs_overwrite(self, tmp_path: Path, overwrite: bool) -> None:
        (tmp_path / "a.mp4").touch()
        request = make_request(photo="a.jpg", output=tmp_path / "a.mp4", overwrite=overwrite)
        if overwrite:
            check_places(request)
        else:
            with pytest.raises(UsageError, match="exists already"):
                check_places(request)

    def test_a_folder_is_never_taken_for_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").mkdir()
        with pytest.raises(UsageError, match="is a folder"):
            check_places(make_request(photo="a.jpg", output=tmp_path / "a.mp4", overwrite=True))

    def test_the_photo_is_never_overwritten_by_any_of_its_names(self, tmp_path: Path) -> None:
        photo = tmp_path / "a.webp"
        photo.touch()
        (tmp_path / "same.webp").symlink_to(photo)
        for name in ("a.webp", "same.webp"):
            with pytest.raises(UsageError) as caught:
                check_places(make_request(photo=photo, output=tmp_path / name, overwrite=True))
            assert caught.value.code == "output.is_photo"

    def test_stages_go_into_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "stages").touch()
        request = make_request(photo="a.jpg", output=tmp_path / "a.mp4", keep_stages=tmp_path / "stages")
        with pytest.raises(UsageError, match="--keep-stages"):
            check_places(request)


def test_options_are_read_as_what_they_are() -> None:
    pairs = ["steps=6", "strength=0.5", "denoiser=false", "note = a=b ", "none=null", "name=007x"]
    assert parse_options(pairs) == {
        "steps": 6, "strength": 0.5, "denoiser": False, "note": "a=b", "none": None, "name": "007x",
    }  # fmt: skip


@pytest.mark.parametrize("pair", ["steps", "=4", " = "])
def test_an_option_without_a_name_or_value_sign_is_refused(pair: str) -> None:
    with pytest.raises(UsageError, match="KEY=VALUE"):
        parse_options([pair])
