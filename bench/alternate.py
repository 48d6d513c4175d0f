"""What one proxy costs more than another: both loaded in turns, by the slice.

The load of this machine, and of its host, changes from second to second. So one client holds
connections to both, loads one and then the other for some tenths of a second, and the two
processor times of neighbouring slices are compared. Connections are opened beforehand.
"""

from __future__ import annotations

import asyncio
import statistics

import uvloop

from bench.load import Connection, request
from bench.processes import cpu_ns
from bench.targets import Target

__all__ = ["differences", "ratios"]

SLICES = 8
"""Slices of each proxy in one pair."""
SETTLE_S = 0.1
"""Wait after a slice, in seconds, for what follows an exchange (outbox, words) to be done."""


def differences(  # noqa: PLR0913 - the two proxies and the shape of their load
    base: Target,
    other: Target,
    *,
    connections: int,
    events: int,
    stream: bool,
    total: int,
    pairs: int,
) -> list[float]:
    """Processor time of `other` less that of `base`, in µs a request, one figure a pair.

    `total`: requests to each proxy in one pair.
    """
    data = request(stream=stream, events=events)
    each = max(1, total // SLICES)
    found = uvloop.run(_run((base, other), connections, data, each, pairs))
    return [statistics.median(spent[1] - spent[0] for spent in pair) for pair in found]


def ratios(  # noqa: PLR0913 - the two proxies and the shape of their load
    base: Target,
    other: Target,
    *,
    connections: int,
    events: int,
    stream: bool,
    total: int,
    pairs: int,
) -> list[float]:
    """Processor time of `other` by that of `base`, one figure a pair; the rest as above."""
    data = request(stream=stream, events=events)
    each = max(1, total // SLICES)
    found = uvloop.run(_run((base, other), connections, data, each, pairs))
    return [statistics.median(spent[1] / spent[0] for spent in pair) for pair in found]


Spent = tuple[float, float]
"""Processor time of both in neighbouring slices, in µs a request."""


async def _run(
    targets: tuple[Target, Target], connections: int, data: bytes, each: int, pairs: int
) -> list[list[Spent]]:
    opened = [
        [
            await Connection.open(target.address, base_url=target.is_base_url)
            for _ in range(connections)
        ]
        for target in targets
    ]
    for ready in opened:  # code paths warm up untimed
        await _slice(ready, data, 2 * each)
    found = []
    for _ in range(pairs):
        costs: list[Spent] = []
        for number in range(SLICES):
            spent = [0.0, 0.0]
            for side in (0, 1) if number % 2 else (1, 0):
                spent[side] = await _cost(targets[side], opened[side], data, each)
            costs.append((spent[0], spent[1]))
        found.append(costs)
    for ready in opened:
        for connection in ready:
            connection.close()
    return found


async def _cost(target: Target, ready: list[Connection], data: bytes, count: int) -> float:
    assert target.pid is not None
    before = cpu_ns(target.pid)
    await _slice(ready, data, count)
    await asyncio.sleep(SETTLE_S)
    return (cpu_ns(target.pid) - before) / 1e3 / count


async def _slice(ready: list[Connection], data: bytes, count: int) -> None:
    left = iter(range(count))

    async def client(connection: Connection) -> None:
        for _ in left:
            await connection.ask(data)

    await asyncio.gather(*(client(connection) for connection in ready))
