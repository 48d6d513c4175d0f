"""A month of ten million exchanges, and how long its report takes.

The roll-up tables are filled directly, at the cardinality of an operator that serves many
town halls: 60 departments with eight tools each, some models, statuses, sources and context
classes, 2,500 combinations in all. Each hour holds those that its number of exchanges makes
likely (Zipf), so that there are as many lines, which the cost depends on, as such a month
would have. The twelve months before it grow to the same size. What answers say of people is
filled for the month itself, the only one that a report reads it of: as answers that were read
speak of them, and once more on the harsh side (`bench.people`).
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bench import people
from bench.targets import World
from proxy.bias.keys import KEYS
from proxy.ledger import Ledger
from proxy.ledger.days import sum_day
from proxy.ledger.dialect import connect, writing
from proxy.ledger.schema import DIMENSIONS, IMPACTS, SUMS
from proxy.ledger.schema_days import DAY_S, DAYS

__all__ = ["PEOPLE", "REQUESTS", "big_month", "fill", "fill_people"]

REQUESTS = 10_000_000
"""Exchanges of the month."""
COMBINATIONS = 2_500
MONTHS = 13
PARIS = ZoneInfo("Europe/Paris")
SEED = 20261001
AIM_S, AIM_MB = 10.0, 300.0
QUICK_ROUNDS = 2
type Said = Callable[[random.Random, int, int], Iterator[tuple[str, float]]]
PEOPLE: Mapping[str, Said] = {"as answers speak": people.usual, "harsh": people.harsh}
"""What answers say of people: how it is filled."""
ALL = "json,html,pdf,csv"
REPORTS: Mapping[str, tuple[str, ...]] = {
    "report.json": ("--format", "json"),
    "all formats, one language": ("--format", ALL, "--lang", "fr"),
    "all formats, both languages": ("--format", ALL),
}
"""What is asked for; the last is what the settings ask for by themselves."""

TOOLS = tuple(
    (f"tool-{n}", f"provider-{n % 15}", ("sanctioned", "tolerated", "forbidden", "unknown")[n % 4])
    for n in range(25)
)
MODELS = (
    "gpt-5.5", "gpt-4o-mini", "mistral-large-latest", "mistral-medium-latest",
    "mistral-small-latest", "gemini-2.5-flash", "deepseek-chat", "openweight-large", "",
)  # fmt: skip


class Sized(Protocol):
    """What is used of `bench.scenarios.Size`."""

    @property
    def rounds(self) -> int:
        """2 for a quick run."""
        ...


def big_month(_: World, size: Sized) -> None:
    """Time and memory of `jauge report`, from the ledger to report.json and to all files."""
    for months in (2,) if size.rounds == QUICK_ROUNDS else (2, MONTHS):
        with tempfile.TemporaryDirectory(prefix="jauge-bench-") as name:
            folder = Path(name)
            lines = fill(folder, months=months)
            print(
                f"\nReport of a month of {REQUESTS:,} exchanges ({lines:,} hourly lines),"
                f" {months - 1} earlier month(s) in the ledger"
            )
            for told, said in PEOPLE.items():
                lines = fill_people(folder, said)
                print(f" Counts of people {told}: {lines:,} hourly lines")
                for wanted, words in REPORTS.items():
                    _print(wanted, _measure(folder, words))


def _print(wanted: str, run: Run) -> None:
    met = run.seconds <= AIM_S and run.megabytes <= AIM_MB
    print(
        f"  {wanted:<28} {run.seconds:>5.1f} s {run.cpu_s:>5.1f} s CPU"
        f" {run.megabytes:>5.0f} MB  (aim: {AIM_S:.0f} s, {AIM_MB:.0f} MB:"
        f" {'met' if met else 'MISSED'})"
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One run of `jauge report`."""

    seconds: float
    cpu_s: float
    """User and system, of all its threads: what a busy machine does not change."""
    megabytes: float
    """Most resident memory of any one process, in 10^6 bytes."""


