"""A small simulated service: HTTP/1.1 and HTTP/2, with or without TLS, exact about bytes.

It answers each path with the `Reply` registered for it and keeps what it received.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import h2.config
import h2.connection
import h2.events

Fields = list[tuple[bytes, bytes]]


@dataclass
class Reply:
    """How one path is answered."""

    pieces: Sequence[bytes] = (b"",)
    """Body, one write each; over HTTP/1 each is a chunk when chunked."""
    status: int = 200
    headers: Sequence[tuple[str, str]] = (("Content-Type", "application/json"),)
    framing: Literal["length", "chunked", "close"] = "length"
    trailers: Sequence[tuple[str, str]] = ()
    pause_s: float = 0.0
    """Between pieces; 0: all that is there in one write."""
    abort_after: int | None = None
    """Break the connection (or reset the stream) after so many pieces."""
    delay_s: float = 0.0
    """Before the head."""


@dataclass
class Seen:
    """One request as it arrived."""

    protocol: str
    method: str
    target: str
    headers: Fields
    body: bytes = b""
    chunked: bool = False
    trailers: Fields = field(default_factory=list)

    def header(self, name: str) -> str | None:
        found = [v.decode() for k, v in self.headers if k.decode().lower() == name]
        return ", ".join(found) if found else None


class Upstream:
    """The service. Use `async with serving(...)`."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}
        self.seen: list[Seen] = []
        self.connections = 0
        self.port = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        tls = writer.get_extra_info("ssl_object")
        try:
            if tls is not None and tls.selected_alpn_protocol() == "h2":
                await _Http2(self, reader, writer).serve()
            else:
                await self._serve_http1(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reply_to(self, seen: Seen) -> Reply:
        self.seen.append(seen)
        return self.replies.get(seen.target.split("?")[0], Reply(pieces=[b'{"ok":true}']))

    async def _serve_http1(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            line, *lines = head[:-4].split(b"\r\n")
            method, target, _ = line.decode().split(" ")
            seen = Seen("HTTP/1.1", method, target, [_field(one) for one in lines])
            await _read_body(reader, seen)
            reply = self.reply_to(seen)
            if not await _answer_http1(writer, reply, method):
                return


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name, value.strip()


async def _read_body(reader: asyncio.StreamReader, seen: Seen) -> None:
    if "chunked" in (seen.header("transfer-encoding") or ""):
        seen.chunked = True
        while size := int((await reader.readline()).split(b";")[0], 16):
            seen.body += await reader.readexactly(size)
            await reader.readexactly(2)
        while line := (await reader.readline()).strip():
            seen.trailers.append(_field(line))
    elif length := seen.header("content-length"):
        seen.body = await reader.readexactly(int(length))


async def _answer_http1(writer: asyncio.StreamWriter, reply: Reply, method: str) -> bool:
    """Write the answer; False when the connection ends with it."""
    await asyncio.sleep(reply.delay_s)
    headers = list(reply.headers)
    if reply.framing == "length":
        headers.append(("Content-Length", str(sum(map(len, reply.pieces)))))
    elif reply.framing == "chunked":
        headers.append(("Transfer-Encoding", "chunked"))
    else:
        headers.append(("Connection", "close"))
    head = f"HTTP/1.1 {reply.status} OK\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers)
    writer.write(head.encode() + b"\r\n")
    for index, piece in enumerate(reply.pieces if method != "HEAD" else ()):
        if reply.abort_after == index:
            await writer.drain()
            return False
        framed = piece if reply.framing != "chunked" else b"%x\r\n%s\r\n" % (len(piece), piece)
        writer.write(framed)
        if reply.pause_s:
            await writer.drain()
            await asyncio.sleep(reply.pause_s)
    if reply.framing == "chunked":
        end = "".join(f"{k}: {v}\r\n" for k, v in reply.trailers)
        writer.write(b"0\r\n" + end.encode() + b"\r\n")
    await writer.drain()
    if reply.framing == "close":
        writer.close()
        await writer.wait_closed()
        return False
    return True


class _Http2:
    """The server side of one HTTP/2 connection."""

    def __init__(
        self, upstream: Upstream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._upstream = upstream
        self._reader = reader
        self._writer = writer
        self._h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding=None)
        )
        self._open: dict[int, Seen] = {}
        self._window = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        self._h2.initiate_connection()
        self._flush()
        try:
            while data := await self._reader.read(65536):
                for event in self._h2.receive_data(data):
                    self._on(event)
                self._flush()
        finally:
            for task in self._tasks:
                task.cancel()

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._writer.write(data)

    def _on(self, event: h2.events.Event) -> None:
        self._window.set()
        match event:
            case h2.events.RequestReceived(stream_id=stream_id, headers=headers):
                fields = [(bytes(k), bytes(v)) for k, v in headers]
                pseudo = {k: v.decode() for k, v in fields if k.startswith(b":")}
                plain = [(k, v) for k, v in fields if not k.startswith(b":")]
                seen = Seen("HTTP/2", pseudo[b":method"], pseudo[b":path"], plain)
                self._open[stream_id] = seen
            case h2.events.DataReceived(stream_id=stream_id, data=data):
                self._open[stream_id].body += data
                self._h2.acknowledge_received_data(event.flow_controlled_length, stream_id)
            case h2.events.TrailersReceived(stream_id=stream_id, headers=headers):
                self._open[stream_id].trailers = [(bytes(k), bytes(v)) for k, v in headers]
            case h2.events.StreamEnded(stream_id=stream_id):
                task = asyncio.create_task(self._answer(stream_id, self._open.pop(stream_id)))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _answer(self, stream_id: int, seen: Seen) -> None:
        reply = self._upstream.reply_to(seen)
        await asyncio.sleep(reply.delay_s)
        headers = [(":status", str(reply.status)), *((k.lower(), v) for k, v in reply.headers)]
        if reply.framing == "length":
            headers.append(("content-length", str(sum(map(len, reply.pieces)))))
        self._h2.send_headers(stream_id, headers)
        for index, piece in enumerate(reply.pieces):
            if reply.abort_after == index:
                self._h2.reset_stream(stream_id, 2)
                self._flush()
                return
            await self._send(stream_id, piece)
            await self._writer.drain()
            await asyncio.sleep(reply.pause_s)
        if reply.trailers:
            self._h2.send_headers(
                stream_id, [(k.lower(), v) for k, v in reply.trailers], end_stream=True
            )
        else:
            self._h2.end_stream(stream_id)
        self._flush()

    async def _send(self, stream_id: int, data: bytes) -> None:
        while data:
            room = min(
                self._h2.local_flow_control_window(stream_id), self._h2.max_outbound_frame_size
            )
            if room <= 0:
                self._flush()
                self._window.clear()
                await self._window.wait()
                continue
            self._h2.send_data(stream_id, data[:room])
            data = data[room:]
        self._flush()


@contextlib.asynccontextmanager
async def serving(
    context: ssl.SSLContext | None = None, upstream: Upstream | None = None
) -> AsyncIterator[Upstream]:
    """The service on a free loopback port, TLS when a context is given."""
    upstream = upstream or Upstream()
    server = await asyncio.start_server(upstream.handle, "127.0.0.1", 0, ssl=context, limit=2**24)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        await upstream.stop()
        await asyncio.sleep(0)
