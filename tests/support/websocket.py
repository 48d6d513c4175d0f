"""A WebSocket client with one thread, through the proxy.

`websockets.sync` reads in a thread of its own while it writes in another, on one TLS
connection, which OpenSSL does not allow (docs/decisions/0003-tickets.md): now and then its
first message is lost, whatever it talks to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from tests.support.raw import Raw

__all__ = ["BrokenOffError", "WebSocket"]


class BrokenOffError(ConnectionError):
    """The other side has closed, or is gone."""


class WebSocket:
    """An open WebSocket. Use as a context manager: the end of it is a closing handshake."""

    def __init__(
        self,
        port: int,
        url: str,
        authority: Path,
        fields: Sequence[tuple[str, str]] = (),
        *,
        login: str | None = None,
    ) -> None:
        """Open `url` through the proxy on `port`. Raises OSError and websockets' InvalidStatus."""
        uri = parse_uri(url)
        self._heard: deque[str] = deque()
        self._protocol = ClientProtocol(uri)
        self._raw = Raw.tunnel(port, uri.host, authority, login=login)
        try:
            self._open(fields)
        except BaseException:
            self._raw.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        try:
            if kind is None and self._is(State.OPEN):
                self._protocol.send_close(1000)
                self._flush()
                while not self._is(State.CLOSED):
                    self._read()
        finally:
            self._raw.close()

    def send(self, text: str) -> None:
        """Say something."""
        self._protocol.send_text(text.encode())
        self._flush()

    def recv(self) -> str:
        """The next message. Raises BrokenOffError, and TimeoutError after a minute."""
        while not self._heard:
            if not self._is(State.OPEN):
                raise BrokenOffError
            self._read()
        return self._heard.popleft()

    def cut(self) -> None:
        """Break the connection off, without a word."""
        self._raw.close()
        self._protocol.receive_eof()

    def _open(self, fields: Sequence[tuple[str, str]]) -> None:
        request = self._protocol.connect()
        request.headers.update(fields)
        self._protocol.send_request(request)
        self._flush()
        while self._is(State.CONNECTING):
            self._read()
            if self._protocol.handshake_exc is not None:
                raise self._protocol.handshake_exc

    def _is(self, state: State) -> bool:
        return self._protocol.state is state

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:  # nothing means the end, which the proxy is not told apart from a break
                self._raw.send(data)

    def _read(self) -> None:
        data = self._raw.socket.recv(65536)
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        self._flush()
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._heard.append(bytes(event.data).decode())