def _measure(folder: Path, words: tuple[str, ...]) -> Run:
    where = ("--set", f"state_dir={folder}")
    command = [sys.executable, "-m", "proxy", "report", "2026-10", *words, *where]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"jauge report failed with exit status {process.returncode}")
    return Run(
        seconds=time.perf_counter() - began,
        cpu_s=used.ru_utime + used.ru_stime,
        megabytes=used.ru_maxrss * 1024 / 10**6,
    )


def fill(folder: Path, *, months: int, requests: int = REQUESTS) -> int:
    """Fill a ledger with October 2026 and the months before it; lines of a month.

    But for what answers say of people.
    """
    file = folder / "ledger.sqlite"
    Ledger.open(f"sqlite:///{file}", timezone="Europe/Paris").close()
    rnd = random.Random(SEED)
    database = sqlite3.connect(file)
    database.execute("pragma synchronous = off")
    _dimensions(database, rnd)
    most = 0
    for back in range(months):
        year, month = divmod(2026 * 12 + 9 - back, 12)
        lines = _month(database, rnd, year, month + 1, round(requests * (1 - back / 14)))
        most = max(most, lines)
        database.commit()
    database.close()
    _sum_days(file)
    return most


def _dimensions(database: sqlite3.Connection, rnd: random.Random) -> None:
    seen: dict[tuple[str, ...], None] = {}
    while len(seen) < COMBINATIONS:
        tool, provider, sanction = rnd.choice(TOOLS)
        values = {
            "department": f"service-{rnd.randrange(60)}",
            "application": rnd.choice(("", "", "", "", f"application-{rnd.randrange(12)}")),
            "faces": rnd.choice(("undeclared", "agent", "resident")),
            "channel": rnd.choice(("web", "web", "api", "ide")),
            "tool": tool,
            "provider": provider,
            "sanction": sanction,
            "operation": rnd.choice(("chat", "chat", "chat", "embedding", "image")),
            "model": rnd.choice(MODELS),
            "zone": rnd.choice(("FRA", "USA", "SWE", "WOR")),
            "status": rnd.choice(("ok", "ok", "ok", "client_error", "aborted")),
            "input_source": rnd.choice(("reported", "estimated")),
            "output_source": rnd.choice(("reported", "counted", "estimated")),
            "context_class": rnd.choice(("0-1k", "1k-4k", "4k-10k", "10k-32k")),
            "parse_status": rnd.choice(("ok", "ok", "ok", "partial")),
            "words": rnd.choice(("sent", "off")),
        }
        seen[tuple(values[name] for name in DIMENSIONS)] = None
    marks = ", ".join("?" * (1 + len(DIMENSIONS)))
    rows = ((number, *key) for number, key in enumerate(seen, 1))
    database.executemany(f"insert into dimension values ({marks})", rows)
    database.executemany(
        "insert into impact_basis values (?, ?, ?, ?, ?, ?)",
        [
            (n, "2026.11-5507575d", "live", tier, quality, zone)
            for n, (tier, quality, zone) in enumerate(
                ((1, "A", "FRA"), (2, "B", "FRA"), (3, "C", "USA"), (5, "C", "WOR")), 1
            )
        ],
    )
    database.executemany(
        "insert into finding_basis values (?, ?, ?, ?, ?, ?, ?)",
        [
            (n, "embedded", "1", "t1", "answer", status, language)
            for n, (status, language) in enumerate(
                (("scored", "fr"), ("scored", "en"), ("off", "fr"), ("too_short", "fr")), 1
            )
        ],
    )


