"""A small load client: one process, HTTP/1.1 through a proxy's CONNECT, figures as JSON.

With --base-url it speaks as an application whose base URL is the proxy: plain HTTP, no CONNECT.

    python -m bench.load json --proxy 127.0.0.1:8080 --connections 16 --requests 2000
    python -m bench.load burst --proxy 127.0.0.1:8080 --connections 8 --requests 200 --events 100
    python -m bench.load paced --proxy 127.0.0.1:8080 --connections 60 --events 200 --rate 50

Each connection is opened before the clock starts. Certificates are not checked:
what is measured is the proxy.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import uvloop

HOST = "api.openai.com"
PATH = "/v1/chat/completions"


@dataclass(slots=True)
class Sample:
    """Times of one answer in seconds since its request."""

    first_s: float
    total_s: float
    gaps_s: list[float] = field(default_factory=list)


class Connection:
    """One keep-alive connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, proxy: str, host: str = HOST, *, base_url: bool = False) -> Connection:
        """A tunnel to `host` through the proxy; with `base_url`, a plain connection to it."""
        address, _, port = proxy.rpartition(":")
        reader, writer = await asyncio.open_connection(address, int(port), limit=64 * 1024 * 1024)
        if base_url:
            return cls(reader, writer)
        writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        await writer.start_tls(context, server_hostname=host)
        return cls(reader, writer)

    async def ask(self, request: bytes) -> Sample:
        """Send one request, read its answer to the end, timing every chunk."""
        start = time.perf_counter()
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        length = _content_length(head)
        if length is None:
            return await self._chunks(start)
        await self.reader.readexactly(length)
        spent = time.perf_counter() - start
        return Sample(spent, spent)

    async def _chunks(self, start: float) -> Sample:
        times: list[float] = []
        while True:
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            await self.reader.readexactly(size + 2)
            now = time.perf_counter()
            if not size:
                gaps = [after - before for before, after in itertools.pairwise(times)]
                return Sample(times[0] - start, now - start, gaps)
            times.append(now)

    def close(self) -> None:
        self.writer.close()


def _content_length(head: bytes) -> int | None:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return None


def request(  # noqa: PLR0913 - every part of the request that a scenario varies
    *,
    stream: bool,
    events: int,
    pause_ms: float = 0,
    prompt_bytes: int = 300,
    parsed: bool = True,
    host: str = HOST,
) -> bytes:
    """A chat request of about `prompt_bytes`, asking the simulated service for `events` pieces.

    `parsed` False asks the simulated service not to parse the request.
    """
    words = "Quels sont les horaires de la mairie ? " * (prompt_bytes // 39 + 1)
    asked: dict[str, object] = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": words[:prompt_bytes]}],
    }
    if stream:
        asked |= {"stream": True, "stream_options": {"include_usage": True}}
    body = json.dumps(asked).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer sk-bench\r\nUser-Agent: jauge-bench\r\nAccept: */*\r\n"
        f"{'' if parsed else 'x-simulated-model: gpt-4o-mini' + chr(13) + chr(10)}"
        f"x-simulated-events: {events}\r\nx-simulated-pause-ms: {pause_ms}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def quantile(values: list[float], share: float) -> float:
    """The value at `share` (0..1) of the sorted values, in their unit."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


async def closed_loop(opened: Sequence[Connection], total: int, data: bytes) -> dict[str, float]:
    """A client per connection, each asking again as soon as it has its answer."""
    left = iter(range(total))
    samples: list[Sample] = []

    async def client(connection: Connection) -> None:
        for _ in left:
            samples.append(await connection.ask(data))  # noqa: PERF401 - one at a time

    start = time.perf_counter()
    await asyncio.gather(*(client(connection) for connection in opened))
    spent = time.perf_counter() - start
    for connection in opened:
        connection.close()
    return summary(samples) | {"requests_per_s": total / spent}


async def paced(opened: Sequence[Connection], data: bytes) -> dict[str, float]:
    """A stream per connection at once, each started a little after the one before."""

    async def client(number: int) -> Sample:
        await asyncio.sleep(number * 0.005)
        return await opened[number].ask(data)

    samples = await asyncio.gather(*(client(number) for number in range(len(opened))))
    for connection in opened:
        connection.close()
    return summary(list(samples))


async def big(proxy: str, total: int) -> dict[str, float]:
    """`total` requests of 10 MB with answers of 10 MB, one after the other."""
    connection = await Connection.open(proxy)
    data = request(stream=False, events=1_700_000, prompt_bytes=10_000_000, parsed=False)
    samples = [await connection.ask(data) for _ in range(total)]
    connection.close()
    return summary(samples)


def summary(samples: list[Sample]) -> dict[str, float]:
    """Counts and quantiles (milliseconds) of a run."""
    first = [sample.first_s * 1e3 for sample in samples]
    total = [sample.total_s * 1e3 for sample in samples]
    gaps = [gap * 1e3 for sample in samples for gap in sample.gaps_s]
    return {
        "requests": len(samples),
        "events": len(gaps),
        "first_byte_p50_ms": quantile(first, 0.5),
        "first_byte_p99_ms": quantile(first, 0.99),
        "total_p50_ms": quantile(total, 0.5),
        "gap_p50_ms": quantile(gaps, 0.5),
        "gap_p99_ms": quantile(gaps, 0.99),
        "gap_max_ms": max(gaps, default=float("nan")),
    }


async def run(given: argparse.Namespace) -> dict[str, float]:
    pause = 1000 / given.rate if given.kind == "paced" else 0
    if given.kind == "big":
        return await big(given.proxy, given.requests)
    data = request(
        stream=given.kind != "json",
        events=given.events,
        pause_ms=pause,
        prompt_bytes=given.prompt_bytes,
        host=given.proxy if given.base_url else HOST,
    )
    opened = [
        await Connection.open(given.proxy, base_url=given.base_url)
        for _ in range(given.connections)
    ]
    if given.kind == "paced":
        return await paced(opened, data)
    return await closed_loop(opened, given.requests, data)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    parser.add_argument("kind", choices=("json", "burst", "paced", "big"))
    parser.add_argument("--proxy", required=True, help="host:port")
    parser.add_argument("--base-url", action="store_true", help="it is a reverse listener")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--events", type=int, default=100, help="pieces per answer")
    parser.add_argument("--rate", type=float, default=50, help="events per second (paced)")
    parser.add_argument("--prompt-bytes", type=int, default=300)
    print(json.dumps(uvloop.run(run(parser.parse_args()))))


if __name__ == "__main__":
    main()
