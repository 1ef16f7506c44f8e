"""MotionPlan: how the scene moves, as a value that can be read, edited, drawn and measured (version 1)."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stillreel.errors import PlanError

__all__ = [
    "CameraMove", "CameraVerb", "DIRECTIONS", "Easing", "FOGGY", "KINDS", "LIGHT_CHANGES", "LIGHT_COURSES",
    "LightWord", "MotionKind", "MotionPlan", "Region", "RegionMotion", "UNITS", "Words", "parse_plan",
]  # fmt: skip

CameraVerb = Literal[
    "static", "pan", "tilt", "roll", "zoom", "push", "truck", "pedestal", "orbit", "dolly_zoom", "handheld"
]  # fmt: skip
MotionKind = Literal[
    "head_turn", "blink", "smile", "breathe", "sway", "hair", "cloth", "water", "clouds", "foliage", "smoke",
    "fire", "rain", "snow", "light", "rotate",
]  # fmt: skip
Easing = Literal["linear", "smooth", "smoother", "in", "out"]
KINDS: tuple[str, ...] = get_args(MotionKind)

# The camera's own directions: a pan to the left turns the camera left, so the picture's content moves right.
DIRECTIONS: dict[str, tuple[str, ...]] = {
    "static": (), "handheld": (),
    "pan": ("left", "right"), "truck": ("left", "right"), "orbit": ("left", "right"),
    "tilt": ("up", "down"), "pedestal": ("up", "down"),
    "roll": ("clockwise", "counterclockwise"),
    "zoom": ("in", "out"), "push": ("in", "out"), "dolly_zoom": ("in", "out"),
}  # fmt: skip
UNITS: dict[str, str] = {
    "static": "none", "handheld": "ratio",
    "pan": "degrees", "tilt": "degrees", "roll": "degrees", "orbit": "degrees",
    "zoom": "ratio", "dolly_zoom": "ratio",
    "push": "near depth", "truck": "near depth", "pedestal": "near depth",
}  # fmt: skip
_CEILING = {"degrees": 90.0, "ratio": 4.0, "near depth": 2.0, "none": 0.0}
Region = Annotated[
    str,
    Field(
        pattern=r"^(whole|background|subject|person|face|eyes|mouth|hair|skin|cloth|sky|water|ground|foliage"
        r"|box( (0|1|0?\.\d{1,4}|1\.0{1,4}|0\.\d{1,4})){4})$",
        description="A named region of the scene, or 'box x0 y0 x1 y1' in shares of the picture.",
    ),
]
Direction = Literal[
    "left", "right", "up", "down", "in", "out", "clockwise", "counterclockwise", "camera"
]  # fmt: skip
LightWord = Literal["warmer", "cooler", "brighter", "darker", "flicker", "pulse", "flash"]
LIGHT_CHANGES = ("warmer", "cooler", "brighter", "darker")  # from start to end, and held
LIGHT_COURSES = ("flicker", "pulse", "flash")  # again and again between start and end
FOGGY = ("whole", "background", "ground", "sky", "water", "foliage")  # smoke that lies there is fog; elsewhere it rises
_LIGHT = ("left", "right", "up", "down", *LIGHT_CHANGES, *LIGHT_COURSES)


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Timed(_Value):
    start: float = Field(default=0.0, ge=0, le=60, description="Seconds from the clip's start.")
    end: float = Field(
        default=5.0, gt=0, le=60, description="Seconds from the clip's start; after start. Left out: the clip's end."
    )

    @model_validator(mode="after")
    def _ordered(self) -> _Timed:
        if self.end <= self.start:
            raise ValueError(f"end {self.end} must come after start {self.start}")
        return self


class CameraMove(_Timed):
    """One move. Amount: degrees (pan, tilt, roll, orbit), a ratio > 1 (zoom, dolly_zoom; 1.15 = 15 % larger at the
    end for `in`, 1/1.15 for `out`), near depths (push, truck, pedestal), or strength 0-1 (handheld)."""

    move: CameraVerb
    direction: Direction | None = None
    amount: float = Field(default=0.0, ge=0, le=90)
    unit: Literal["degrees", "ratio", "near depth", "none"] = "none"
    easing: Easing = "smoother"

    @model_validator(mode="before")
    @classmethod
    def _default_unit(cls, data: object) -> object:
        if isinstance(data, dict) and "unit" not in data and isinstance(data.get("move"), str):
            return {**data, "unit": UNITS.get(data["move"], "none")}
        return data

    @model_validator(mode="after")
    def _consistent(self) -> CameraMove:
        allowed = DIRECTIONS[self.move]
        if (self.direction is None) != (not allowed) or (allowed and self.direction not in allowed):
            raise ValueError(
                f"{self.move} takes direction {' | '.join(allowed) or 'null'}, got {self.direction}"
            )
        if self.unit != UNITS[self.move]:
            raise ValueError(f"{self.move} is measured in {UNITS[self.move]!r}, got {self.unit!r}")
        if self.amount > _CEILING[self.unit]:
            raise ValueError(f"{self.move} amount {self.amount} is over {_CEILING[self.unit]} {self.unit}")
        if self.move in ("zoom", "dolly_zoom") and self.amount < 1:
            raise ValueError(f"{self.move} amount is a ratio of at least 1, got {self.amount}")
        return self


class RegionMotion(_Timed):
    """One motion of one region. Amount: 0-2, where 1 is natural and 0.4 subtle.

    Light's direction says what it does: it turns warmer, cooler, brighter or darker (evening is darker and warmer),
    it flickers, pulses or flashes, a band of it sweeps left, right, up or down, and with none it plays softly.
    Smoke lies as fog over a wide region (whole, background, ground, sky, water, foliage) and rises from any other."""

    kind: MotionKind
    region: Region
    direction: Direction | LightWord | None = None
    amount: float = Field(default=1.0, ge=0, le=2)

    @model_validator(mode="after")
    def _sayable(self) -> RegionMotion:
        allowed = _LIGHT if self.kind == "light" else get_args(Direction)
        if self.direction is not None and self.direction not in allowed:
            raise ValueError(f"{self.kind} takes direction {' | '.join(allowed)} or null, got {self.direction}")
        return self


class Words(_Value):
    """What became of the prompt's words."""

    understood: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()


