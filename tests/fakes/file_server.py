"""A real HTTP(S) server on this machine that serves one file, well or badly, and remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["FileServer", "serving", "trusted"]


@dataclass
class FileServer:
    """How the next answers are; change it between requests."""

    data: bytes
    url: str = ""
    status: int = 200
    redirect: str = ""  # of every path but /there
    ranges: bool = True  # False: every answer is the whole file
    range_said: str = ""  # a Content-Range other than the true one
    length: bool = True  # False: no Content-Length
    cut: int | None = None  # close the connection after so many bytes
    stall: float = 0.0  # seconds to wait in the middle
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range


@contextmanager
def serving(data: bytes, context: ssl.SSLContext | None = None) -> Iterator[FileServer]:
    """The server while the block runs; with a context by HTTPS."""
    says = FileServer(data)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(says))
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    says.url = f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield says
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(says: FileServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            says.asked.append((self.path, wanted))
            if says.redirect and self.path != "/there":
                self._head(302, {"Location": says.redirect, "Content-Length": "0"})
            elif says.status != 200:
                self._head(says.status, {"Content-Length": "0"})
            else:
                self._file(wanted)

        def _file(self, wanted: str | None) -> None:
            begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and says.ranges else 0
            body = says.data[begin:]
            headers = {"Content-Length": str(len(body))} if says.length else {}
            if begin:
                headers["Content-Range"] = says.range_said or f"bytes {begin}-{len(says.data) - 1}/{len(says.data)}"
            self._head(206 if begin else 200, headers)
            self.close_connection = True
            sent = body if says.cut is None else body[: says.cut]
            half = len(sent) // 2
            self.wfile.write(sent[:half])
            time.sleep(says.stall)
            self.wfile.write(sent[half:])

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:  # the other side has gone
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is the base class's
            pass

    return Handler


def trusted(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(the server's, the client's) with a certificate for 127.0.0.1 that only this client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "server.pem", folder / "server.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, secret)
    return server, ssl.create_default_context(cafile=str(chain))
