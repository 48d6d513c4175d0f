"""What an HTTP/2 client does not read stays with the service, not in the worker's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakValueDictionary

import pytest
from mitmproxy.proxy.layers.http._http2 import Http2Connection
from mitmproxy.proxy.server import ConnectionHandler

from addons import windows
from addons.levers import put
from tests.support import edge, tls
from tests.support.client import Http2, connected
from tests.support.upstream import Reply, serving

PIECE = bytes(1 << 20)
PIECES = 96
MOST_PIECES = 72
"""MiB that may have left the service: what is kept, and what all buffers on the way hold."""
STILL_S = 1.0


class Counted(Sequence[bytes]):
    """A body of PIECES, which knows how many of them were sent."""

    def __init__(self) -> None:
        self.sent = 0

    def __len__(self) -> int:
        return PIECES

    def __getitem__(self, _: object) -> Any:  # noqa: ANN401 - only walked through
        raise NotImplementedError

    def __iter__(self) -> Iterator[bytes]:
        for self.sent in range(1, PIECES + 1):
            yield PIECE


async def standing_still(body: Counted) -> int:
    """How many pieces were sent when none was for a while."""
    before = -1
    while body.sent != before:
        before = body.sent
        await asyncio.sleep(STILL_S)
    return before


async def test_a_client_that_does_not_read_does_not_fill_the_memory(tmp_path: Path) -> None:
    authority = tls.Authority.make(tmp_path)
    settings = {"edge.upstream_ca": str(authority.certificate)}
    async with serving(authority.server_context("127.0.0.1")) as upstream:
        body = Counted()
        upstream.replies["/file"] = Reply(body, framing="close")
        with edge.worker(edge.configure(tmp_path, settings)) as worker:
            context = tls.client_context(worker.authority, ("h2",))
            async with connected(upstream.port, proxy=worker.port, tls=context) as client:
                assert isinstance(client, Http2)
                client.stop_listening()
                asking = asyncio.create_task(client.request("GET", "/file"))
                await asyncio.sleep(0)
                client._answers[1].body = bytearray()  # type: ignore[assignment] # is not copied
                assert await standing_still(body) < MOST_PIECES
                client.listen()
                answer = await asking
    assert answer.complete
    assert len(answer.body) == PIECES * len(PIECE)


def handler(*kept_bytes: int | None) -> Any:  # noqa: ANN401 - a stand-in
    """A connection handler with ends for which so much is kept; None: one of HTTP/1."""
    ends: windows.Ends = WeakValueDictionary()
    transports, alive = {}, []
    for number, size in enumerate(kept_bytes):
        conn = SimpleNamespace(id=str(number))
        transports[number] = conn, SimpleNamespace(handler=None)
        if size is not None:
            half = SimpleNamespace(data=range(size // 2))
            end = Http2Connection.__new__(Http2Connection)
            end.h2_conn = SimpleNamespace(stream_buffers={1: [half], 3: [half]})  # type: ignore[assignment]
            ends[conn.id] = end
            alive.append(end)
    found = SimpleNamespace(transports=SimpleNamespace(items=transports.values), alive=alive)
    return found, ends


@pytest.mark.parametrize(
    ("kept_bytes", "full"),
    [
        ((0, None), False),
        ((0, windows.MOST_BYTES), False),
        ((0, windows.MOST_BYTES + 2), True),
        ((windows.MOST_BYTES + 2, 0), False),  # what it must read itself to be rid of
        ((None, None), False),
    ],
)
async def test_reading_from_an_end_waits_for_the_others(
    kept_bytes: tuple[int | None, ...], *, full: bool
) -> None:
    one, ends = handler(*kept_bytes)
    (_, reading), *_ = one.transports.items()
    reading.handler = asyncio.current_task()
    assert windows._is_full(one, ends) is full


async def test_two_ends_that_wait_for_each_other_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "WAIT_S", 0.05)
    one, ends = handler(windows.MOST_BYTES + 2)
    drained: list[object] = []

    async def drain(self: ConnectionHandler) -> None:
        drained.append(self)

    await windows._waiting(drain, ends)(one)
    assert drained == [one]


def test_an_unknown_mitmproxy_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = ConnectionHandler.drain_writers, Http2Connection.__init__
    assert windows.mend("99.0") == []
    assert (ConnectionHandler.drain_writers, Http2Connection.__init__) == before
    assert "unknown mitmproxy 99.0" in caplog.text
    put(windows.mend())
    assert (ConnectionHandler.drain_writers, Http2Connection.__init__) == before
