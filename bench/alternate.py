"""What one proxy costs more than another: all loaded in turns, by the slice.

The load of this machine, and of its host, changes from second to second. So one client holds
connections to each, loads one after the other for some tenths of a second, and the processor
times of neighbouring slices are compared. Connections are opened beforehand.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import uvloop

from bench.load import Connection, request
from bench.processes import cpu_ns
from bench.targets import Target

__all__ = ["Load", "Spent", "each_pair", "in_turns"]

SLICES = 8
"""Slices of each proxy in one pair."""
SETTLE_S = 0.1
"""Wait after a slice, in seconds, for what follows an exchange (outbox, words) to be done."""


@dataclass(frozen=True, slots=True)
class Load:
    """What each is loaded with."""

    connections: int
    events: int
    """Pieces of an answer."""
    stream: bool
    total: int
    """Requests to each proxy in one pair."""


type Spent = tuple[float, ...]
"""Processor time of each in neighbouring slices, in µs a request."""


def in_turns(targets: Sequence[Target], load: Load, *, pairs: int) -> list[list[Spent]]:
    """What each spent, in their order: `SLICES` turns of all in each pair."""
    return uvloop.run(_run(targets, load, pairs))


def each_pair(found: list[list[Spent]], compare: Callable[[Spent], float]) -> list[float]:
    """What is made of a turn; the median of each pair."""
    return [statistics.median(map(compare, pair)) for pair in found]


async def _run(targets: Sequence[Target], load: Load, pairs: int) -> list[list[Spent]]:
    data = request(stream=load.stream, events=load.events)
    each = max(1, load.total // SLICES)
    opened = [await _open(target, load.connections) for target in targets]
    for ready in opened:  # code paths warm up untimed
        await _slice(ready, data, 2 * each)
    places = range(len(targets))
    found = []
    for _ in range(pairs):
        costs: list[Spent] = []
        for number in range(SLICES):
            spent = [0.0] * len(targets)
            for place in places if number % 2 else reversed(places):
                spent[place] = await _cost(targets[place], opened[place], data, each)
            costs.append(tuple(spent))
        found.append(costs)
    for ready in opened:
        for connection in ready:
            connection.close()
    return found


async def _open(target: Target, connections: int) -> list[Connection]:
    return [
        await Connection.open(target.address, base_url=target.is_base_url)
        for _ in range(connections)
    ]


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
