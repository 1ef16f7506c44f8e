"""The command line: one file a command, errors and exit codes in `outcome.py`."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `stillreel` with these arguments (default: the process's own); gives the exit status."""
    try:
        import sys

        from stillreel.cli.outcome import run

        return run(list(sys.argv[1:] if arguments is None else arguments))
    except KeyboardInterrupt:  # before `run` was there to say so
        return 130
