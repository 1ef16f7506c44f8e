"""Every error Stillreel raises on purpose, drawn as a tree.

StillreelError                 code, message, hint, exit status
|-- UsageError            2    the call itself is off: unknown option, contradiction, output exists
|-- PhotoError            3    the photograph cannot be read
|-- RefusedError          4    the request is understood and refused: limits, plan, ability
|   `-- PlanError         4    a motion plan is not valid
|-- ModelError            5    a model or its weights are missing or broken
|-- ResourceError         6    memory or disk ran out
`-- Interrupted         130    the user stopped it

`code` is stable and lower-case with dots ("photo.truncated"); the text may change, the code may not.
"""

from __future__ import annotations

__all__ = [
    "Interrupted",
    "ModelError",
    "PhotoError",
    "PlanError",
    "RefusedError",
    "ResourceError",
    "StillreelError",
    "UsageError",
]


class StillreelError(Exception):
    """What was got, what was expected (`message`) and what to do (`hint`)."""

    exit_status = 1

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type[StillreelError], tuple[str, str, str]]:
        return type(self), (self.code, self.message, self.hint)

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(StillreelError):
    """The call itself is off."""

    exit_status = 2


class PhotoError(StillreelError):
    """The photograph cannot be read."""

    exit_status = 3


class RefusedError(StillreelError):
    """The request is understood and refused."""

    exit_status = 4


class PlanError(RefusedError):
    """The motion plan is not valid."""


class ModelError(StillreelError):
    """A model or its weights are missing or broken."""

    exit_status = 5


class ResourceError(StillreelError):
    """Memory or disk ran out."""

    exit_status = 6


class Interrupted(StillreelError):
    """The user stopped the work."""

    exit_status = 130
