"""The prompt suite is well formed: closed vocabulary, unique prompts, balanced voices, full coverage."""

from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

HERE = Path(__file__).parent
SIZES = {
    "prompts.jsonl": 200,
    "prompts_blind.jsonl": 60,
    "prompts_blind_b.jsonl": 100,
    "prompts_blind_c.jsonl": 100,
    "prompts_blind_d.jsonl": 120,
    "prompts_blind_e.jsonl": 120,
    "prompts_blind_f.jsonl": 120,
}
DIRECTIONS: dict[str, set[str]] = {
    "static": set(),
    "pan": {"left", "right"},
    "tilt": {"up", "down"},
    "roll": {"clockwise", "counterclockwise"},
    "zoom": {"in", "out"},
    "push": {"in", "out"},
    "truck": {"left", "right"},
    "pedestal": {"up", "down"},
    "orbit": {"left", "right"},
    "dolly_zoom": {"in", "out"},
    "handheld": set(),
}
KINDS = (
    *("head_turn", "blink", "smile", "breathe", "sway", "hair", "cloth", "rotate"),
    *("water", "clouds", "foliage", "smoke", "fire", "rain", "snow", "light"),
)
IMPOSSIBLE = {
    *("talk", "sing", "laugh", "walk", "run", "jump", "crawl", "dance", "wave", "hug", "shake_hands"),
    *("bark", "fly", "drive", "cook", "pour", "leave_frame", "new_object", "text"),
}


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ExpectedMove(Closed):
    move: str
    direction: str | None = None
    speed: Literal["slow", "normal", "fast"] | None = None
    amount: Literal["small", "large"] | None = None

    @model_validator(mode="after")
    def in_vocabulary(self) -> "ExpectedMove":
        if self.move not in DIRECTIONS:
            raise ValueError(f"unknown move {self.move!r}")
        if self.direction is not None and self.direction not in DIRECTIONS[self.move]:
            raise ValueError(f"{self.move} has no direction {self.direction!r}")
        if self.move == "static" and (self.speed or self.amount):
            raise ValueError("a static camera has neither speed nor amount")
        return self


class ExpectedMotion(Closed):
    kind: str
    direction: Literal["left", "right", "camera"] | None = None

    @model_validator(mode="after")
    def in_vocabulary(self) -> "ExpectedMotion":
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}")
        if self.direction == "camera" and self.kind != "head_turn":
            raise ValueError("only a head turns toward the camera")
        return self


class ExpectedPlan(Closed):
    id: str = Field(pattern=r"^(blind-)?([a-z]-)?(film|marketing|phone)-\d{3}$")
    voice: Literal["film", "marketing", "phone"]
    prompt: str
    camera: list[ExpectedMove]
    simultaneous: bool = False
    camera_or: list[ExpectedMove] | None = None
    motions: list[ExpectedMotion]
    hold: list[Literal["background", "subject", "face", "sky", "water"]] = []
    impossible: list[str] = []
    mood: list[Literal["shallow depth of field"]] = []
    vague: bool = False

    @model_validator(mode="after")
    def agrees_with_itself(self) -> "ExpectedPlan":
        kinds = [motion.kind for motion in self.motions]
        checks = {
            "id names another voice": f"{self.voice}-" in self.id,
            "static stands beside another move": len(self.camera) < 2
            or all(move.move != "static" for move in self.camera),
            "simultaneous needs two moves": not self.simultaneous or len(self.camera) >= 2,
            "a kind stands twice": len(kinds) == len(set(kinds)),
            "camera_or repeats camera": self.camera_or != self.camera,
            "unknown impossible tag": set(self.impossible) <= IMPOSSIBLE,
            "a vague prompt names a motion": not (self.vague and (self.camera or kinds or self.impossible)),
            "what is held also moves": not set(self.hold) & set(kinds),
        }
        broken = [what for what, fine in checks.items() if not fine]
        if broken:
            raise ValueError(f"{self.id}: {'; '.join(broken)}")
        return self


def load(name: str) -> list[ExpectedPlan]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [ExpectedPlan.model_validate_json(line) for line in lines]


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_every_line_is_valid_and_the_voices_are_balanced(name: str, size: int) -> None:
    voices = Counter(plan.voice for plan in load(name))
    assert sum(voices.values()) == size
    assert max(voices.values()) - min(voices[v] for v in ("film", "marketing", "phone")) <= 1


def test_ids_and_prompts_are_unique_across_the_files() -> None:
    plans = [plan for name in SIZES for plan in load(name)]
    prompts = Counter(" ".join(plan.prompt.casefold().split()) for plan in plans)
    assert len({plan.id for plan in plans}) == len(plans)
    assert [prompt for prompt, times in prompts.items() if times > 1] == []


def test_every_move_and_every_kind_is_asked_for_at_least_three_times() -> None:
    plans = load("prompts.jsonl")
    moves = Counter(move.move for plan in plans for move in plan.camera)
    kinds = Counter(motion.kind for plan in plans for motion in plan.motions)
    assert {move: moves[move] for move in DIRECTIONS if moves[move] < 3} == {}
    assert {kind: kinds[kind] for kind in KINDS if kinds[kind] < 3} == {}


def test_every_direction_of_every_move_is_asked_for_at_least_twice() -> None:
    asked = Counter((move.move, move.direction) for plan in load("prompts.jsonl") for move in plan.camera)
    rare = [(move, side) for move, sides in DIRECTIONS.items() for side in sides if asked[move, side] < 2]
    assert rare == []


@pytest.mark.parametrize(
    "change",
    [
        {"camera": [{"move": "pan", "direction": "up"}]},
        {"camera": [{"move": "static"}, {"move": "zoom", "direction": "in"}]},
        {"motions": [{"kind": "walk"}]},
        {"motions": [{"kind": "hair", "direction": "camera"}]},
        {"vague": True, "motions": [{"kind": "hair"}]},
        {"surprise": 1},
    ],
)
def test_the_check_refuses_what_the_vocabulary_lacks(change: dict[str, object]) -> None:
    good = {"id": "film-001", "voice": "film", "prompt": "hair", "camera": [], "motions": []}
    assert ExpectedPlan.model_validate(good)
    with pytest.raises(ValidationError):
        ExpectedPlan.model_validate(good | change)
