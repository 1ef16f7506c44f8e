"""What needs no photo: help, version, the doctor, the list of models, a plan from words alone."""

from __future__ import annotations

import pytest

import stillreel as package

from .conftest import Stillreel


def test_version(stillreel: Stillreel) -> None:
    assert stillreel("--version").out == f"stillreel {package.__version__}\n"


@pytest.mark.parametrize("command", [[], ["models"]])
def test_a_group_alone_shows_its_help_and_does_nothing(quick: Stillreel, command: list[str]) -> None:
    ended = quick(*command)
    assert ended.status == 2
    assert ended.out.startswith("Usage: stillreel")
    assert ended.err == ""


@pytest.mark.parametrize(
    "command", ["animate", "plan", "look", "rerun", "verify", "models list", "models show", "doctor"]
)
def test_every_command_has_help(quick: Stillreel, command: str) -> None:
    ended = quick(*command.split(), "--help")
    assert ended.status == 0
    assert ended.out.startswith(f"Usage: stillreel {command} ")


def test_the_doctor_finds_this_machine_fit(stillreel: Stillreel) -> None:
    ended = stillreel("doctor", "--json")
    broken = [finding for finding in ended.json["findings"] if finding["needed"] and not finding["ok"]]
    assert broken == []
    assert ended.json["healthy"] is True
    assert ended.status == 0
    assert {finding["topic"] for finding in ended.json["findings"]} >= {
        "python",
        "codec",
        "weights",
        "threads",
    }


def test_the_embedded_model_is_listed_with_its_options(quick: Stillreel) -> None:
    listed = quick("models", "list", "--json").json["models"]
    assert listed[0]["name"] == "embedded"
    shown = quick("models", "show", "embedded", "--json").json
    assert all(len(digest) == 64 for digest in shown["weights"].values())
    assert all(option["description"] for option in shown["options"])
    assert quick("models", "show").out.count("-O ") == len(shown["options"])


def test_a_plan_from_words_alone(quick: Stillreel) -> None:
    plan = quick("plan", "-", "slow push-in, soft natural blink", "--json").json
    assert [(move["move"], move["direction"]) for move in plan["camera"]] == [("push", "in")]
    assert [motion["kind"] for motion in plan["motions"]] == ["blink"]
