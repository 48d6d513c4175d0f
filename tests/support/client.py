"""A client that shows every byte: HTTP/1.1 and HTTP/2, direct or through a proxy."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions

Fields = list[tuple[bytes, bytes]]


@dataclass
class Answer:
    """What the client received."""

    status: int = 0
    headers: Fields = field(default_factory=list)
    body: bytes = b""
    trailers: Fields = field(default_factory=list)
    complete: bool = False
    """Whether it came to its proper end."""
    refused: bool = False
    """HTTP/2: the other side has said that it did not look at it."""
    pieces: list[bytes] = field(default_factory=list)
    """Chunks or DATA frames as they came (not for length or close)."""

    def header(self, name: str) -> str | None:
        found = [v.decode() for k, v in self.headers if k.decode().lower() == name]
        return ", ".join(found) if found else None


class Connection(Protocol):
    async def request(
        self,
        method: str,
        target: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        trailers: Sequence[tuple[str, str]] = (),
        stop_after: int | None = None,
    ) -> Answer:
        """One request. `stop_after`: hang up after so many bytes of the body."""

    def close(self) -> None: ...


class Http1:
    """One HTTP/1.1 connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, authority: str
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.went_away: int | None = None
        """Never, over HTTP/1."""
        self._authority = authority

    async def request(
        self,
        method: str,
        target: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        trailers: Sequence[tuple[str, str]] = (),
        stop_after: int | None = None,
    ) -> Answer:
        self.send(method, target, headers=headers, body=body, trailers=trailers)
        return await self.answer(method, stop_after=stop_after)

    def send(
        self,
        method: str,
        target: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        trailers: Sequence[tuple[str, str]] = (),
    ) -> None:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._authority}"]
        lines += [f"{k}: {v}" for k, v in headers]
        if trailers:
            lines.append("Transfer-Encoding: chunked")
            body = b"%x\r\n%s\r\n0\r\n" % (len(body), body)
            body += "".join(f"{k}: {v}\r\n" for k, v in trailers).encode() + b"\r\n"
        elif body:
            lines.append(f"Content-Length: {len(body)}")
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def answer(self, method: str = "GET", *, stop_after: int | None = None) -> Answer:
        answer = Answer()
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            line, *lines = head[:-4].split(b"\r\n")
            answer.status = int(line.split(b" ")[1])
            answer.headers = [_field(one) for one in lines]
            await self._body(answer, method, stop_after)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError) as error:
            answer.body += getattr(error, "partial", b"")
        return answer

    async def _body(self, answer: Answer, method: str, stop_after: int | None) -> None:
        length = answer.header("content-length")
        if method == "HEAD" or answer.status in (204, 304):
            answer.complete = True
        elif "chunked" in (answer.header("transfer-encoding") or ""):
            await self._chunks(answer, stop_after)
        elif length is not None:
            wanted = int(length) if stop_after is None else stop_after
            answer.body = await self.reader.readexactly(wanted)
            answer.complete = stop_after is None
        else:
            answer.body = await self.reader.read(-1 if stop_after is None else stop_after)
            answer.complete = stop_after is None
        if stop_after is not None:
            self.close()

    async def _chunks(self, answer: Answer, stop_after: int | None) -> None:
        while size := int((await self.reader.readline()) or b"0", 16):
            piece = await self.reader.readexactly(size)
            answer.pieces.append(piece)
            answer.body += piece
            await self.reader.readexactly(2)
            if stop_after is not None and len(answer.body) >= stop_after:
                return
        while line := await self.reader.readuntil(b"\n"):
            if not line.strip():
                break
            answer.trailers.append(_field(line.strip()))
        answer.complete = True

    def close(self) -> None:
        self.writer.transport.abort()


