"""A whole edge under test: its worker, what it hands over, and clients that visit it.

Services are on loopback: clients ask the proxy for their address and name them in the TLS
hello, so that one simulated service can be any host of the catalogue.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from proxy.exchange import Exchange, from_bytes
from proxy.spool.channel import WordsReceiver
from proxy.spool.inbox import Inbox
from proxy.spool.messages import EdgeHealth, Message, Words
from tests.support.client import Http1, Http2
from tests.support.edge import Worker, configure, worker
from tests.support.tls import Authority, client_context
from tests.support.waiting import wait_until


@dataclass
class Edge:
    """A running worker with everything that it has handed over so far."""

    worker: Worker
    inbox: Inbox
    words: list[Words] = field(default_factory=list)
    health: list[EdgeHealth] = field(default_factory=list)
    records: list[Exchange] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.worker.port

    def trust(self, *alpn: str) -> ssl.SSLContext:
        """A client's context that trusts the edge's authority."""
        return client_context(self.worker.authority, alpn)

    def take(self, message: Message) -> None:
        if isinstance(message, Words):
            self.words.append(message)
        else:
            self.health.append(message)

    def poll(self) -> list[Exchange]:
        """All records until now."""
        for item in self.inbox.read(10_000):
            assert item.record is not None
            self.records.append(from_bytes(item.record))
        return self.records

    def wait_for(self, count: int) -> list[Exchange]:
        """The records, once there are as many; never more."""
        wait_until(lambda: len(self.poll()) >= count, f"{count} records")
        assert len(self.records) == count, self.records
        return self.records

    def next(self, count: int = 1) -> list[Exchange]:
        """The next records beyond those already taken."""
        taken = len(self.records)
        return self.wait_for(taken + count)[taken:]

    async def coming(self, count: int = 1) -> list[Exchange]:
        """`next`, while a simulated service goes on in this event loop."""
        return await asyncio.to_thread(self.next, count)

    async def saying(self, exchange_id: str) -> Words:
        """The words of an exchange. They go another way than its record, and may come later."""
        found: list[Words] = []

        def there() -> bool:
            found[:] = [one for one in self.words if one.id == exchange_id]
            return bool(found)

        await asyncio.to_thread(wait_until, there, "the words of an exchange")
        return found[0]

    def counters(self) -> dict[str, dict[str, float]]:
        """What the worker counted, as of now."""
        now = time.time()
        wait_until(lambda: self.health and self.health[-1].sent_at > now, "the edge's state")
        return self.health[-1].counters

    async def counted(self) -> dict[str, dict[str, float]]:
        """`counters`, while a simulated service goes on in this event loop."""
        return await asyncio.to_thread(self.counters)

    def files(self) -> dict[str, bytes]:
        """Every file that the worker has written, by its path."""
        root = self.worker.state_dir
        found = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        return {**found, "log": self.worker.log.read_bytes()}


@contextlib.contextmanager
def edge(
    folder: Path,
    authority: Authority,
    settings: Mapping[str, object] | None = None,
    *,
    listeners: int = 1,
    organisation: str | None = None,
    name: str = "test",
    listening: bool = True,
) -> Iterator[Edge]:
    """The real worker with the real addons; `organisation` is the text of its file.

    `listening`: whether there is somebody to hand words and states over to.
    """
    given = {"edge.upstream_ca": str(authority.certificate), **(settings or {})}
    config = configure(folder, given)
    if organisation is not None:
        (folder / "organisation.yaml").write_text(organisation, encoding="utf-8")
    state = folder / "var"
    state.mkdir(mode=0o700, exist_ok=True)
    held: list[Edge] = []
    receivers: list[WordsReceiver] = []

    def take(message: Message) -> None:
        held[0].take(message)
        if isinstance(message, EdgeHealth) and message.final:
            receivers[0].recorded(message.boot_id)

    if listening:
        receivers.append(WordsReceiver(state / "words.sock", take))
    inbox = Inbox(state / "outbox", {})
    try:
        with worker(
            config, listeners=listeners, addons="addons.assemble:build", name=name
        ) as process:
            held.append(Edge(process, inbox))
            yield held[0]
    finally:
        inbox.close()
        for receiver in receivers:
            receiver.close()


@contextlib.asynccontextmanager
async def visit(
    proxy: int,
    port: int,
    context: ssl.SSLContext | None,
    sni: str | None = None,
    *,
    host: str = "127.0.0.1",
    headers: str = "",
) -> AsyncIterator[Http1 | Http2]:
    """A connection through the proxy to a loopback port that is called `sni`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy, limit=2**24)
    target = f"{host}:{port}"
    writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{headers}\r\n".encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise ConnectionRefusedError(head.split(b"\r\n")[0].decode())
        if context is not None:
            context.check_hostname = sni is not None
            await writer.start_tls(context, server_hostname=sni or "")
        chosen = writer.get_extra_info("ssl_object")
        is_http2 = chosen is not None and chosen.selected_alpn_protocol() == "h2"
        yield (Http2 if is_http2 else Http1)(reader, writer, sni or target)
    finally:
        writer.transport.abort()
