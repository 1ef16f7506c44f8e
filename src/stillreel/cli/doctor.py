"""`stillreel doctor`: is everything here that a clip needs?"""

from __future__ import annotations

import typer

from stillreel.cli.options import Json
from stillreel.cli.show import as_json, line

__all__ = ["doctor"]


def doctor(
    json: Json = False,
) -> None:
    """Check this machine: versions, codecs, weights, threads, memory, disk.

    The exit status is 5 where a clip cannot be made.
    """
    from dataclasses import asdict

    from stillreel.cli.checks import examine

    findings = examine()
    healthy = all(finding.ok for finding in findings if finding.needed)
    if json:
        as_json({"healthy": healthy, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            mark = "ok" if finding.ok else "BROKEN" if finding.needed else "no"
            line(f"{mark:<7} {finding.topic:<10} {finding.text}")
        line("All is well." if healthy else "A clip cannot be made here: see BROKEN above.")
    if not healthy:
        raise typer.Exit(5)