def _month(
    database: sqlite3.Connection, rnd: random.Random, year: int, month: int, requests: int
) -> int:
    since = int(datetime(year, month, 1, tzinfo=PARIS).timestamp())
    following = divmod(year * 12 + month, 12)
    until = int(datetime(following[0], following[1] + 1, 1, tzinfo=PARIS).timestamp())
    hours = list(range(since, until, 3600))
    weights = [_busy(hour) for hour in hours]
    scale = requests / sum(weights)
    lines = 0
    for hour, weight in zip(hours, weights, strict=True):
        drawn = list(_draw(rnd, round(weight * scale)))
        lines += len(drawn)
        _insert(database, "hour_sum", [(hour, n, *_sums(many)) for n, many in drawn])
        _insert(
            database,
            "impact_hour",
            [(hour, n, 1 + n % 4, many, *_impacts(many)) for n, many in drawn],
        )
        _insert(
            database,
            "finding_hour",
            [(hour, n, 1 + n % 4, many, many // 500, 3 * many, 3 * many) for n, many in drawn],
        )
    return lines


def fill_people(folder: Path, said: Said) -> int:
    """Counts of people in the newest month's scored answers, in the place of any; their lines."""
    rnd = random.Random(SEED)
    keys = sorted(KEYS)
    places = {key: place for place, key in enumerate(keys, 1)}
    database = sqlite3.connect(folder / "ledger.sqlite")
    database.execute("pragma synchronous = off")
    for table in ("bias_tool_day", "bias_hour", "bias_basis"):
        database.execute(f"delete from {table}")
    database.executemany(
        "insert into bias_basis values (?, 'embedded', '1', '1', ?, ?)",
        [
            (place + n * len(keys), language, key)
            for n, language in enumerate(("fr", "en"))
            for key, place in places.items()
        ],
    )
    since = int(datetime(2026, 10, 1, tzinfo=PARIS).timestamp())
    scored = database.execute(
        "select hour, dimension, basis, requests from finding_hour"
        " where hour >= ? and basis in (1, 2)",
        (since,),
    ).fetchall()
    for hour, dimension, basis, many in scored:
        first = (basis - 1) * len(keys)
        sums = sorted(said(rnd, hour // 3600 + dimension, many))
        rows = [(hour, dimension, first + places[key], value) for key, value in sums]
        _insert(database, "bias_hour", rows)
    database.execute(SUM_BIAS)
    (lines,) = database.execute("select count(*) from bias_hour").fetchone()
    database.commit()
    database.close()
    return int(lines)


SUM_BIAS = f"""
insert into bias_tool_day
select hour - hour % {DAY_S} as day, tool, basis, sum(value) from bias_hour
join dimension on dimension.number = bias_hour.dimension group by day, tool, basis
"""
"""The sums by day and tool, which the ledger would have kept in step."""


def _sum_days(file: Path) -> None:
    """The daily sums, which the ledger would have kept in step."""
    engine = connect(f"sqlite:///{file}", create=False)
    with writing(engine).begin() as connection:
        for hourly in DAYS:
            hours = [func.min(hourly.c.hour), func.max(hourly.c.hour)]
            first, last = connection.execute(select(*hours)).one()
            for day in range(first - first % DAY_S, last + 1, DAY_S) if first else ():
                sum_day(connection, hourly, day)
    engine.dispose()


def _busy(hour: int) -> float:
    local = datetime.fromtimestamp(hour, PARIS)
    working = local.weekday() < 5 and 8 <= local.hour < 18
    return 10.0 if working else 0.6


def _draw(rnd: random.Random, many: int) -> Iterator[tuple[int, int]]:
    """Dimensions of an hour with their exchanges: the n-th is 1/n as likely as the first."""
    total = sum(1 / n for n in range(1, COMBINATIONS + 1))
    for number in range(1, COMBINATIONS + 1):
        expected = many / number / total
        found = int(expected) + (rnd.random() < expected - int(expected))
        if found:
            yield number, found


def _sums(many: int) -> tuple[float, ...]:
    each = {"requests": 1, "input_tokens": 420, "output_tokens": 310, "answer_chars": 1200}
    return tuple(many * each.get(name, 2) for name in SUMS)


def _impacts(many: int) -> tuple[float, ...]:
    return tuple(many * (0.1, 0.5, 2.5)[place % 3] for place in range(len(IMPACTS)))


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[tuple[float, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"insert into {table} values ({marks})", rows)
