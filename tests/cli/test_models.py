"""`stillreel models`: list, show and advise, as a user and as a program meet them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import Stillreel


def test_the_list_says_what_runs_here(quick: Stillreel) -> None:
    out = quick("models", "list").out
    assert "embedded                   runs here" in out
    assert "kling-3.0                  hosted" in out
    assert "not built" in out
    assert "sora-2" not in out
    assert "sora-2                     gone" in quick("models", "list", "--all").out


def test_the_list_as_json(quick: Stillreel) -> None:
    models = quick("models", "list", "--json").json["models"]
    assert [one["name"] for one in models if one["runs_here"]] == ["embedded"]
    by_name = {one["name"]: one for one in models}
    assert by_name["kling-3.0"]["seconds"] == [3, 15]
    assert by_name["seedance-2.5"]["seconds"] == [None, None]  # unknown
    assert by_name["embedded"]["weights"]


@pytest.mark.parametrize("name", ["embedded", "wan2.2-ti2v-5b", "kling-3.0", "sora-2", "svd-xt", "veo-3.1"])
def test_every_kind_is_shown(quick: Stillreel, name: str) -> None:
    out = quick("models", "show", name).out
    assert name in out
    assert "source" in out
    assert quick("models", "show", name, "--json").json["catalogue"]["name"] == name


def test_what_is_unknown_is_shown_as_such(quick: Stillreel) -> None:
    out = quick("models", "show", "seedance-2.5").out
    for topic in ("seconds", "size", "sound", "price", "licence"):
        assert f"  {topic:<16} unknown" in out
    assert "[third party]" in quick("models", "show", "kling-3.0").out


def test_an_unknown_model_is_one_error(quick: Stillreel) -> None:
    ended = quick("models", "show", "klign-3.0", "--json")
    assert ended.status == 2
    assert ended.json["error"]["code"] == "model.unknown"
    assert "kling-3.0" in ended.json["error"]["hint"]
    assert quick("models", "show", "./nowhere", "--json").json["error"]["code"] == "model.no_folder"


def test_advice(quick: Stillreel, tmp_path: Path, astronaut: Path) -> None:
    shutil.copy(astronaut, tmp_path / "portrait.png")
    ended = quick(
        "models", "advise", "--photo", "portrait.png", "--prompt", "slow push-in, soft blink", "--vram", "0"
    )
    assert ended.status == 0
    assert "For 5 s; push, blink; a photo of 512x512, 1 face(s); no GPU:" in ended.out
    assert "1. embedded: runs here now" in ended.out
    assert (
        "not wan2.2-ti2v-5b: needs 24 GB of GPU memory, you have 0"
        in quick("models", "advise", "--vram", "0", "--all").out
    )


def test_advice_as_json(quick: Stillreel) -> None:
    found = quick(
        "models", "advise", "--prompt", "she walks", "--sound", "--budget", "1", "--vram", "0", "--json"
    ).json
    assert found["wish"]["sound"] is True
    assert found["fits"][0]["kind"] == "hosted"
    assert "embedded" in [one["name"] for one in found["excluded"]]
    assert all(one["cost_usd"] is None or one["cost_usd"] <= 1 for one in found["fits"])


def test_advice_where_nothing_fits_says_what_to_change(quick: Stillreel) -> None:
    out = quick("models", "advise", "--prompt", "she walks", "--offline", "--vram", "0").out
    assert "No catalogued model fits." in out
    assert "'walks' is beyond it (to change: leave out 'walks')" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--size", "huge"], "advise.size"), (["--seconds", "0"], "advise.seconds"),
        (["--machine", "x"], "advise.machine"),
        (["--photo", "gone.jpg"], "photo.missing"),
    ],
)  # fmt: skip
def test_a_call_that_is_off(quick: Stillreel, arguments: list[str], code: str) -> None:
    ended = quick("models", "advise", *arguments, "--json")
    assert ended.status in (2, 3)
    assert ended.json["error"]["code"] == code
