"""Just enough HTTP/1.1 for a simulated service: fast, strict, and nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

LIMIT_HEAD = 64 * 1024
SLICE = 64 * 1024
LIMIT_BODY = 64 * 1024 * 1024


@dataclass(slots=True)
class Request:
    """One request with its whole body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    host: str = ""
    """Name that the connection was opened for (CONNECT, SNI or Host)."""

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
    abort_after: int | None = None
    """Cut the connection after that many chunks (a simulated failure)."""


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request, or None when the peer has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = {}
    for line in lines[1:]:
        if line:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
    return Request(method, target, headers, await _read_body(reader, headers))


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _read_chunked(reader)
    length = int(headers.get("content-length", "0"))
    return await reader.readexactly(length) if length else b""


async def _read_chunked(reader: asyncio.StreamReader) -> bytes:
    parts: list[bytes] = []
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        data = await reader.readexactly(size + 2)
        if not size:
            return b"".join(parts)
        parts.append(data[:-2])


def head(answer: Answer) -> bytes:
    """The status line and headers of an answer, ready to send."""
    lines = [f"HTTP/1.1 {answer.status} Simulated", f"content-type: {answer.content_type}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.body is None:
        lines.append("transfer-encoding: chunked")
    else:
        lines.append(f"content-length: {len(answer.body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def send(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    """Send an answer. False when the connection was cut on purpose."""
    if answer.body is not None:
        data = head(answer) + answer.body
        for start in range(0, len(data), SLICE):  # a large body must not hold up other answers
            writer.write(data[start : start + SLICE])
            await writer.drain()
        return True
    writer.write(head(answer))
    for number, chunk in enumerate(answer.chunks):
        if answer.abort_after == number:
            writer.transport.abort()
            return False
        if answer.pause_s and number:
            await asyncio.sleep(answer.pause_s)
        writer.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True