class Http2:
    """One HTTP/2 connection; requests may run at the same time."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, authority: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._authority = authority
        config = h2.config.H2Configuration(header_encoding=None)
        self._h2 = h2.connection.H2Connection(config)
        self._answers: dict[int, Answer] = {}
        self._ended: dict[int, asyncio.Event] = {}
        self._sent = asyncio.Event()
        self.went_away: int | None = None
        """Last stream id in a GOAWAY."""
        self._listens = True
        self._unheard: list[tuple[int, int]] = []
        self._h2.initiate_connection()
        self._flush()
        self._task = asyncio.create_task(self._read())

    async def request(
        self,
        method: str,
        target: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
        trailers: Sequence[tuple[str, str]] = (),
        stop_after: int | None = None,
    ) -> Answer:
        stream_id = self._h2.get_next_available_stream_id()
        answer = self._answers[stream_id] = Answer()
        ended = self._ended[stream_id] = asyncio.Event()
        pseudo = [(":method", method), (":scheme", "https"), (":path", target)]
        fields = [*pseudo, (":authority", self._authority)]
        fields += [(k.lower(), v) for k, v in headers]
        self._h2.send_headers(stream_id, fields, end_stream=not body and not trailers)
        await self._send(stream_id, body)
        if trailers:
            self._h2.send_headers(stream_id, [(k.lower(), v) for k, v in trailers], end_stream=True)
        elif body:
            self._h2.end_stream(stream_id)
        self._flush()
        if stop_after is not None:
            while len(answer.body) < stop_after and not ended.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            self.close()
            return answer
        await ended.wait()
        return answer

    def has_answered(self, stream_id: int) -> bool:
        """Whether some of an answer's body is there."""
        return stream_id in self._answers and bool(self._answers[stream_id].body)

    def cancel(self, stream_id: int) -> None:
        """Reset one stream, as a browser does with a page that is left."""
        self._h2.reset_stream(stream_id, h2.errors.ErrorCodes.CANCEL)
        self._flush()
        self._ended[stream_id].set()

    def stop_listening(self) -> None:
        """Give no more room for answers, as a page that is slow to read."""
        self._listens = False

    def listen(self) -> None:
        """Give room for what has come, and for what comes."""
        self._listens = True
        for size, stream_id in self._unheard:
            self._h2.acknowledge_received_data(size, stream_id)
        self._unheard.clear()
        self._flush()

    async def _send(self, stream_id: int, data: bytes) -> None:
        while data:
            room = min(
                self._h2.local_flow_control_window(stream_id), self._h2.max_outbound_frame_size
            )
            if room <= 0:
                self._flush()
                self._sent.clear()
                await self._sent.wait()
                continue
            self._h2.send_data(stream_id, data[:room])
            data = data[room:]

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._writer.write(data)

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError, h2.exceptions.ProtocolError):
            while data := await self._reader.read(65536):
                for event in self._h2.receive_data(data):
                    self._on(event)
                self._sent.set()
                self._flush()
        for stream_id, ended in self._ended.items():
            self._answers[stream_id].refused = stream_id > (self.went_away or stream_id)
            ended.set()

    def _on(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.ResponseReceived(stream_id=stream_id, headers=headers):
                fields = [(bytes(k), bytes(v)) for k, v in headers]
                answer = self._answers[stream_id]
                answer.status = int(dict(fields)[b":status"])
                answer.headers = [one for one in fields if not one[0].startswith(b":")]
            case h2.events.DataReceived(stream_id=stream_id, data=data):
                self._answers[stream_id].body += data
                self._answers[stream_id].pieces.append(data)
                self._unheard.append((event.flow_controlled_length, stream_id))
                if self._listens:
                    self.listen()
            case h2.events.TrailersReceived(stream_id=stream_id, headers=headers):
                self._answers[stream_id].trailers = [(bytes(k), bytes(v)) for k, v in headers]
            case h2.events.StreamEnded(stream_id=stream_id):
                self._answers[stream_id].complete = True
                self._ended[stream_id].set()
            case h2.events.StreamReset(stream_id=stream_id):
                self._ended[stream_id].set()
            case h2.events.ConnectionTerminated(last_stream_id=last_stream_id):
                self.went_away = last_stream_id

    def close(self) -> None:
        self._task.cancel()
        self._writer.transport.abort()


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name, value.strip()


@contextlib.asynccontextmanager
async def connected(
    port: int,
    *,
    proxy: int | None = None,
    tls: ssl.SSLContext | None = None,
    name: str = "127.0.0.1",
    login: str | None = None,
) -> AsyncIterator[Http1 | Http2]:
    """A connection to a loopback port, through a proxy's CONNECT when its port is given.

    Raises ConnectionError with the answer's first line when the proxy refuses.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy or port, limit=2**24)
    try:
        if proxy is not None:
            await _connect(reader, writer, f"{name}:{port}", login)
        if tls is not None:
            await writer.start_tls(tls, server_hostname=name)
        chosen = writer.get_extra_info("ssl_object")
        is_http2 = chosen is not None and chosen.selected_alpn_protocol() == "h2"
        connection = (Http2 if is_http2 else Http1)(reader, writer, f"{name}:{port}")
    except BaseException:
        writer.transport.abort()
        raise
    try:
        yield connection
    finally:
        connection.close()


async def _connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: str, login: str | None
) -> None:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if login is not None:
        lines.append("Proxy-Authorization: Basic " + base64.b64encode(login.encode()).decode())
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    first = head.split(b"\r\n")[0].decode()
    if " 200 " not in first:
        writer.transport.abort()
        raise ConnectionError(first)