class MotionPlan(_Value):
    """The plan between photo and frames, the same for every model."""

    version: Literal[1] = 1
    seconds: float = Field(default=5.0, ge=1, le=60)
    camera: tuple[CameraMove, ...] = Field(default=(), max_length=16)
    motions: tuple[RegionMotion, ...] = Field(default=(), max_length=32)
    hold: tuple[Region, ...] = Field(default=(), max_length=16)
    mood: tuple[Annotated[str, Field(max_length=200)], ...] = Field(default=(), max_length=32)
    words: Words = Words()

    @model_validator(mode="before")
    @classmethod
    def _to_the_end(cls, data: object) -> object:
        """What does not say when it ends goes on to the end of the clip."""
        if not isinstance(data, dict) or not isinstance(data.get("seconds", 5.0), (int, float)):
            return data
        length = data.get("seconds", 5.0)
        timed = {
            name: [{"end": length, **item} if isinstance(item, dict) else item for item in data[name]]
            for name in ("camera", "motions")
            if isinstance(data.get(name), (list, tuple))
        }
        return {**data, **timed}

    @model_validator(mode="after")
    def _inside(self) -> MotionPlan:
        for item in (*self.camera, *self.motions):
            if item.end > self.seconds + 1e-6:
                raise ValueError(f"{item!r} ends after the clip's {self.seconds} s")
        if len(self.camera) > 1 and any(move.move == "static" for move in self.camera):
            raise ValueError("static stands alone: it forbids every other camera move")
        return self

    @property
    def is_static(self) -> bool:
        return all(move.move == "static" for move in self.camera)


def parse_plan(text: str | bytes) -> MotionPlan:
    """A plan from JSON text (at most 256 KiB). Raises PlanError `plan.too_large` or `plan.invalid`."""
    if len(text) > 262_144:
        raise PlanError(
            "plan.too_large", f"The plan has {len(text)} bytes, the limit is 262144.", "Shorten it."
        )
    try:
        return MotionPlan.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "plan"
        raise PlanError(
            "plan.invalid",
            f"The plan is not valid at {where}: {first['msg']}.",
            "See docs/reference/plan.md.",
        ) from None
