"""Where a download may go: HTTPS to public addresses, at the first address as after every redirect."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from typing import IO, Any
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from stillreel.errors import ModelError

__all__ = ["Gate", "opener"]

# No machine has such an address (RFC 2544); VPN clients hand them out as stand-ins for names that they resolve.
STAND_INS = ipaddress.ip_network("198.18.0.0/15")
PLAIN_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?", re.ASCII)


class Gate:
    """What is let through. `loopback` lets plain HTTP and HTTPS reach this very machine, which tests need."""

    def __init__(self, loopback: bool = False) -> None:
        self._loopback = loopback

    def url(self, url: str) -> None:
        """ModelError `model.pull_unsafe` unless `url` is one to follow; names are looked up later, by `host`."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" and not (self._loopback and parts.scheme == "http" and self._is_here(host)):
            raise _unsafe(f"{parts.scheme or 'no scheme'}://{host} instead of HTTPS")
        if not PLAIN_HOST.fullmatch(parts.netloc):  # no user's name, nothing escaped that is read twice
            raise _unsafe("an address without a plain host in it")
        if host == "localhost" and not self._loopback:
            raise _unsafe("this machine")
        if (literal := _literal(host)) is not None:
            self._address(literal, host)

    def host(self, host: str, port: int) -> None:
        """The same for every address that the name stands for."""
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            self.peer(str(address[0]), host)

    def peer(self, address: str, host: str) -> None:
        """The same for the address that answered: a name may stand for another one a moment later."""
        self._address(ipaddress.ip_address(address.partition("%")[0]), host)

    def _address(self, found: ipaddress.IPv4Address | ipaddress.IPv6Address, host: str) -> None:
        plain = getattr(found, "ipv4_mapped", None) or found
        if not (plain.is_global or plain in STAND_INS or (self._loopback and plain.is_loopback)):
            raise _unsafe(f"{host}, which is {plain}, no public address")

    def _is_here(self, host: str) -> bool:
        literal = _literal(host)
        return host == "localhost" or (literal is not None and literal.is_loopback)


def opener(gate: Gate, context: ssl.SSLContext | None) -> OpenerDirector:
    """HTTP(S) and nothing else (no file:, ftp: or data:), by the system's proxy where there is one."""
    built = OpenerDirector()
    for handler in (
        ProxyHandler(), _Plain(gate), _Secure(gate, context), _Redirects(gate), HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):  # fmt: skip
        built.add_handler(handler)
    return built


class _Redirects(HTTPRedirectHandler):
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        try:
            self._gate.url(newurl)
        except ModelError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Secure(HTTPSHandler):
    def __init__(self, gate: Gate, context: ssl.SSLContext | None) -> None:
        self._gate, self._ssl = gate, context or ssl.create_default_context()
        super().__init__(context=self._ssl)

    def https_open(self, req: Request) -> Any:
        return self.do_open(_connect(self._gate, req, _SecureConnection), req, context=self._ssl)


class _Plain(HTTPHandler):
    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def http_open(self, req: Request) -> Any:
        return self.do_open(_connect(self._gate, req, _PlainConnection), req)


class _SecureConnection(HTTPSConnection):
    def __init__(self, host: str, *, gate: Gate | None, **more: Any) -> None:
        super().__init__(host, **more)
        self._gate = gate

    def connect(self) -> None:
        _checked(self, super().connect, self._gate)


class _PlainConnection(HTTPConnection):
    def __init__(self, host: str, *, gate: Gate | None, **more: Any) -> None:
        super().__init__(host, **more)
        self._gate = gate

    def connect(self) -> None:
        _checked(self, super().connect, self._gate)


def _connect(gate: Gate, request: Request, kind: type[_SecureConnection | _PlainConnection]) -> Any:
    """The maker of a connection; a proxy of the user's own may be anywhere, and looks names up itself."""
    direct = request.host == urlsplit(request.full_url).netloc
    return partial(kind, gate=gate if direct else None)


def _checked(connection: HTTPConnection, connect: Callable[[], None], gate: Gate | None) -> None:
    if gate is None:
        connect()
        return
    gate.host(connection.host, connection.port)
    connect()
    gate.peer(connection.sock.getpeername()[0], connection.host)


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _unsafe(where: str) -> ModelError:
    return ModelError(
        "model.pull_unsafe",
        f"The download leads to {where}; nothing was fetched from there.",
        "Fetch the file with a browser and give it with --from FILE.",
    )
