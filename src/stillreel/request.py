"""AnimationRequest: what to make of which photo. Every door builds this one value; nothing else reaches the flow."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)

from stillreel.errors import PlanError, RefusedError, StillreelError, UsageError
from stillreel.motion.plan import MotionPlan
from stillreel.photo.fit import Fit
from stillreel.photo.size import parse_size

__all__ = ["SUFFIXES", "AnimationRequest", "Format", "check_places", "make_request"]

Format = Literal["mp4", "webm", "av1", "gif", "webp", "png"]
# The suffixes that say which format is meant; the first is the one a default output gets. png is a folder of frames.
SUFFIXES: Final[dict[Format, tuple[str, ...]]] = {
    "mp4": (".mp4", ".m4v"),
    "webm": (".webm",),
    "av1": (".mp4", ".webm"),
    "gif": (".gif",),
    "webp": (".webp",),
    "png": ("",),
}
# Pydantic's kinds of error that mean "understood, but over a limit".
_LIMITS = {
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "string_too_long",
    "too_long",
}


class AnimationRequest(BaseModel):
    """One clip to be made. The same request with the same model gives the same clip."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    photo: Path = Field(description="The photograph.")
    prompt: str = Field(
        "", max_length=2000, description="What shall move, in words; empty: the scene decides."
    )
    plan: MotionPlan | None = Field(None, description="A motion plan instead of a prompt.")
    model: str = Field(
        "embedded", min_length=1, max_length=4096, description="The model's name, or the folder it lies in."
    )
    seconds: float = Field(5, ge=1, le=15, description="Length of the clip in seconds, 1 to 15.")
    fps: float = Field(24, ge=1, le=60, description="Frames a second, 1 to 60.")
    size: str = Field("auto", description="auto (about the area of 1024x576), 720p, 1080p, or WxH in pixels.")
    fit: Fit = Field(
        "crop", description="How the photo fills the size: crop, pad, or keep (the photo's own size)."
    )
    seed: int = Field(0, ge=0, lt=2**63, description="The same seed gives the same clip.")
    loop: bool = Field(False, description="Close the clip so that it repeats without a seam.")
    format: Format | None = Field(
        None, description="mp4, webm, av1, gif, webp or png; from the output's name."
    )
    output: Path | None = Field(
        None, description="Where the clip goes; PHOTO's name with the format's suffix, here."
    )
    overwrite: bool = Field(False, description="Replace an output that exists.")
    report: Path | None = Field(None, description="Write the full report to this file, as JSON.")
    keep_stages: Path | None = Field(None, description="Write what each stage found into this folder.")
    background: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = Field(
        "#ffffff", description="Colour behind a photo with transparency."
    )
    watermark: bool = Field(False, description="Draw a small AI mark into the corner of every frame.")
    provenance: bool = Field(
        True, description="Sign into the clip (C2PA) that it was generated, by what and from which photo."
    )
    sidecar: bool = Field(
        False, description="Write the signed manifest beside a clip that cannot hold it (WebM), as .c2pa."
    )
    signing_key: Path | None = Field(
        None, description="PEM file with the private key that signs; one made here once, self-signed."
    )
    signing_certificate: Path | None = Field(
        None, description="PEM file with its certificate chain, where the key's file does not hold it."
    )
    options: dict[str, JsonValue] = Field(
        default_factory=dict, max_length=64, description="The model's own options, by name."
    )

    @field_validator("size")
    @classmethod
    def _size_is_known(cls, value: str) -> str:
        return parse_size(value).text

    @field_validator("options")
    @classmethod
    def _options_are_scalars(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        nested = [name for name, entry in value.items() if isinstance(entry, (list, dict))]
        if nested:
            raise ValueError(f"option {nested[0]!r} must be a word, a number, true, false or null")
        return value

    @model_validator(mode="after")
    def _plan_or_prompt(self) -> AnimationRequest:
        if self.plan is not None and self.prompt.strip():
            raise ValueError("give a plan or a prompt, not both")
        return self

    @property
    def container(self) -> Format:
        """The format that is meant: the one that was named, else the one of the output's suffix, else mp4."""
        if self.format is not None:
            return self.format
        suffix = self.output.suffix.lower() if self.output is not None else ".mp4"
        named: list[Format] = [name for name, suffixes in SUFFIXES.items() if suffix and suffix in suffixes]
        return named[0] if named else "mp4"

    @property
    def destination(self) -> Path:
        """Where the clip goes; for png a folder."""
        if self.output is not None:
            return self.output
        return Path(f"{self.photo.stem}{SUFFIXES[self.container][0] or '-frames'}")


def make_request(**fields: Any) -> AnimationRequest:
    """The request these fields describe; with a plan, `seconds` is the plan's unless it is given.

    Raises UsageError `request.unknown_field`, `request.plan_and_prompt`, `request.suffix`, `request.invalid`
    or `usage.size`, RefusedError `request.limit` or `size.limits`, and PlanError `plan.invalid`.
    """
    length = _length(fields.get("plan"))
    if length is not None:
        fields.setdefault("seconds", length)
    try:
        request = AnimationRequest.model_validate(fields)
    except ValidationError as error:
        raise _explain(error) from None
    _check_suffix(request)
    return request


def _length(plan: object) -> object:
    """The seconds of a plan, given as a value or as its fields; None where it has none."""
    if isinstance(plan, dict):
        return cast("dict[str, object]", plan).get("seconds")
    return getattr(plan, "seconds", None)


def check_places(request: AnimationRequest) -> None:
    """Refuse before the work starts what could only fail at its end: UsageError `output.exists`, `output.no_folder`,
    `output.unwritable`, `output.is_photo`, `output.twice`, `output.bad_name`."""
    places = {"output": request.destination, "report": request.report}
    for option, place in places.items():
        try:
            if place is not None:
                _check_place(request, option, place)
        except (OSError, ValueError) as error:  # a name too long, or with a null byte in it
            raise UsageError(
                "output.bad_name", f"--{option} cannot be used: {error}.", "Choose another name."
            ) from None
    if request.report == request.destination:
        raise UsageError(
            "output.twice", f"Clip and report would both be {request.report}.", "Name them apart."
        )
    if request.keep_stages is not None and request.keep_stages.exists() and not request.keep_stages.is_dir():
        raise UsageError(
            "output.exists", f"--keep-stages {request.keep_stages} is a file, not a folder.", "Name a folder."
        )


def _check_place(request: AnimationRequest, option: str, place: Path) -> None:
    if not place.name:
        raise UsageError("output.bad_name", f"--{option} is {str(place)!r}, which names no file.", "Name a file.")
    if not place.parent.is_dir():
        raise UsageError(
            "output.no_folder", f"The folder {place.parent} of --{option} does not exist.", "Create it first."
        )
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise UsageError(
            "output.unwritable", f"{place.parent} cannot be written to.", "Choose another folder."
        )
    if not place.exists():
        return
    if request.photo.exists() and place.samefile(request.photo):
        raise UsageError(
            "output.is_photo", f"--{option} {place} is the photo itself.", "Choose another name."
        )
    if place.is_dir() and (option == "report" or request.container != "png"):
        raise UsageError(
            "output.exists", f"{place} is a folder, not a file.", f"Name a file with --{option}."
        )
    if not place.is_file() and not place.is_dir():
        raise UsageError(
            "output.exists", f"{place} is a device or a pipe, not a file.", f"Name a file with --{option}."
        )
    if not request.overwrite:
        raise UsageError(
            "output.exists", f"{place} exists already.", f"Pass --overwrite, or another name with --{option}."
        )


def _check_suffix(request: AnimationRequest) -> None:
    if request.output is None or not request.output.name or request.container == "png":
        return
    suffix, allowed = request.output.suffix.lower(), SUFFIXES[request.container]
    if suffix in allowed:
        return
    known = sorted({one for suffixes in SUFFIXES.values() for one in suffixes if one})
    if request.format is None:
        raise UsageError(
            "request.suffix",
            f"The output's name {request.output.name!r} does not say which format is meant.",
            f"End it in one of {', '.join(known)}, or name the format (png writes a folder of frames).",
        )
    raise UsageError(
        "request.suffix",
        f"The format {request.format} does not go into a file named {request.output.name!r}.",
        f"End the name in {' or '.join(allowed)}.",
    )


def _explain(error: ValidationError) -> StillreelError:
    """Pydantic's first finding, as one clear line."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return UsageError(
            "request.unknown_field",
            f"A request has no field {where!r}.",
            f"Its fields are {', '.join(AnimationRequest.model_fields)}.",
        )
    if not where:
        return UsageError(
            "request.plan_and_prompt", "A plan and a prompt exclude each other.", "Give one of the two."
        )
    line = f"{where} is {_shorten(first['input'])}: {_lower(str(first['msg']))}."
    name = where.split(".")[0]
    if name == "plan":
        return PlanError("plan.invalid", line, "See docs/reference/plan.md.")
    hint = AnimationRequest.model_fields[name].description or ""
    if first["type"] in _LIMITS:
        return RefusedError("request.limit", line, hint)
    return UsageError("request.invalid", line, hint)


def _lower(message: str) -> str:
    """Pydantic's message as the second half of a sentence."""
    message = re.sub(r"^(Input|String|Dictionary) should", "it should", message.removeprefix("Value error, "))
    return message[0].lower() + message[1:]


def _shorten(value: object) -> str:
    text = repr(str(value)) if isinstance(value, Path) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


assert set(SUFFIXES) == set(get_args(Format))
