"""The server's side of one HTTP/2 connection, for the same handlers as HTTP/1.1."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import h2.config
import h2.connection
import h2.events
from h2.errors import ErrorCodes

from bench.simulated.http1 import Answer, Request

__all__ = ["serve"]

Ask = Callable[[Request], Awaitable[Answer]]


async def serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, ask: Ask
) -> None:
    """Answer every stream of a connection until its end."""
    connection = Http2(writer, host, ask)
    try:
        while data := await reader.read(65536):
            connection.receive(data)
            await writer.drain()
    finally:
        connection.close()


class Http2:
    """One connection. Streams are answered side by side."""

    def __init__(self, writer: asyncio.StreamWriter, host: str, ask: Ask) -> None:
        self._writer = writer
        self._host = host
        self._ask = ask
        config = h2.config.H2Configuration(client_side=False, header_encoding="latin-1")
        self._h2 = h2.connection.H2Connection(config)
        self._requests: dict[int, Request] = {}
        self._window = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._h2.initiate_connection()
        self._flush()

    def receive(self, data: bytes) -> None:
        """Take in bytes of the client."""
        for event in self._h2.receive_data(data):
            self._on(event)
        self._flush()

    def close(self) -> None:
        """Stop answering."""
        for task in self._tasks:
            task.cancel()

    def _flush(self) -> None:
        if data := self._h2.data_to_send():
            self._writer.write(data)

    def _on(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.RequestReceived(stream_id=stream, headers=fields):
                self._requests[stream] = _request([(str(k), str(v)) for k, v in fields], self._host)
            case h2.events.DataReceived(stream_id=stream, data=data):
                self._requests[stream].body += data
                self._h2.acknowledge_received_data(event.flow_controlled_length, stream)
            case h2.events.TrailersReceived(stream_id=stream, headers=fields):
                self._requests[stream].trailers = [(str(k), str(v)) for k, v in fields]
            case h2.events.StreamEnded(stream_id=stream):
                self._start(self._answer(stream, self._requests.pop(stream)))
            case h2.events.WindowUpdated() | h2.events.StreamReset():
                self._start(self._wake())

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wake(self) -> None:
        async with self._window:
            self._window.notify_all()

    async def _answer(self, stream: int, request: Request) -> None:
        answer = await self._ask(request)
        self._h2.send_headers(stream, _fields(answer))
        pieces = answer.chunks if answer.body is None else [answer.body]
        for number, piece in enumerate(pieces):
            if answer.abort_after == number:
                self._h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
                self._flush()
                return
            if answer.pause_s and number:
                await asyncio.sleep(answer.pause_s)
            await self._send(stream, piece)
        if answer.trailers:
            trailers = [(name.lower(), value) for name, value in answer.trailers]
            self._h2.send_headers(stream, trailers, end_stream=True)
        else:
            self._h2.end_stream(stream)
        self._flush()

    async def _send(self, stream: int, data: bytes) -> None:
        while data:
            room = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size)
            if room > 0:
                self._h2.send_data(stream, data[:room])
                data = data[room:]
                self._flush()
                await self._writer.drain()
            else:
                async with self._window:
                    await self._window.wait()


def _request(fields: list[tuple[str, str]], host: str) -> Request:
    pseudo = {name: value for name, value in fields if name.startswith(":")}
    plain = [(name, value) for name, value in fields if not name.startswith(":")]
    return Request(
        pseudo[":method"],
        pseudo[":path"],
        dict(plain),
        host=host or pseudo.get(":authority", ""),
        fields=plain,
        version="HTTP/2",
    )


def _fields(answer: Answer) -> list[tuple[str, str]]:
    given = answer.fields
    if given is None:
        given = [("content-type", answer.content_type), *answer.headers.items()]
    fields = [(":status", str(answer.status)), *((name.lower(), value) for name, value in given)]
    if answer.body is not None:
        fields.append(("content-length", str(len(answer.body))))
    return fields
