"""The daily sums are those of the hours, whatever was written, restated or brought over."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from proxy.ledger import LATEST, ORIGINAL, Entry, Ledger
from proxy.ledger.cover import Cover, cover
from proxy.ledger.days import sum_day
from proxy.ledger.restate import RestatedHour, RestatedLine
from proxy.ledger.schema import IMPACTS
from proxy.ledger.schema_bias import bias_tool_day
from proxy.ledger.schema_days import DAY_S, DAYS, day_of
from tests.support.ledger import HOUR, NOW, finding, open_ledger, plain, url, varied

TODAY = day_of(int(NOW))
YEAR = 366 * DAY_S
WIDTH = len(IMPACTS)
TOOL_AND_PROVIDER = ["tool", "provider"]
"""No tool has two providers here."""


type Sums = dict[tuple[object, ...], list[float]]

BIAS_BY_TOOL = """(SELECT hour, tool, basis, value FROM bias_hour
JOIN dimension ON dimension.number = bias_hour.dimension)"""


def by_hours(folder: Path) -> dict[str, Sums]:
    """Each hourly table added up by UTC day, in plain Python."""
    found = {
        daily.name: _added(folder, hourly.name, [one.name for one in hourly.primary_key])
        for hourly, daily in DAYS.items()
    }
    return found | {"bias_tool_day": _added(folder, BIAS_BY_TOOL, ["hour", "tool", "basis"])}


def by_days(folder: Path) -> dict[str, Sums]:
    """The daily tables as they stand."""
    return {
        daily.name: _added(folder, daily.name, [one.name for one in daily.primary_key])
        for daily in (*DAYS.values(), bias_tool_day)
    }


def _added(folder: Path, table: str, key: list[str]) -> Sums:
    with sqlite3.connect(folder / "ledger.sqlite") as database:
        cursor = database.execute(f"SELECT * FROM {table}")
        names = [one[0] for one in cursor.description]
        lines = cursor.fetchall()
    database.close()
    assert names[: len(key)] == key
    found: Sums = {}
    for line in lines:
        start, *rest = line[: len(key)]
        sums = found.setdefault((day_of(start), *rest), [0.0] * (len(line) - len(key)))
        for place, value in enumerate(line[len(key) :]):
            sums[place] += value
    return found


def assert_in_step(folder: Path) -> None:
    hours, days = by_hours(folder), by_days(folder)
    assert days["day_sum"], "something was written"
    for name, lines in hours.items():
        assert days[name].keys() == lines.keys(), name
        for key, sums in lines.items():
            assert days[name][key] == pytest.approx(sums, rel=1e-12), (name, key)


def biased(seed: int) -> Entry:
    """A varied entry whose answer speaks of people too."""
    one = varied(seed, at=NOW - (seed * 7919) % (9 * DAY_S))
    bias = {"all.n": float(seed % 5), "gendered/women.x": 0.1 * seed}
    return Entry(one.exchange, one.impact, finding(bias=bias, bias_version="1"))


@settings(max_examples=20, deadline=None)
@given(seeds=st.lists(st.integers(0, 10_000), min_size=1, max_size=40), size=st.integers(1, 40))
def test_days_are_the_sums_of_their_hours(seeds: list[int], size: int) -> None:
    with TemporaryDirectory() as name, open_ledger(Path(name)) as ledger:
        entries = [biased(seed) for seed in seeds]
        for start in range(0, len(entries), size):
            ledger.write(entries[start : start + size])
        # Again: what is there already adds to neither.
        ledger.write(entries)
        assert_in_step(Path(name))


@settings(max_examples=30, deadline=None)
@given(
    seeds=st.lists(st.integers(0, 500), min_size=1, max_size=20),
    since=st.floats(-11.0, 1.0),
    length=st.floats(0.0, 11.0),
)
def test_a_period_is_read_the_same_from_days_and_hours(
    seeds: list[int], since: float, length: float
) -> None:
    """By the hour there is no way around the hours: what they add up to is the truth."""
    first, last = NOW + since * DAY_S, NOW + (since + length) * DAY_S
    with TemporaryDirectory() as name, open_ledger(Path(name)) as ledger:
        ledger.write([biased(seed) for seed in seeds])
        _same(ledger, first, last)


def _same(ledger: Ledger, since: float, until: float, statement: str = LATEST) -> None:
    whole = ledger.totals(since, until, statement=statement)
    hours = ledger.totals(since, until, ["hour"], statement=statement)
    assert sum(one.requests for one in hours) == sum(one.requests for one in whole)
    energy = sum(one.impact.ranges["energy_wh"].high for one in hours)
    assert sum(one.impact.ranges["energy_wh"].high for one in whole) == pytest.approx(energy)
    cells = ledger.cells.raw(since, until, ("output_tokens",))
    assert sum(one.sums["output_tokens"] for one in cells) == sum(
        one.sums["output_tokens"] for one in hours
    )
    impacts = ledger.cells.impacts(since, until, statement=statement)
    assert sum(one.values[2] for one in impacts) == pytest.approx(energy)
    told = ledger.cells.impact_sums(since, until, (("energy_high_wh",),), statement=statement)
    assert told.sums[0] == pytest.approx(energy)
    found = ledger.finding_totals(since, until, ["hour"])
    assert sum(one.windows for one in ledger.finding_totals(since, until)) == sum(
        one.windows for one in found
    )
    assert sum(one.windows for one in ledger.cells.findings(since, until)) == sum(
        one.windows for one in found
    )
    by_hour = [one.sums["all.n"] for one in ledger.bias_totals(since, until, ["hour"])]
    assert sum(one.sums["all.n"] for one in ledger.bias_totals(since, until)) == sum(by_hour)
    _same_tools(ledger, since, until)


def _same_tools(ledger: Ledger, since: float, until: float) -> None:
    """By tool and provider the hours are read, by tool alone the days."""
    days = {one.key: one.sums for one in ledger.bias_totals(since, until, ["tool"])}
    hours = {one.key[:1]: one.sums for one in ledger.bias_totals(since, until, TOOL_AND_PROVIDER)}
    assert days.keys() == hours.keys()
    for key, sums in days.items():
        assert sums == pytest.approx(hours[key], rel=1e-12), key


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (0, DAY_S, Cover((0, DAY_S), ())),
        (1, DAY_S, Cover(None, ((1, DAY_S),))),
        (3600, 3 * DAY_S + 7200, Cover((DAY_S, 3 * DAY_S), ((3600, DAY_S), (259_200, 266_400)))),
        (-3600, DAY_S, Cover((0, DAY_S), ((-3600, 0),))),
        (5, 5, Cover(None, ((5, 5),))),
    ],
)
def test_every_hour_is_covered_once(since: float, until: float, wanted: Cover) -> None:
    assert cover(since, until) == wanted


def restated(hour: int, low: float, requests: int) -> RestatedHour:
    values = tuple(low * (1 + place) for place in range(WIDTH))
    line = RestatedLine(1, 3, "C", "FRA", requests, values)
    return RestatedHour(hour, requests, approximate=False, lines=(line,))


def restate(ledger: Ledger, factor_set: str, hours: list[RestatedHour], *, end: bool) -> None:
    first = min(one.hour for one in hours)
    last = max(one.hour for one in hours) + 3600
    job = ledger.restatements.begin(factor_set, first, last)
    job = ledger.restatements.store(job, hours, last, "all")
    if end:
        ledger.restatements.finish(job)


@settings(max_examples=25, deadline=None)
@given(
    counts=st.lists(st.integers(0, 2), min_size=72, max_size=72),
    jobs=st.lists(
        st.tuples(
            st.sampled_from(["new", "newer"]),
            st.integers(0, 71),
            st.integers(1, 72),
            st.booleans(),
            st.floats(0.5, 9.0),
        ),
        max_size=4,
    ),
    late=st.lists(st.integers(0, 71), max_size=3),
)
def test_restated_days_are_read_like_their_hours(
    counts: list[int],
    jobs: list[tuple[str, int, int, bool, float]],
    late: list[int],
) -> None:
    """Whatever was restated, finished or not, and whatever came after it."""
    start = TODAY - 3 * DAY_S
    times = [start + 3600 * n + 5 for n, many in enumerate(counts) for _ in range(many)]
    with TemporaryDirectory() as name, open_ledger(Path(name)) as ledger:
        ledger.write([Entry(plain(at), varied(3).impact or varied(2).impact) for at in times])
        for factor_set, first, many, end, low in jobs:
            hours = [
                restated(start + 3600 * n, low, counts[n])
                for n in range(first, min(72, first + many))
                if counts[n]
            ]
            if hours:
                restate(ledger, factor_set, hours, end=end)
        for n in late:
            ledger.write([biased(n), Entry(plain(start + 3600 * n + 9), varied(4).impact)])
        if times or late:
            assert_in_step(Path(name))
        for statement in (LATEST, ORIGINAL, "new", "newer"):
            _same(ledger, start - DAY_S - 7, start + 4 * DAY_S, statement)
            _same(ledger, start + 7200, start + 3 * DAY_S - 7200, statement)


def test_a_finding_that_comes_later_reaches_the_days(tmp_path: Path) -> None:
    entries = [biased(seed) for seed in range(30)]
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(one.exchange, one.impact) for one in entries])
        for one in entries:
            assert one.finding is not None
            assert ledger.add_finding(one.exchange.id, one.finding)
        assert_in_step(tmp_path)
        assert {one.key for one in ledger.bias_totals(0, NOW + HOUR, ["tool"])} == {
            (one.exchange.tool,) for one in entries
        }


def test_the_purge_leaves_the_days(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([biased(seed) for seed in range(30)])
    before = by_days(tmp_path)
    with open_ledger(tmp_path, now=NOW + YEAR) as ledger:
        assert ledger.purge(1) == 30
    assert by_days(tmp_path) == before


def test_a_day_can_be_summed_anew(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([biased(seed) for seed in range(30)])
    before = by_days(tmp_path)
    engine = create_engine(url(tmp_path))
    with engine.begin() as connection:
        for hourly, daily in DAYS.items():
            days = set(connection.scalars(text(f"SELECT day FROM {daily.name}")))
            connection.execute(daily.delete())
            for day in days:
                sum_day(connection, hourly, day)
                # Twice changes nothing.
                sum_day(connection, hourly, day)
    engine.dispose()
    after = by_days(tmp_path)
    assert after.keys() == before.keys()
    for name, lines in before.items():
        assert after[name] == {key: pytest.approx(one) for key, one in lines.items()}, name


def test_only_some_bases_of_a_day_are_summed_anew(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain(NOW), varied(3).impact or varied(2).impact)])
        restate(ledger, "new", [restated(int(NOW), 2.0, 1)], end=True)
        live = ledger.cells.impacts(TODAY, TODAY + DAY_S, statement=ORIGINAL)
        restate(ledger, "new", [restated(int(NOW), 3.0, 1)], end=True)
        assert ledger.cells.impacts(TODAY, TODAY + DAY_S, statement=ORIGINAL) == live
        (latest,) = ledger.cells.impacts(TODAY, TODAY + DAY_S)
    assert (latest.factor_set, latest.values[0]) == ("new", 3.0)


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004", "0005"])
def test_a_ledger_of_any_earlier_version_gets_its_days(tmp_path: Path, revision: str) -> None:
    """The tables that each had, with the lines that a program of today writes into them."""
    (tmp_path / "new").mkdir()
    with open_ledger(tmp_path / "new") as ledger:
        ledger.write([biased(seed) for seed in range(60)])
    _made_at(tmp_path, revision)
    _copied(tmp_path / "new" / "ledger.sqlite", tmp_path / "ledger.sqlite")
    if revision == "0005":
        _sum_bias_days(tmp_path / "ledger.sqlite")
    with open_ledger(tmp_path) as ledger:
        assert_in_step(tmp_path)
        assert sum(one.requests for one in ledger.totals(0, NOW + HOUR)) == 60
        ledger.write([biased(seed) for seed in range(200, 220)])
        assert_in_step(tmp_path)


def _made_at(folder: Path, revision: str) -> None:
    engine = create_engine(url(folder))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "proxy.ledger:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _copied(source: Path, target: Path) -> None:
    """Every line of every table that both have."""
    database = sqlite3.connect(target)
    database.execute("ATTACH ? AS source", (str(source),))
    mine = [name for (name,) in database.execute("SELECT name FROM main.sqlite_schema")]
    tables = database.execute("SELECT name FROM source.sqlite_schema WHERE type = 'table'")
    for (name,) in tables.fetchall():
        if name in mine and name != "alembic_version":
            database.execute(f"INSERT INTO main.{name} SELECT * FROM source.{name}")
    database.commit()
    database.close()


def _sum_bias_days(file: Path) -> None:
    """What 0005 kept beside the hours of bias, and no later version does."""
    database = sqlite3.connect(file)
    database.execute(
        f"INSERT INTO bias_day SELECT hour - hour % {DAY_S} AS day, dimension, basis, sum(value)"
        " FROM bias_hour GROUP BY day, dimension, basis"
    )
    database.commit()
    database.close()
