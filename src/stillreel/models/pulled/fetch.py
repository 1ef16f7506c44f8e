"""One file over HTTPS into a part that the next call goes on with."""

from __future__ import annotations

import os
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import Request

from stillreel import __version__
from stillreel.errors import ModelError
from stillreel.models.pulled.gate import Gate, opener

__all__ = ["LIMITS", "Limits", "fetch"]

CHUNK = 2**16  # bytes
OTHER = "model.pull_mismatch"
ELSEWHERE = "fetch the file on another machine and give it with --from FILE"


@dataclass(frozen=True)
class Limits:
    """How long is waited, in seconds. What was fetched until then is kept."""

    stall: float = 30.0  # for the next bytes
    whole: float = 7200.0  # for all of them


LIMITS = Limits()


def fetch(
    url: str,
    part: Path,
    size: int,
    on_bytes: Callable[[int], None] = lambda have: None,
    *,
    limits: Limits = LIMITS,
    context: ssl.SSLContext | None = None,
    loopback: bool = False,
) -> None:
    """Fetch `url`, which has `size` bytes, into `part`; what is there already is not fetched again.

    on_bytes(have) is called after each piece. context, loopback: the certificates to trust, and whether this machine
    may be the server, both for tests. The content is not checked here.

    ModelError `model.pull_unsafe` (a redirect to no public HTTPS address), `model.pull_unreachable` (no connection, no
    certificate), `model.pull_status` (404 and the like), `model.pull_broken_off` (stalled, cut, too slow; the part is
    kept), `model.pull_mismatch` (another length; the part is gone). OSError where the part cannot be written.
    """
    gate = Gate(loopback)
    gate.url(url)
    deadline = time.monotonic() + limits.whole
    try:
        with _open(part) as file:
            have = file.seek(0, os.SEEK_END)
            if have > size:
                have = file.truncate(0)
            if have == size:
                return
            with _ask(url, have, size, gate, context, limits.stall) as answer:
                have = _begin(answer, have, size)
                file.seek(have)
                file.truncate()
                for piece in _pieces(answer, deadline):
                    have += len(piece)
                    if have > size:
                        raise _other_length(f"more than {size:,} bytes", size)
                    file.write(piece)
                    on_bytes(have)
    except ModelError as error:
        if error.code == OTHER:
            part.unlink(missing_ok=True)  # once it is closed, as Windows wants it
        raise
    if have < size:
        raise _broken_off(f"after {have:,} of {size:,} bytes")


def _open(part: Path) -> IO[bytes]:
    """The part, made where it is missing; a link is not followed, for it may lead anywhere."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(part, flags, 0o600), "r+b")


def _ask(
    url: str, have: int, size: int, gate: Gate, context: ssl.SSLContext | None, stall: float
) -> HTTPResponse:
    headers = {"User-Agent": f"stillreel/{__version__}"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        return opener(gate, context).open(Request(url, headers=headers), timeout=stall)
    except HTTPError as error:
        error.close()
        if error.code == 416:  # there is nothing from `have` on
            raise _other_length(f"no more than {have:,} bytes", size) from None
        text = f"{_host(error.url or url)} answered {error.code} {error.reason}."
        raise ModelError("model.pull_status", text, f"Try again later, or {ELSEWHERE}.") from None
    except (OSError, HTTPException, ValueError) as error:  # ValueError: a redirect to no address at all
        raise ModelError(
            "model.pull_unreachable",
            f"{_host(url)} cannot be reached: {_said(error)}.",
            f"Check the network and try again; or fetch {url} on another machine and give it with --from FILE.",
        ) from None


def _begin(answer: HTTPResponse, have: int, size: int) -> int:
    """Where the answer begins: at `have` where the server goes on, at 0 where it starts again."""
    length = answer.headers.get("Content-Length", "")
    if answer.status != 206:
        have = 0
    else:
        said = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", answer.headers.get("Content-Range", ""))
        if said is None or (int(said[1]), int(said[2])) != (have, size):
            raise _other_length(f"the range {answer.headers.get('Content-Range', '')[:80]!r}", size)
    if length.isdecimal() and have + int(length) != size:
        raise _other_length(f"{have + int(length):,} bytes", size)
    return have


def _pieces(answer: HTTPResponse, deadline: float) -> Iterator[bytes]:
    """The body as it comes. ModelError `model.pull_broken_off`."""
    while True:
        try:
            piece = answer.read1(CHUNK)
        except (OSError, HTTPException) as error:
            raise _broken_off(f"({_said(error)})") from None
        if not piece:
            return
        yield piece
        if time.monotonic() > deadline:
            raise _broken_off("because it took too long")


def _broken_off(how: str) -> ModelError:
    return ModelError(
        "model.pull_broken_off",
        f"The download broke off {how}.",
        f"Run the same again, it goes on from there; or {ELSEWHERE}.",
    )


def _other_length(got: str, size: int) -> ModelError:
    return ModelError(
        OTHER,
        f"The server offers {got}, expected were {size:,} bytes in all; nothing of it was kept.",
        f"Try again later, or {ELSEWHERE}.",
    )


def _said(error: Exception) -> str:
    """The reason alone: no address with a signature in it, no traceback."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, socket.gaierror):
        return "its name is not known here"
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    return " ".join(str(reason).split())[:160] or type(reason).__name__


def _host(url: str) -> str:
    return re.sub(r"^\w+://([^/?#]*).*$", r"\1", url, flags=re.DOTALL)
