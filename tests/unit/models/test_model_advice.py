"""Model advice: every rule with its reason, the ranking, and that a looser wish never loses a model."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import stillreel
from stillreel.devices import gpu_memory
from stillreel.errors import UsageError
from stillreel.models.advice import (
    Asked,
    Choice,
    Seen,
    Wish,
    advise,
    asked_in,
    look_at,
    parse_pixels,
    rank,
    wish_for,
)
from stillreel.models.advice.limits import offer
from stillreel.models.advice.merits import MERITS
from stillreel.models.catalog import Catalogue, Entry, catalogue

BASE = {"family": "f", "title": "t", "summary": "s", "source": "x", "checked": "2026-11-22"}
PRICES = {"source": "p", "checked": "2026-11-22", "third_party": True}
PUSH = Asked("push", ("push",), (), (), True)
WALK = Asked("she walks", (), (), (("action", "she walks"),), True)
TALK = Asked("she talks", (), (), (("dialogue", "she talks"),), True)
SCENES = Asked("cut to", (), (), (("scenes", "cut to"),), True)


def local(**more: object) -> Entry:
    return Entry.model_validate({**BASE, "name": "local", "kind": "open", "classes": ["P"], **more})


def hosted(**more: object) -> Entry:
    return Entry.model_validate(
        {**BASE, "name": "far", "kind": "hosted", "provider": "P", "api": ["u"], **more}
    )


def seen(width: int, height: int) -> Wish:
    return Wish(photo=Seen((width, height), 0, "photo"))


def judged(entry: Entry, wish: Wish) -> Choice:
    found = rank(wish, Catalogue((entry,)))
    (choice,) = (*found.fits, *found.excluded)
    return choice


def codes(entry: Entry, wish: Wish) -> list[str]:
    return [obstacle.code for obstacle in judged(entry, wish).obstacles]


def reasons(entry: Entry, wish: Wish) -> dict[str, float]:
    return {reason.code: reason.weight for reason in judged(entry, wish).reasons}


# -- what rules out ----------------------------------------------------------------------------------------------
DEAR = hosted(
    resolutions=["720p"],
    seconds={"longest": 10},
    prices={**PRICES, "rows": [{"resolution": "720p", "usd_per_second": 0.1}]},
)


@pytest.mark.parametrize(
    ("entry", "strict", "loose", "code"),
    [
        (hosted(retired="2026-01-01"), Wish(), None, "retired"),
        (local(photo=False), Wish(), None, "photo.not_taken"),
        (local(needs_last_frame=True), Wish(), None, "photo.last"),
        (local(prompt=False), Wish(asked=PUSH), Wish(), "prompt.not_taken"),
        (local(still_only=True), Wish(asked=WALK), Wish(asked=PUSH), "prompt.beyond"),
        (local(seconds={"longest": 5}), Wish(seconds=5.2), Wish(seconds=5.05), "length"),
        (local(frames={"usual": 81}, fps=16), Wish(seconds=6), Wish(seconds=5), "length"),
        (local(seconds={"choices": [4, 8]}), Wish(seconds=9), Wish(seconds=7), "length"),
        (local(sound="none"), Wish(sound=True), Wish(), "sound"),
        (local(size={"width": 832, "height": 480}), Wish(size=(1280, 720)), Wish(size=(480, 832)), "size"),
        (local(long_side=1920), Wish(size=(2560, 720)), Wish(size=(1080, 1920)), "size"),
        (local(memory={"full": 24}), Wish(vram=16), Wish(vram=24), "memory"),
        (local(memory={"full": 80, "least": 12}), Wish(vram=8), Wish(vram=12), "memory"),
        (local(), Wish(vram=0), Wish(vram=4), "memory"),
        (hosted(), Wish(offline=True), Wish(), "offline"),
        (local(licence={"name": "NC", "commercial": "no", "terms": "t"}), Wish(commercial=True), Wish(), "licence"),
        (DEAR, Wish(budget=0.49), Wish(budget=0.5), "budget"),
        (hosted(), Wish(budget=0), Wish(budget=0.01), "budget"),
        (hosted(shortest_side=300), seen(800, 299), seen(800, 300), "photo.small"),
        (hosted(aspect=2.5), seen(2600, 1000), seen(1000, 2500), "photo.narrow"),
    ],
)  # fmt: skip
def test_each_rule_rules_out_with_its_reason(
    entry: Entry, strict: Wish, loose: Wish | None, code: str
) -> None:
    choice = judged(entry, strict)
    assert [obstacle.code for obstacle in choice.obstacles] == [code]
    assert choice.obstacles[0].text
    assert choice.obstacles[0].change
    if loose is not None:
        assert codes(entry, loose) == []


def test_the_texts_carry_the_numbers() -> None:
    assert (
        "needs 24 GB of GPU memory, you have 0"
        in judged(local(memory={"full": 24}), Wish(vram=0)).obstacles[0].text
    )
    text = judged(DEAR, Wish(seconds=7, budget=0.3)).obstacles[0]
    assert text.text == "costs 0.70 USD for this clip, you have 0.30"
    assert text.change == "a budget of 0.70 USD"
    assert (
        "at most 5 s, you want 6" in judged(local(seconds={"longest": 5}), Wish(seconds=6)).obstacles[0].text
    )


def test_what_is_unknown_rules_nothing_out() -> None:
    unknown = local(parameters=20)
    wish = Wish(seconds=30, sound=True, size=(3840, 2160), vram=8, commercial=True, budget=1)
    found = reasons(unknown, wish)
    assert codes(unknown, wish) == []
    assert {"length.unknown", "sound.unknown", "size.unknown", "memory.unknown", "licence.unknown"} <= set(
        found
    )
    assert all(found[name] < 0 for name in found if name.endswith(".unknown"))


# -- what it would make ------------------------------------------------------------------------------------------
def test_the_cheapest_way_that_is_large_and_loud_enough() -> None:
    rows = [
        {"resolution": "720p", "sound": False, "usd_per_second": 0.1},
        {"resolution": "720p", "sound": True, "usd_per_second": 0.15},
        {"resolution": "1080p", "usd_per_second": 0.2},
    ]
    entry = hosted(
        resolutions=["720p", "1080p"], seconds={"shortest": 4, "longest": 10}, prices={**PRICES, "rows": rows}
    )
    assert (offer(entry, Wish()).resolution, offer(entry, Wish()).cost) == ("720p", 0.5)
    assert offer(entry, Wish(sound=True)).cost == 0.75
    assert offer(entry, Wish(size=(1920, 1080))).cost == 1.0
    assert (offer(entry, Wish(seconds=2)).seconds, offer(entry, Wish(seconds=2)).cost) == (4, 0.4)


def test_veo_makes_the_next_of_its_lengths() -> None:
    veo = catalogue().get("veo-3.1-fast")
    assert (offer(veo, Wish(seconds=5)).seconds, offer(veo, Wish(seconds=5)).cost) == (6, 0.6)
    large = offer(veo, Wish(seconds=5, size=(1920, 1080)))
    assert (large.resolution, large.seconds, large.cost) == ("1080p", 8, 0.96)


# -- what ranks --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("better", "worse", "wish"),
    [
        (local(camera="exact"), local(camera="path"), Wish(asked=PUSH)),
        (local(camera="path"), local(camera="lora"), Wish(asked=PUSH)),
        (local(camera="lora"), local(camera="words"), Wish(asked=PUSH)),
        (local(sound="optional"), local(sound="always"), Wish()),
        (local(sound="optional"), local(), Wish(sound=True)),
        (local(sound="optional"), local(sound="none"), Wish(asked=TALK)),
        (local(shots=6), local(shots=1), Wish(asked=SCENES)),
        (local(seconds={"longest": 9}), local(seconds={"choices": [8]}), Wish()),
        (local(seconds={"longest": 9}), local(), Wish()),
        (local(size={"width": 800, "height": 600}), local(), Wish(size=(640, 480))),
        (local(memory={"full": 20}), local(memory={"full": 40, "least": 20}), Wish(vram=24)),
        (local(parameters=2), local(parameters=30), Wish(vram=24)),
        (local(licence={"name": "A", "commercial": "yes"}),
         local(licence={"name": "B", "commercial": "conditional", "terms": "t"}), Wish(commercial=True)),
        (local(), local(gated=True), Wish()),
        (local(vbench_i2v=88.7), local(vbench_i2v=86.7), Wish()),
        (hosted(), hosted(retires="2026-12-01"), Wish()),
        (hosted(), hosted(refuses_faces=True), Wish(photo=Seen((900, 600), 1, "photo"))),
        (DEAR, hosted(resolutions=["720p"], seconds={"longest": 10}), Wish()),
        (local(), hosted(), Wish()),
        (local(size={"width": 400, "height": 300}), local(size={"width": 1280, "height": 720}),
         Wish(photo=Seen((400, 300), 0, "photo"))),
    ],
)  # fmt: skip
def test_each_merit_ranks(better: Entry, worse: Entry, wish: Wish) -> None:
    best = better.model_copy(update={"name": "zz"})  # last by name, so only its merit puts it first
    found = rank(wish, Catalogue((worse, best)))
    assert [choice.name for choice in found.fits] == ["zz", worse.name]
    assert found.fits[0].points > found.fits[1].points


def test_a_total_of_vbench_stands_beside_that_of_a_frozen_copy() -> None:
    (said,) = [reason for reason in judged(local(vbench_i2v=88.7), Wish()).reasons if reason.code == "vbench"]
    assert "87.3" in said.text


def test_a_drawn_photo_speaks_against_made_up_depth() -> None:
    still = local(still_only=True)
    assert "photo.drawn" in reasons(still, Wish(photo=Seen((900, 600), 0, "painting")))
    assert "photo.drawn" not in reasons(still, Wish(photo=Seen((900, 600), 0, "photo")))


def test_every_merit_speaks_somewhere() -> None:
    wishes = [
        Wish(asked=one, photo=Seen((300, 200), 1, "painting"), sound=True, size=(640, 480), vram=24)
        for one in (PUSH, WALK)
    ]
    spoke = {merit for merit in MERITS for wish in wishes for entry in catalogue().entries
             if list(merit(entry, wish, offer(entry, wish), judged(entry, wish).here))}  # fmt: skip
    assert spoke == set(MERITS)


# -- the whole ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("prompt", "first"),
    [
        ("slow push-in, hair moves in the breeze", "embedded"),
        ("slow orbit to the left", "embedded"),
        ("static camera, clouds drift", "embedded"),
    ],
)
def test_a_camera_over_a_still_photo_is_for_the_embedded_model(prompt: str, first: str) -> None:
    assert advise(prompt=prompt, machine="any").fits[0].name == first


@pytest.mark.parametrize(
    "prompt", ["a man walking down the street", "she talks to the camera", "the car turns into a robot"]
)
def test_what_a_still_photo_does_not_hold_needs_another_model(prompt: str) -> None:
    found = advise(prompt=prompt, machine="any")
    assert "embedded" not in [choice.name for choice in found.fits]
    (own,) = [choice for choice in found.excluded if choice.name == "embedded"]
    assert [obstacle.code for obstacle in own.obstacles] == ["prompt.beyond"]
    assert found.fits


def test_nothing_at_all_may_fit() -> None:
    found = advise(prompt="she walks away", vram=0, offline=True)
    assert found.fits == ()
    assert found.excluded[0].name == "embedded"  # it lacks least


def test_an_offline_laptop_has_the_embedded_model() -> None:
    found = advise(vram=0, offline=True, budget=0)
    assert [choice.name for choice in found.fits] == ["embedded"]
    assert found.fits[0].here.runs


def test_the_advice_is_the_same_twice_and_fits_into_json() -> None:
    once, again = (advise(prompt="push in", seconds=8, vram=24).as_dict() for _ in range(2))
    assert json.dumps(once) == json.dumps(again)
    assert set(once) == {"wish", "fits", "excluded"}
    assert {"name", "runs_here", "for", "against", "obstacles", "cost_usd", "seconds"} <= set(once["fits"][0])
    assert len(once["fits"]) + len(once["excluded"]) == len(catalogue().entries)


def test_the_python_door() -> None:
    assert stillreel.models.advise(prompt="push in", machine="any").fits[0].name == "embedded"
    assert stillreel.models.catalogue().find("embedded") is not None
    with pytest.raises(AttributeError, match="nonesuch"):
        _ = stillreel.models.nonesuch  # pyright: ignore[reportAttributeAccessIssue]


WISHES = st.builds(
    Wish,
    seconds=st.floats(0.5, 40),
    asked=st.sampled_from([None, PUSH, WALK, TALK]),
    photo=st.sampled_from([None, Seen((640, 480), 1, "photo"),
                           Seen((3000, 900), 0, "painting"), Seen((99, 99), 0, "photo")]),
    sound=st.booleans(),
    size=st.sampled_from([None, (640, 360), (1280, 720), (1080, 1920), (3840, 2160)]),
    budget=st.none() | st.floats(0, 10),
    vram=st.none() | st.floats(0, 100),
    commercial=st.booleans(),
    offline=st.booleans(),
)  # fmt: skip


def fitting(wish: Wish) -> set[str]:
    return {choice.name for choice in rank(wish).fits}


@settings(max_examples=40)
@given(WISHES, st.floats(0, 10), st.floats(0, 100), st.floats(0, 1))
def test_a_looser_wish_never_loses_a_model(wish: Wish, money: float, memory: float, share: float) -> None:
    kept = fitting(wish)
    looser = [
        replace(wish, budget=None), replace(wish, vram=None), replace(wish, sound=False), replace(wish, size=None),
        replace(wish, commercial=False), replace(wish, offline=False), replace(wish, asked=None),
        replace(wish, photo=None), replace(wish, seconds=max(0.1, wish.seconds * share)),
    ]  # fmt: skip
    looser += [replace(wish, budget=wish.budget + money)] if wish.budget is not None else []
    looser += [replace(wish, vram=wish.vram + memory)] if wish.vram is not None else []
    for other in looser:
        assert kept <= fitting(other), other


# -- the wish ----------------------------------------------------------------------------------------------------
def test_a_prompt_is_heard() -> None:
    heard = asked_in("slow push-in, hair moves in the breeze")
    assert (heard.camera, heard.motions, heard.deeds, heard.understood) == (("push",), ("hair",), (), True)
    assert asked_in("static camera").camera == ()
    assert asked_in("a man walking down the street").deeds[0][0] == "action"
    assert asked_in("she says hello to us").deeds[0][0] == "dialogue"
    assert not asked_in("qwertz uiop").understood


def test_a_photo_is_looked_at(tmp_path: Path, astronaut: Path) -> None:
    seen = look_at(astronaut)
    assert (seen.size, seen.faces, seen.style) == ((512, 512), 1, "photo")
    grey = np.random.default_rng(0).integers(0, 255, (90, 300, 1), np.uint8).repeat(3, 2)
    Image.fromarray(grey).save(tmp_path / "grey.png")
    assert look_at(tmp_path / "grey.png").size == (300, 90)
    assert look_at(tmp_path / "grey.png").faces == 0


@pytest.mark.parametrize(
    ("text", "size"), [("1280x720", (1280, 720)), (" 4K ", (3840, 2160)), ("720×1280", (720, 1280))]
)
def test_sizes(text: str, size: tuple[int, int]) -> None:
    assert parse_pixels(text) == size


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"seconds": 0}, "advise.seconds"),
        ({"seconds": float("nan")}, "advise.seconds"),
        ({"budget": -1}, "advise.budget"),
        ({"vram": float("inf")}, "advise.vram"),
        ({"machine": "my laptop"}, "advise.machine"),
        ({"size": "big"}, "advise.size"),
        ({"size": "20x20"}, "advise.size"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        wish_for(**given)  # pyright: ignore[reportArgumentType]
    assert caught.value.code == code


# -- the machine -------------------------------------------------------------------------------------------------
def smi(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.skipif("sys.platform == 'win32'", reason="a shell script stands in for the driver's program")
@pytest.mark.parametrize(
    ("script", "gigabytes"),
    [
        ("echo 24564", 25.8),
        ("printf '8192\\n81559\\n'", 85.5),
        ("echo '[N/A]'", 0.0),
        ("exit 9", 0.0),
        ("printf '\\377'", 0.0),
    ],
)
def test_the_largest_gpu_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, gigabytes: float
) -> None:
    smi(tmp_path, script, monkeypatch)
    assert gpu_memory() == gigabytes
    assert wish_for().vram == gigabytes
    assert wish_for(machine="any").vram is None
    assert wish_for(vram=6).vram == 6


@pytest.mark.skipif("sys.platform == 'win32'", reason="a shell script stands in for the driver's program")
def test_a_driver_that_hangs_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    smi(tmp_path, "exec sleep 30", monkeypatch)
    assert gpu_memory(0.2) == 0.0


def test_no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpu_memory() == 0.0
