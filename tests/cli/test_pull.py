"""`stillreel models pull` and `remove`, and a network that is asked for without being here."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Stillreel

NAME = "depth-anything-v2-small"


def test_what_can_be_pulled_is_listed(quick: Stillreel) -> None:
    assert f"{NAME}    99 MB" in quick("models", "list").out
    (one,) = quick("models", "list", "--json").json["networks"]
    assert (one["name"], one["licence"], one["bytes"], one["pulled"]) == (NAME, "Apache-2.0", 99_060_839, False)
    assert one["use"].endswith(f"-O depth={NAME}")


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["models", "pull", "nonesuch"], 2, "model.pull_unknown"),
        (["models", "remove", "nonesuch"], 2, "model.pull_unknown"),
        (["models", "pull", NAME, "--from", "nowhere.onnx"], 2, "model.pull_no_file"),
        (["models", "pull", NAME, "--from", "small.onnx"], 5, "model.pull_mismatch"),
    ],
)
def test_what_cannot_be_pulled(
    quick: Stillreel, tmp_path: Path, arguments: list[str], status: int, code: str
) -> None:
    (tmp_path / "small.onnx").write_bytes(b"onnx")
    ended = quick(*arguments, "--json")
    assert (ended.status, ended.json["error"]["code"]) == (status, code)
    assert ended.json["error"]["hint"]


def test_removing_what_is_not_here(quick: Stillreel) -> None:
    assert "was not here" in quick("models", "remove", NAME).out
    assert quick("models", "remove", NAME, "--json").json["removed"] is False


def test_a_network_that_is_not_here_is_said_before_any_work(quick: Stillreel, astronaut: Path) -> None:
    for arguments in (["look", astronaut, "--depth", NAME], ["animate", astronaut, "zoom in", "-O", f"depth={NAME}"]):
        ended = quick(*arguments, "--json")
        assert ended.status == 5
        assert ended.json["error"]["code"] == "model.not_pulled"
        assert ended.json["error"]["hint"] == f"Run: stillreel models pull {NAME}"
    assert quick("look", astronaut, "--depth", "big", "--json").json["error"]["code"] == "model.pull_unknown"
    wrong = quick("animate", astronaut, "zoom in", "-O", "depth=big", "--json").json["error"]
    assert wrong["code"] == "model.option"
    assert NAME in wrong["message"]


def test_looking_says_whose_depth_it_is(quick: Stillreel, astronaut: Path) -> None:
    assert quick("look", astronaut, "--json").json["depth_network"] == "ours"
    assert "(network: ours)" in quick("look", astronaut).out
