"""Just enough HTTP/1.1 for a simulated service: fast, strict, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

LIMIT_HEAD = 64 * 1024
SLICE = 64 * 1024
LIMIT_BODY = 64 * 1024 * 1024

Takeover = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]
"""Writes an answer itself; whether the connection goes on after it."""


@dataclass(slots=True)
class Request:
    """One request with its whole body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    host: str = ""
    """Name that the connection was opened for (CONNECT, SNI or Host)."""
    fields: list[tuple[str, str]] = field(default_factory=list)
    """The headers as they came, in order."""
    trailers: list[tuple[str, str]] = field(default_factory=list)
    version: str = "HTTP/1.1"

    @property
    def path(self) -> str:
        return self.target.split("?", 1)[0]


@dataclass(slots=True)
class Answer:
    """An answer: whole (`body`) or streamed (`chunks`, with a pause between two)."""

    status: int = 200
    content_type: str = "application/json"
    body: bytes | None = None
    chunks: list[bytes] = field(default_factory=list)
    pause_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    fields: Sequence[tuple[str, str]] | None = None
    """All headers but those of the framing, in place of `content_type` and `headers`."""
    trailers: Sequence[tuple[str, str]] = ()
    """After the last chunk."""
    abort_after: int | None = None
    """Cut the connection after that many chunks (a simulated failure)."""
    takeover: Takeover | None = None
    """Writes the answer in place of all of the above."""


async def read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """The next request, or None when the peer has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    fields = [_field(line) for line in lines[1:] if line]
    headers = {name.lower(): value for name, value in fields}
    request = Request(method, target, headers, fields=fields)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    await _read_body(reader, request)
    return request


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


async def _read_body(reader: asyncio.StreamReader, request: Request) -> None:
    if "chunked" in request.headers.get("transfer-encoding", "").lower():
        await _read_chunked(reader, request)
    elif length := int(request.headers.get("content-length", "0")):
        request.body = await reader.readexactly(length)


async def _read_chunked(reader: asyncio.StreamReader, request: Request) -> None:
    parts: list[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    while line := (await reader.readuntil(b"\r\n"))[:-2]:
        request.trailers.append(_field(line.decode("latin-1")))
    request.body = b"".join(parts)


def head(answer: Answer) -> bytes:
    """The status line and headers of an answer, ready to send."""
    lines = [f"HTTP/1.1 {answer.status} Simulated"]
    if answer.fields is None:
        lines.append(f"content-type: {answer.content_type}")
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    else:
        lines += [f"{name}: {value}" for name, value in answer.fields]
    if answer.body is None:
        lines.append("transfer-encoding: chunked")
    elif answer.status not in {204, 304}:
        lines.append(f"content-length: {len(answer.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def send(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer, *, method: str
) -> bool:
    """Send an answer. False when the connection has ended with it."""
    if answer.takeover is not None:
        return await answer.takeover(reader, writer)
    if method == "HEAD":
        writer.write(head(answer))
        await writer.drain()
        return True
    if answer.body is not None:
        data = head(answer) + answer.body
        for start in range(0, len(data), SLICE):  # a large body must not hold up other answers
            writer.write(data[start : start + SLICE])
            await writer.drain()
        return True
    return await _send_chunks(writer, answer)


async def _send_chunks(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.write(head(answer))
    for number, chunk in enumerate(answer.chunks):
        if answer.abort_after == number:
            writer.transport.abort()
            return False
        if answer.pause_s and number:
            await asyncio.sleep(answer.pause_s)
        writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
    end = "".join(f"{name}: {value}\r\n" for name, value in answer.trailers)
    writer.write(b"0\r\n" + end.encode("latin-1") + b"\r\n")
    await writer.drain()
    return True
