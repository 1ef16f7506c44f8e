"""How a command ends: its exit status, and an error shown as a panel, as a plain line, or as one JSON object."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from types import FrameType

from stillreel.cli.plain import plain
from stillreel.errors import Interrupted, ResourceError, StillreelError, UsageError
from stillreel.settings import settings

__all__ = ["run"]

_FULL = {errno.ENOSPC, errno.EDQUOT}


def run(arguments: list[str]) -> int:
    """Run one command and give its exit status; nothing escapes but what STILLREEL_DEBUG asks to see."""
    stop = _Stop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number, handler in before.items():
        if handler not in (None, signal.SIG_IGN):  # as in a shell's background jobs
            signal.signal(number, stop)
    try:
        return _command(arguments)
    except (BrokenPipeError, SystemExit):  # typer turns the one into the other
        # Whoever read our output has gone; give the interpreter's last flush somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except BaseException as error:  # the last stop: every kind of end becomes a status and a sentence
        if settings().debug:
            traceback.print_exc()
        known = explain(KeyboardInterrupt() if stop.asked else error)
        _show(known, as_json="--json" in _before_dashes(arguments))
        return known.exit_status
    finally:
        for number, handler in before.items():
            if handler is not None:  # one that Python did not set cannot be set again
                signal.signal(number, handler)


def explain(error: BaseException) -> StillreelError:
    """Any exception as one of Stillreel's own, which knows its exit status and what to do."""
    import typer

    match error:
        case StillreelError():
            return error
        case KeyboardInterrupt():
            return Interrupted("interrupted", "Stopped. No half-written clip is left.")
        case typer.TyperException():
            message = getattr(error, "format_message", error.__str__)()
            return UsageError("usage", message.replace("Value error, ", ""), "See --help.")
        case MemoryError():
            return ResourceError("resource.memory", "The memory ran out.", "Ask for a smaller --size.")
        case OSError(errno=number) if number in _FULL:
            return ResourceError(
                "resource.disk", f"The disk is full: {error}.", "Free some space and try again."
            )
        case _:
            return StillreelError(
                "unexpected",
                f"Something went wrong that should not have: {type(error).__name__}: {error}",
                "Set STILLREEL_DEBUG=1, run the same again, and report what it shows with `stillreel doctor`.",
            )


def _command(arguments: list[str]) -> int:
    from stillreel.cli.app import app

    status = app(arguments, prog_name="stillreel", standalone_mode=False)
    sys.stdout.flush()
    if status == Interrupted.exit_status:  # typer turns Ctrl-C into a status and tells nobody
        raise KeyboardInterrupt
    return status if isinstance(status, int) else 0


class _Stop:
    """Stops the work, and remembers that it was asked to: a library in between may raise an error of its own."""

    asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
        raise KeyboardInterrupt


def _before_dashes(arguments: list[str]) -> list[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _show(error: StillreelError, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": error.as_dict()}), flush=True)
    elif sys.stderr.isatty():
        _show_panel(error)
    else:
        hint = f"\n{error.hint}" if error.hint else ""
        print(plain(f"error [{error.code}]: {error.message}{hint}"), file=sys.stderr, flush=True)


def _show_panel(error: StillreelError) -> None:
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    text = Text(plain(error.message))
    if error.hint:
        text.append(f"\n\n{error.hint}", style="bold")
    Console(stderr=True).print(Panel(text, title=error.code, title_align="left", border_style="red"))
