"""`stillreel verify`: is a clip as it was signed, and what does it say of itself?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stillreel.cli.options import Json
from stillreel.cli.show import as_json, line

if TYPE_CHECKING:
    from stillreel.clip.verify import Signer, Verdict

__all__ = ["verify"]

TRUST = {
    "own": "this computer's own key, self-signed",
    "self-signed": "none: self-signed, so it shows whether the clip was changed and not whose it is",
    "trusted": "an authority that STILLREEL_TRUST names",
    "unknown": "none: its authority is not named in STILLREEL_TRUST",
}


def verify(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help="A clip of any origin.", show_default=False)],
    json: Json = False,
) -> None:
    """Check a clip's signed manifest (C2PA): is it unchanged, who signed it, what made it, from which photo.

    The exit status is 0 where the clip is as it was signed, and 4 where it was changed or carries no manifest.

    stillreel verify portrait.mp4
    """
    from stillreel.clip.verify import verify as check

    verdict = check(clip)
    if json:
        as_json(verdict.as_dict())
        if verdict.error is not None:
            raise typer.Exit(verdict.error.exit_status)
        return
    _describe(verdict)
    if verdict.error is not None:
        raise verdict.error


def _describe(verdict: Verdict) -> None:
    line(f"{verdict.clip}: {verdict.state}")
    for code, text in verdict.problems:
        line(f"  problem    {text} ({code})")
    if verdict.signer is not None:
        _signer(verdict.signer)
    if verdict.generator:
        line(f"  made by    {verdict.generator}")
    for action in verdict.actions:
        source = action["digital_source_type"].rpartition("/")[2]
        line(f"  action     {' '.join(word for word in (action['action'], source, action['when']) if word)}")
    for one in verdict.ingredients or ([verdict.photo] if verdict.photo else []):
        line(f"  from       {one.title} ({one.relationship}), SHA-256 {one.sha256 or 'not said'}")
    if verdict.request:
        signed = verdict.request_from == "manifest" and verdict.state == "valid"
        line(
            f"  request    {verdict.prompt or '(no prompt)'} [{'signed' if signed else 'secured by no signature'}]"
        )


def _signer(signer: Signer) -> None:
    line(f"  signed by  {signer.name} ({signer.algorithm})")
    line(f"  trust      {TRUST[signer.trust]}")
