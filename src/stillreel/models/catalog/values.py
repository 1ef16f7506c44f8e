"""The shape of a catalogue entry. A field that is None was not found in any source: it means unknown, never no."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["RESOLUTIONS", "Entry", "Family", "Kind", "Licence", "Memory", "Price", "Prices", "Resolution", "Size"]

Kind = Literal["embedded", "open", "hosted"]
Resolution = Literal["480p", "720p", "1080p", "4k"]
RESOLUTIONS: dict[str, tuple[int, int]] = {
    "480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160),
}  # fmt: skip

Text = Annotated[str, Field(min_length=1, max_length=400)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=60)]
Positive = Annotated[float, Field(gt=0)]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Size(_Value):
    """Pixels of the clip that the model is made for; either way up."""

    width: int = Field(ge=64, le=8192)
    height: int = Field(ge=64, le=8192)


class Frames(_Value):
    """How many frames a model of open weights makes: `multiple * n + plus`."""

    usual: int = Field(ge=2)
    multiple: int | None = Field(None, ge=1)
    plus: int | None = Field(None, ge=0)


class Seconds(_Value):
    """The lengths that the maker states: a range, or a few choices; `at` where a resolution has its own."""

    shortest: Positive | None = None
    longest: Positive | None = None
    choices: tuple[Positive, ...] = ()
    at: dict[Resolution, tuple[Positive, ...]] = {}
    unlimited: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Seconds:
        if sum((bool(self.choices), self.longest is not None, self.unlimited)) > 1:
            raise ValueError("a model has choices, a longest clip or no limit: only one of them")
        if self.at and not self.choices:
            raise ValueError("lengths at a resolution narrow the choices: give choices too")
        if self.shortest and self.longest and self.shortest > self.longest:
            raise ValueError(f"shortest {self.shortest} s is over longest {self.longest} s")
        return self


class Memory(_Value):
    """GPU memory in GB."""

    full: Positive | None = None  # all of it on the GPU
    least: Positive | None = None  # quantised or offloaded, as somebody measured it

    @model_validator(mode="after")
    def _ordered(self) -> Memory:
        if self.full and self.least and self.least > self.full:
            raise ValueError(f"least {self.least} GB is over full {self.full} GB")
        return self


class Licence(_Value):
    name: Text
    commercial: Literal["yes", "conditional", "no"] | None = None
    terms: Text | None = None
    not_in: tuple[Text, ...] = ()  # territories that it leaves out

    @model_validator(mode="after")
    def _explained(self) -> Licence:
        if self.commercial in ("conditional", "no") and not self.terms:
            raise ValueError(f"commercial = {self.commercial!r} needs the terms")
        return self


class Price(_Value):
    """US dollars for a second of clip at a resolution; `sound` None: with or without."""

    resolution: Resolution
    usd_per_second: Positive
    sound: bool | None = None


class Prices(_Value):
    source: Text
    checked: date
    third_party: bool  # not the provider's own statement
    rows: tuple[Price, ...] = Field(min_length=1)


class Entry(_Value):
    """One model. `source` and `checked` hold for every field but those in `third_party`, which others stated."""

    name: Name
    title: Text
    kind: Kind
    family: Text
    maker: Text | None = None
    summary: Text
    source: Text
    checked: date
    third_party: tuple[str, ...] = ()

    # what it takes
    photo: bool = True  # makes a clip from a photo; else from words alone
    prompt: bool = True
    last_frame: bool | None = None
    needs_last_frame: bool = False
    references: int | None = Field(None, ge=0)  # further pictures of subjects, at most
    refuses_faces: bool | None = None  # photos of real people
    negative_prompt: bool | None = None
    seed: bool | None = None
    aspect: Positive | None = None  # the longest side of a photo over the shortest, at most
    shortest_side: int | None = Field(None, ge=1)  # px of a photo

    # what it gives
    seconds: Seconds = Seconds()
    frames: Frames | None = None
    fps: Positive | None = None
    size: Size | None = None
    long_side: int | None = Field(None, ge=64)  # px, of any shape
    size_multiple: int | None = Field(None, ge=1)
    resolutions: tuple[Resolution, ...] = ()
    sound: Literal["none", "optional", "always"] | None = None
    camera: Literal["exact", "path", "lora", "words"] | None = None
    shots: int | None = Field(None, ge=1)  # in one clip, at most
    still_only: bool = False  # moves what the photo shows; nobody walks or talks
    vbench_i2v: Positive | None = None  # published total in %; a frozen copy of the photo has 87.3

    # what it needs
    licence: Licence | None = None
    parameters: Positive | None = None  # billions
    memory: Memory | None = None
    classes: tuple[Text, ...] = ()  # of diffusers
    repositories: tuple[Text, ...] = ()
    gated: bool | None = None
    provider: Text | None = None
    api: tuple[Text, ...] = ()
    ids: tuple[Text, ...] = ()
    key: Text | None = None
    also_at: tuple[Text, ...] = ()
    result_kept: Text | None = None
    prices: Prices | None = None
    retires: date | None = None  # on this day or later, as announced
    retired: date | None = None
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Entry:
        strange = set(self.third_party) - set(type(self).model_fields)
        if strange:
            raise ValueError(f"third_party names {sorted(strange)[0]!r}, which is no field")
        if self.kind == "hosted" and not (self.provider and self.api):
            raise ValueError("a hosted model needs provider and api")
        if self.kind == "open" and not self.classes:
            raise ValueError("a model of open weights needs the classes that run it")
        if self.frames and not self.fps:
            raise ValueError("frames need fps")
        dear = {row.resolution for row in self.prices.rows} - set(self.resolutions) if self.prices else set()
        if dear or set(self.seconds.at) - set(self.resolutions):
            raise ValueError("a price or a length is given for a resolution that the model does not list")
        return self

    @property
    def longest(self) -> float | None:
        """Seconds of the longest clip: as stated, else what the usual frames last; None unknown or without limit."""
        if self.seconds.unlimited:
            return None
        stated = self.seconds.longest or max(self.seconds.choices, default=None)
        return stated or (self.frames.usual / self.fps if self.frames and self.fps else None)

    @property
    def pixels(self) -> int | None:
        """Of the largest frame; None unknown."""
        if self.long_side:
            return self.long_side**2
        if self.size:
            return self.size.width * self.size.height
        sides = [RESOLUTIONS[name] for name in self.resolutions]
        return max((width * height for width, height in sides), default=None)


class Family(_Value):
    """One file of the catalogue: what its models share, and the models."""

    family: Text
    kind: Kind
    shared: dict[str, object] = {}
    model: tuple[dict[str, object], ...] = Field(min_length=1)

    def entries(self) -> tuple[Entry, ...]:
        """Raises pydantic.ValidationError."""
        said = {"family": self.family, "kind": self.kind, **self.shared}
        return tuple(Entry.model_validate({**said, **each}) for each in self.model)
