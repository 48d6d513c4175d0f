"""The scenarios of `make bench`. Every comparison is a ratio of runs interleaved in one sitting."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter

from bench.alternate import Load, Spent, each_pair, in_turns
from bench.bigmonth import big_month
from bench.classifiers import classifiers
from bench.estimates import estimates
from bench.measure import Figures, load, medians, spread
from bench.processes import process, python
from bench.saturated import saturated
from bench.starting import starting
from bench.targets import TARGETS, Target, World

JSON = ("--connections", 16, "--events", 40)
BURST = ("--connections", 8, "--events", 100)
STOCK_US = 2080
"""CPU of stock mitmdump with a tee for a JSON exchange, in µs, where the aims in µs were set."""
SHORT, LONG = 100, 400
"""Pieces of two answers whose difference is what an event costs, without what an exchange does."""

REVERSE = 0.75
"""A reverse listener is to cost a quarter less than an explicit one."""


@dataclass(frozen=True, slots=True)
class Size:
    """How long a scenario runs."""

    rounds: int
    json: int
    """JSON requests a round."""
    burst: int
    """Burst streams a round."""
    pairs: int
    streams: int
    """Paced streams at once."""
    memory: int
    """Exchanges of the memory run."""


FULL = Size(rounds=5, json=1500, burst=150, pairs=7, streams=60, memory=20_000)
QUICK = Size(rounds=2, json=400, burst=40, pairs=3, streams=60, memory=4_000)


@contextlib.contextmanager
def running(here: World, *names: str) -> Iterator[list[Target]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(TARGETS[name](here)) for name in names]


def _interleaved(
    targets: list[Target], rounds: int, kind: str, *arguments: object
) -> dict[str, Figures]:
    runs: dict[str, list[Figures]] = {target.name: [] for target in targets}
    for target in targets:  # connections, certificates and code paths warm up untimed
        load(target, kind, *arguments, "--requests", 40)
    for _ in range(rounds):
        for target in targets:
            runs[target.name].append(load(target, kind, *arguments))
    return {name: medians(list(figures)) for name, figures in runs.items()}


def _table(title: str, rows: dict[str, Figures]) -> None:
    print(f"\n{title}")
    print(f"  {'':<10} {'req/s':>8} {'p50 ms':>8} {'TTFB p50':>9} {'CPU ms':>8} {'ratio':>7}")
    base = rows["stock+tee"]["cpu_ms"]
    for name, row in rows.items():
        cpu = row.get("cpu_ms", float("nan"))
        print(
            f"  {name:<10} {row['requests_per_s']:>8.0f} {row['total_p50_ms']:>8.1f}"
            f" {row['first_byte_p50_ms']:>9.1f} {cpu:>8.3f} {cpu / base:>7.2f}"
        )


def _compare(base: Target, other: Target, size: Size, aim: float, *, stream: bool = False) -> None:
    """Print what `other` takes of the CPU of `base`, loaded in turns by the slice."""
    load = _burst(size) if stream else _json(size)
    turns = in_turns((base, other), load, pairs=size.pairs)
    found = each_pair(turns, lambda spent: spent[1] / spent[0])
    verdict = "met" if statistics.median(found) <= aim else "MISSED"
    print(f"  {other.name} / {base.name}, in turns by the slice, {size.pairs} pairs:")
    print(f"  {spread(found, 2)} (aim ≤ {aim}: {verdict})")


def cpu_json(here: World, size: Size) -> None:
    """CPU per JSON request against stock mitmproxy."""
    with running(here, "direct", "stock", "stock+tee", "audit on") as targets:
        rows = _interleaved(targets, size.rounds, "json", *JSON, "--requests", size.json)
        _table("JSON, 16 connections: CPU of the proxy per request (medians)", rows)
        _compare(targets[-2], targets[-1], size, 0.55)


def cpu_burst(here: World, size: Size) -> None:
    """CPU per unpaced stream of 100 events against stock mitmproxy."""
    with running(here, "direct", "stock", "stock+tee", "audit on") as targets:
        rows = _interleaved(targets, size.rounds, "burst", *BURST, "--requests", size.burst)
        _table("Burst streams of 100 events, 8 connections (medians)", rows)
        _compare(targets[-2], targets[-1], size, 0.45, stream=True)


def _json(size: Size) -> Load:
    return Load(connections=16, events=40, stream=False, total=size.json)


def _burst(size: Size, events: int = SHORT) -> Load:
    return Load(connections=8, events=events, stream=True, total=size.burst)


def audit_cost(here: World, size: Size) -> None:
    """The audit itself: CPU of the worker with audit on less audit off, in interleaved pairs."""
    with running(here, "stock+tee", "audit off", "audit on") as targets:
        turns = in_turns(targets, _json(size), pairs=size.pairs)
        stock = each_pair(turns, itemgetter(0))
        slower = statistics.median(stock) / STOCK_US
        print("\nStock mitmdump with a tee, µs of CPU per JSON exchange, in the same turns:")
        print(f"  {spread(stock, 0)}; {slower:.2f} times what it was where the aims were set")
        _aim("JSON exchange", each_pair(turns, _audit), 100, slower)
        short, long = (
            each_pair(in_turns(targets[1:], _burst(size, events), pairs=size.pairs), _audit)
            for events in (SHORT, LONG)
        )
        print(f"\nThe same of a stream, µs: {SHORT} events {spread(short, 0)};", end=" ")
        print(f"{LONG} events {spread(long, 0)}")
        each = [(b - a) / (LONG - SHORT) for a, b in zip(short, long, strict=True)]
        _aim("streamed event, from the two", each, 3, slower)


def _audit(spent: Spent) -> float:
    """With audit, the last, less without, the one before."""
    return spent[-1] - spent[-2]


def _aim(unit: str, found: list[float], aim: float, slower: float) -> None:
    print(f"\nCost of the audit, µs of worker CPU per {unit}, {len(found)} pairs:")
    middle, scaled = statistics.median(found), aim * slower
    verdicts = ["met" if middle <= bound else "MISSED" for bound in (aim, scaled)]
    print(f"  {spread(found)} (aim ≤ {aim:g}: {verdicts[0]};", end=" ")
    print(f"at this speed ≤ {scaled:.3g}: {verdicts[1]})")


def cpu_reverse(here: World, size: Size) -> None:
    """CPU per JSON request of a reverse listener against an explicit one."""
    with running(here, "audit on", "reverse") as (explicit, reverse):
        print("\nJSON, 16 connections, as a reverse proxy: CPU of the worker per request")
        _compare(explicit, reverse, size, REVERSE)


def paced(here: World, size: Size) -> None:
    """Paced streams: what the proxy adds to the first byte, to an event, and the worst gap."""
    with running(here, "direct", "stock+tee", "audit on") as targets:
        print("\nPaced streams, 50 events/s each, 200 events")
        rows = {}
        for target in targets:
            shape = ("--connections", size.streams, "--events", 200, "--rate", 50)
            rows[target.name] = row = load(target, "paced", *shape)
            print(
                f"  {target.name:<10} TTFB p50 {row['first_byte_p50_ms']:6.1f}"
                f" p99 {row['first_byte_p99_ms']:6.1f} ms; gap p50 {row['gap_p50_ms']:5.1f}"
                f" p99 {row['gap_p99_ms']:5.1f} max {row['gap_max_ms']:6.1f} ms"
            )
        beyond = rows["audit on"]["gap_max_ms"] - rows["direct"]["gap_max_ms"]
        verdict = "met" if beyond <= 250 else "MISSED"
        print(f"  worst gap beyond direct: {beyond:.0f} ms (aim ≤ 250: {verdict})")
        _most_streams(targets[0], targets[-1], size.streams)


def _most_streams(direct: Target, proxy: Target, start: int) -> None:
    held = 0
    for streams in (start, 2 * start, 3 * start, 4 * start, 6 * start):
        shape = ("--connections", streams, "--events", 100, "--rate", 50)
        alone = load(direct, "paced", *shape)["gap_max_ms"]
        gap = load(proxy, "paced", *shape)["gap_max_ms"]
        if gap - alone > 250:
            break
        held = streams
    print(f"  most streams held by one worker within 250 ms beyond direct: {held}")


def big_body(here: World, size: Size) -> None:
    """A 10 MB JSON body on one connection, and the gaps of another connection's stream."""
    gaps: dict[str, list[float]] = {"audit off": [], "audit on": []}
    with running(here, "audit off", "audit on") as targets:
        for _ in range(size.pairs):
            for target in targets:
                gaps[target.name].append(_gap_beside_big(here, target))
    print("\nWorst gap (ms) of a 50 events/s stream while a 10 MB JSON body passes:")
    for name, values in gaps.items():
        print(f"  {name:<10} {spread(values)}")
    more = statistics.median(gaps["audit on"]) - statistics.median(gaps["audit off"])
    print(f"  added by the audit: {more:.1f} ms (aim < 10: {'met' if more < 10 else 'MISSED'})")


