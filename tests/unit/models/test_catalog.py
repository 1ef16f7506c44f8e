"""The catalogue: every file holds, what is wrong is named, and nothing is said that nobody read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from stillreel.errors import ModelError, UsageError
from stillreel.models import registry
from stillreel.models.catalog import Entry, catalogue, read_folder
from stillreel.models.here import here

OPEN = {
    "name": "one", "title": "One", "kind": "open", "family": "f", "summary": "s", "source": "x",
    "checked": "2026-11-22",
    "classes": ["P"],
}  # fmt: skip
FILE = """family = "f"
kind = "open"
[[model]]
name = "{name}"
title = "t"
summary = "s"
source = "x"
checked = 2026-11-22
classes = ["P"]
"""


def entry(**more: object) -> Entry:
    return Entry.model_validate({**OPEN, **more})


def test_the_catalogue_holds_the_families_that_were_studied() -> None:
    names = {one.name for one in catalogue().entries}
    assert len(names) == len(catalogue().entries) >= 45
    assert names >= {
        "embedded", "wan2.1-i2v-14b-480p", "wan2.2-i2v-a14b", "wan2.2-ti2v-5b", "ltx-video-2b", "ltx-2", "minimax-h3",
        "hunyuanvideo-1.5-480p", "framepack", "cogvideox-5b-i2v", "svd-xt", "kling-3.0", "seedance-2.0", "veo-3.1",
        "gemini-omni-1.2-flash", "sora-2",
    }  # fmt: skip
    kinds = [one.kind for one in catalogue().entries]
    assert kinds == sorted(kinds, key=["embedded", "open", "hosted"].index)


@pytest.mark.parametrize("one", catalogue().entries, ids=lambda one: one.name)
def test_every_entry_says_where_and_when_it_was_read(one: Entry) -> None:
    assert one.source
    assert one.checked.year >= 2026
    assert one.prices is None or (one.prices.source and one.prices.rows)
    assert one.longest is None or 1 <= one.longest <= 60


def test_figures_as_they_were_read() -> None:
    find = catalogue().get
    assert find("wan2.2-ti2v-5b").last_frame is False  # ignores it silently
    assert find("wan2.1-flf2v-14b-720p").last_frame is True
    assert find("wan2.1-i2v-14b-480p").longest == pytest.approx(81 / 16)
    assert find("minimax-h3").frames is not None
    assert (find("minimax-h3").frames.usual - 5) % 17 == 0  # pyright: ignore[reportOptionalMemberAccess]
    assert find("svd-xt").prompt is False
    assert find("veo-3.1").seconds.choices == (4, 6, 8)
    assert find("ltx-2").licence.commercial == "conditional"  # pyright: ignore[reportOptionalMemberAccess]
    assert find("cogvideox-5b-i2v").memory.least == 5  # pyright: ignore[reportOptionalMemberAccess]
    rows = {(row.resolution, row.sound): row.usd_per_second for row in find("kling-3.0").prices.rows}  # pyright: ignore[reportOptionalMemberAccess]
    assert rows["720p", False] == 0.084
    assert rows["1080p", True] == 0.168


def test_what_was_not_found_is_unknown() -> None:
    newest = catalogue().get("seedance-2.5")
    assert newest.longest is None
    assert newest.pixels is None
    assert newest.sound is None
    assert newest.prices is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Not A Name"}, "name"),
        ({"speed": 9}, "speed"),
        ({"third_party": ["no_such_field"]}, "no field"),
        ({"classes": []}, "classes that run it"),
        ({"kind": "hosted", "classes": []}, "provider and api"),
        ({"frames": {"usual": 81}}, "frames need fps"),
        ({"seconds": {"choices": [4], "longest": 8}}, "only one of them"),
        ({"seconds": {"shortest": 9, "longest": 8}}, "over longest"),
        ({"memory": {"full": 8, "least": 9}}, "over full"),
        ({"licence": {"name": "L", "commercial": "no"}}, "needs the terms"),
        ({"prices": {"source": "s", "checked": "2026-11-22", "third_party": False,
                     "rows": [{"resolution": "4k", "usd_per_second": 1}]}}, "does not list"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_true_is_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        entry(**wrong)


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        entry().title = "other"  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    "text", ["this is no toml", 'family = "f"\n', FILE.format(name="a") + "colour = 3\n", "\udcff"]
)
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ModelError) as caught:
        read_folder(tmp_path)
    assert caught.value.code == "catalogue.broken"
    assert "bad.toml" in caught.value.message


def test_two_models_of_one_name_are_refused(tmp_path: Path) -> None:
    for file in ("a.toml", "b.toml"):
        (tmp_path / file).write_text(FILE.format(name="same"), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_folder(tmp_path)
    assert caught.value.code == "catalogue.twice"


def test_an_unknown_name_meets_its_neighbours() -> None:
    with pytest.raises(UsageError) as caught:
        catalogue().get("klign-3.0")
    assert caught.value.code == "model.unknown"
    assert "kling-3.0" in caught.value.hint


def test_only_what_is_installed_runs_here() -> None:
    runs = [one.name for one in catalogue().entries if here(one).runs]
    assert runs == [name for name in registry.names() if catalogue().find(name)]
    assert "no runner" in here(catalogue().get("kling-3.0")).text
    assert "no runner" in here(catalogue().get("wan2.2-ti2v-5b")).text
    assert "retired on 2026-09-24" in here(catalogue().get("sora-2")).text


def test_the_catalogue_loads_nothing_heavy() -> None:
    code = "import sys, stillreel.models.catalog as c; c.catalogue(); print({'cv2', 'torch'} & set(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.strip() == "set()"
