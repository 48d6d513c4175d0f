"""An HTTP/1.1 client that sends the bytes it is given and shows what comes back, exactly."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

__all__ = ["Answer", "Raw", "RefusedError", "head", "request"]

Fields = list[tuple[str, str]]
TIMEOUT_S = 60.0
"""Far beyond what anything takes: only a hang gets here."""


class RefusedError(ConnectionError):
    """The proxy did not open the tunnel; the message is its status line."""


class NoHttp(Exception):  # noqa: N818 - a signal inside this file
    """What came is no answer."""


@dataclass
class Answer:
    """What came back for one request."""

    status: int = 0
    fields: Fields = field(default_factory=list)
    body: bytes = b""
    trailers: Fields = field(default_factory=list)
    complete: bool = False
    """Whether it came to its proper end."""
    interim: list[int] = field(default_factory=list)
    """Statuses of the 1xx answers before it."""

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.fields if key.lower() == name]
        return ", ".join(values) if values else None


def head(method: str, target: str, fields: Sequence[tuple[str, str]]) -> bytes:
    """The head of a request."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def request(
    host: str, target: str, body: bytes, *more: tuple[str, str], method: str = "POST"
) -> bytes:
    """A request with a body of JSON."""
    fields = [("Host", host), ("Content-Type", "application/json"), *more]
    fields.append(("Content-Length", str(len(body))))
    return head(method, target, fields) + body


class Raw:
    """One connection. Use as a context manager."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(TIMEOUT_S)
        self.socket = connection
        self._buffer = bytearray()
        self._pause_s = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def plain(cls, port: int, *, source: str | None = None) -> Raw:
        """A connection to a loopback port and no more."""
        place = (source, 0) if source else None
        return cls(socket.create_connection(("127.0.0.1", port), TIMEOUT_S, place))

    @classmethod
    def tunnel(
        cls,
        port: int,
        host: str,
        authority: Path | None = None,
        *,
        login: str | None = None,
        source: str | None = None,
    ) -> Raw:
        """TLS to `host` through the proxy on a loopback port. Raises RefusedError and ssl.SSLError.

        `authority`: the only one that is trusted; None trusts whatever comes.
        """
        raw = cls.plain(port, source=source)
        try:
            raw.connect(host, login)
            raw.socket = context(authority).wrap_socket(raw.socket, server_hostname=host)
        except BaseException:
            raw.close()
            raise
        return raw

    def connect(self, host: str, login: str | None = None) -> None:
        """Ask the proxy for a tunnel. Raises RefusedError."""
        fields = [("Host", f"{host}:443")]
        if login is not None:
            encoded = base64.b64encode(login.encode()).decode()
            fields.append(("Proxy-Authorization", f"Basic {encoded}"))
        self.send(head("CONNECT", f"{host}:443", fields))
        answer = self.answer("CONNECT")
        if answer.status != 200:
            raise RefusedError(str(answer.status))

    @property
    def certificate(self) -> bytes:
        """The peer's, in DER."""
        assert isinstance(self.socket, ssl.SSLSocket)
        return self.socket.getpeercert(binary_form=True) or b""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, data: bytes, method: str = "POST") -> Answer:
        """Send a request, read its answer."""
        self.send(data)
        return self.answer(method)

    def answer(
        self, method: str = "POST", *, stop_after: int | None = None, pause_s: float = 0.0
    ) -> Answer:
        """The next answer, as far as it came. Raises TimeoutError when nothing comes at all.

        `stop_after`: return when so many bytes of the body are there. `pause_s`: read slowly,
        64 KiB at a time with that pause between two.
        """
        found = Answer()
        self._pause_s = pause_s
        try:
            self._head(found)
            self._body(found, method, stop_after)
        except TimeoutError:
            raise
        except (EOFError, OSError, NoHttp):
            pass
        return found

    def pieces(self) -> Iterator[bytes]:
        """The chunks of the next answer's body, as they come. Raises OSError and EOFError."""
        found = Answer()
        self._head(found)
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            data = b""
            while len(data) < size:
                data += self._some(size - len(data))
            self._until(b"\r\n")
            yield data
        self._until(b"\r\n")

    def interim(self) -> int:
        """The status of a 1xx answer that comes alone."""
        return int(self._until(b"\r\n\r\n").split(b" ")[1])

    def _head(self, found: Answer) -> None:
        while True:
            lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
            if not lines[0].startswith("HTTP/1."):
                raise NoHttp
            found.status = int(lines[0].split(" ")[1])
            found.fields = [_field(line) for line in lines[1:] if line]
            if found.status >= 200 or found.status == 101:
                return
            found.interim.append(found.status)
            found.status, found.fields = 0, []

    def _body(self, found: Answer, method: str, stop_after: int | None) -> None:
        length = found.header("content-length")
        if method in {"HEAD", "CONNECT"} or found.status in {101, 204, 304}:
            found.complete = True
        elif "chunked" in (found.header("transfer-encoding") or ""):
            self._chunks(found, stop_after)
        else:
            self._plain_body(found, None if length is None else int(length), stop_after)

    def _plain_body(self, found: Answer, length: int | None, stop_after: int | None) -> None:
        body = bytearray()
        try:
            while length is None or len(body) < length:
                body += self._some(None if length is None else length - len(body))
                if stop_after is not None and len(body) >= stop_after:
                    return
            found.complete = True
        except EOFError:
            found.complete = length is None
        finally:
            found.body = bytes(body)

    def _chunks(self, found: Answer, stop_after: int | None) -> None:
        body = bytearray()
        try:
            while size := int(self._until(b"\r\n").split(b";")[0], 16):
                wanted = len(body) + size
                while len(body) < wanted:
                    body += self._some(wanted - len(body))
                self._until(b"\r\n")
                if stop_after is not None and len(body) >= stop_after:
                    return
            while line := self._until(b"\r\n")[:-2]:
                found.trailers.append(_field(line.decode("latin-1")))
            found.complete = True
        finally:
            found.body = bytes(body)

    def _until(self, end: bytes) -> bytes:
        while (at := self._buffer.find(end)) < 0:
            self._fill()
        taken = bytes(self._buffer[: at + len(end)])
        del self._buffer[: at + len(end)]
        return taken

    def _some(self, most: int | None) -> bytes:
        if not self._buffer:
            self._fill()
        size = len(self._buffer) if most is None else min(most, len(self._buffer))
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _fill(self) -> None:
        if self._pause_s:
            time.sleep(self._pause_s)
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self._buffer += data


def context(authority: Path | None) -> ssl.SSLContext:
    """Trusts one authority, or (None) everybody."""
    if authority is None:
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        return trusting
    return ssl.create_default_context(cafile=str(authority))


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