def _gap_beside_big(here: World, target: Target) -> float:
    command = python("bench.load", "big", "--proxy", target.address, "--requests", "1000")
    with process(command, here.folder / "big.log"):
        time.sleep(1.5)  # the client starts and makes its body
        shape = ("--connections", 1, "--events", 150, "--rate", 50)
        return load(target, "paced", *shape)["gap_max_ms"]


def memory(here: World, size: Size) -> None:
    """Resident memory of a worker over many exchanges."""
    with running(here, "audit on") as (target,):
        print(f"\nMemory of one worker over {size.memory} exchanges (MB)")
        steps = []
        for _ in range(5):
            shape = ("--connections", 16, "--events", 20, "--requests", size.memory // 5)
            steps.append(load(target, "json", *shape)["rss_mb"])
        print("  " + "  ".join(f"{step:.0f}" for step in steps))
        verdict = "met" if max(steps) < 130 else "MISSED"
        print(f"  after the first fifth: {steps[-1] - steps[0]:+.1f} MB; aim < 130 MB: {verdict}")


def classifying(here: World, size: Size) -> None:
    """Windows per second of processor time of each classifier."""
    del here  # no traffic
    classifiers(rounds=3 if size is FULL else 1, seconds=2.0 if size is FULL else 1.0)


def beside_scorer(here: World, size: Size) -> None:
    """Latency of the traffic while the scorer is saturated."""
    with running(here, "audit on") as (target,):
        saturated(target, size.pairs, size.json)


def second_start(here: World, size: Size) -> None:
    """Seconds until a second `make run` serves."""
    del here  # no traffic
    starting(size.pairs)


def estimating(here: World, size: Size) -> None:
    """Processor time of the estimate of one exchange."""
    del here  # no traffic
    estimates(rounds=size.pairs, count=10 * size.json)


Scenario = Callable[[World, Size], None]

SCENARIOS: dict[str, Scenario] = {
    "json": cpu_json,
    "burst": cpu_burst,
    "reverse": cpu_reverse,
    "audit": audit_cost,
    "paced": paced,
    "big": big_body,
    "memory": memory,
    "start": second_start,
    "estimate": estimating,
    "classifiers": classifying,
    "report": big_month,
    "saturated": beside_scorer,
}
