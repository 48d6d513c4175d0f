"""Everything that the sections are made from, read once: ledger, configuration, catalogues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from proxy.config import Config
from proxy.coverage import SIMULATED
from proxy.impact.factors import FactorSet, load
from proxy.ledger import BiasTotal, FindingCell, FindingTotal, Gap, Ledger
from proxy.ledger.intake import HOUR_S
from proxy.ledger.own import AT_THE_PLUG, AuditShare, share
from proxy.ledger.restate import Job
from proxy.ledger.statements import ORIGINAL
from proxy.privacy import MERGED, merge_small
from proxy.report.catalogues import Catalogues, load_catalogues
from proxy.report.period import Month, Stretch, month_of
from proxy.report.slices import MEAN, Names, Slice, read_outline, read_slice

__all__ = [
    "OUTSIDE",
    "TREND",
    "UNPLACED",
    "Departments",
    "Facts",
    "FindSet",
    "Told",
    "gather",
]

UNPLACED = "unknown"
"""Department of traffic that no rule places: nobody's headcount, so never merged."""
TREND = 13
"""Months that a report looks back on, its own included: the same month a year ago."""
READERS = 2
"""Each holds up to 32 MiB: a cache of the database and what it sorts in. More read no faster, since
Python takes in what they read."""
FOUND_BY = ("tool", "application", "faces")
"""What findings are added up by."""

type Told = Callable[[str], None]
type FindSet = Callable[[str], FactorSet]


class Departments:
    """Which departments are shown, under which name, with how many agents."""

    def __init__(self, config: Config, k: int) -> None:
        self._declared = {one.name: one for one in config.organisation.departments}
        self._heads = {one.name: one.headcount for one in self._declared.values()}
        self._k = k
        self.of = merge_small(self._heads, k)
        """Declared department to the name that it is shown under."""
        self.headcounts: dict[str, int] = {}
        for name, shown in self.of.items():
            self.headcounts[shown] = self.headcounts.get(shown, 0) + self._heads[name]
        self.headcount = sum(self._heads.values())

    def admit(self, seen: set[str]) -> None:
        """Merge departments of the ledger that are not declared (any more): headcount 0."""
        gone = {name: 0 for name in seen if name not in self._heads and name != UNPLACED}
        if not gone:
            return
        self.of = merge_small(self._heads | gone, self._k)
        self.headcounts = {}
        for name, shown in self.of.items():
            heads = self._heads.get(name, 0)
            self.headcounts[shown] = self.headcounts.get(shown, 0) + heads

    def shown(self, names: Names) -> str:
        """The name under which the department of a cell is shown."""
        name = names["department"]
        return self.of.get(name, name)

    def label(self, shown: str) -> str:
        """What readers see of a shown name; "" for merged ones."""
        one = self._declared.get(shown)
        return "" if one is None or shown == MERGED else one.label or one.name

    def members(self, shown: str) -> list[str]:
        """The declared departments behind a shown name."""
        return [name for name, as_ in self.of.items() if as_ == shown and name in self._heads]

    @property
    def merged(self) -> int:
        """How many stand behind MERGED."""
        return sum(as_ == MERGED for as_ in self.of.values())


@dataclass(frozen=True, eq=False)
class Facts:
    """Of one period. Nothing in it names a person."""

    config: Config
    stretch: Stretch
    tz: ZoneInfo
    data_until: float
    """Unix time of the last moment that the data speak of."""
    data_since: float
    """Unix time of the first hour of which the ledger holds anything."""
    complete: bool
    simulated: bool
    now: Slice
    before: Slice
    """The period before, by today's figures."""
    before_said: Slice
    """The period before, as it was said then."""
    trend: Mapping[Month, Slice]
    """By month, oldest first; raw counts are requests alone."""
    findings: tuple[FindingTotal, ...]
    """By tool, application and whom the answers face."""
    bias: tuple[BiasTotal, ...]
    """By tool."""
    gaps: tuple[Gap, ...]
    trend_gaps: Mapping[Month, int]
    own: AuditShare
    hours_with_requests: int
    jobs: tuple[Job, ...]
    restated: Mapping[Month, tuple[Slice, Slice]]
    """Months that were restated: as first said, and as said now."""
    rows_kept: bool
    departments: Departments
    catalogues: Catalogues
    find: FindSet
    """Earlier factor sets, by name."""

    @property
    def hours(self) -> int:
        """Hours of the period that the data can speak of."""
        return round((self.data_until - self.stretch.since) / HOUR_S)

    @property
    def months(self) -> int:
        """Months of the period that the data cover, whole or in part."""
        bounds = (one.bounds(self.tz) for one in self.stretch.months)
        return max(
            1, sum(since < self.data_until and until > self.data_since for since, until in bounds)
        )

    def iso(self, at: float) -> str:
        """A Unix time on the town hall's clock."""
        return datetime.fromtimestamp(at, self.tz).isoformat()

    def day(self, at: float) -> str:
        """Its local day."""
        return datetime.fromtimestamp(at, self.tz).date().isoformat()


def gather(  # noqa: PLR0913 - what is read, and how
    ledger: Ledger,
    config: Config,
    stretch: Stretch,
    *,
    now: float,
    find: FindSet = load,
    catalogues: Catalogues | None = None,
    tell: Told = lambda _: None,
) -> Facts:
    """Read everything. `now`: Unix time, which tells only whether the period is over.

    Raises LedgerError, FactorError, CatalogueError. `tell` gets the key of each step.
    """
    tz = ledger.timezone
    reach = ledger.cells.reach()
    complete = now >= stretch.until
    last = stretch.since if reach is None else float(reach[1] + HOUR_S)
    data_until = stretch.until if complete else min(max(last, stretch.since), stretch.until)
    months = _trend_months(stretch, data_until, tz)
    jobs = tuple(one for one in ledger.restatements.jobs() if one.finished_at is not None)
    with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="reading") as pool:
        reading = _Reading(ledger, stretch, months, jobs, pool)
        tell("catalogues")
        catalogues = catalogues or load_catalogues(config)
        tell("period")
        this = reading.this.result()
        tell("before")
        before, said = reading.before.result()
        tell("trend")
        known = {(one.since, one.until): one for one in (this, before)}
        trend = {one: known.get(one.bounds(tz)) or reading.months[one].result() for one in months}
        restated = {one: task.result() for one, task in reading.restated.items()}
        tell("answers")
        findings = _findings(*reading.findings.result())
        bias = reading.bias.result()
    gaps = ledger.gaps(*_bounds(months, stretch, tz))
    departments = Departments(config, config.settings.privacy.k)
    departments.admit({names["department"] for one in (this, before) for names, _ in one.cells})
    purge = ledger.last_purge()
    return Facts(
        config=config,
        stretch=stretch,
        tz=tz,
        data_until=data_until,
        data_since=stretch.since if reach is None else float(reach[0]),
        complete=complete,
        simulated=any(one.kind == SIMULATED for one in gaps),
        now=this,
        before=before,
        before_said=said,
        trend=trend,
        findings=tuple(findings),
        bias=tuple(bias),
        gaps=tuple(
            one for one in gaps if stretch.since <= one.at < stretch.until and one.kind != SIMULATED
        ),
        trend_gaps=_gap_counts(gaps, months, tz),
        own=share(
            ledger.own_energy(stretch.since, stretch.until),
            this.total().amount("energy").range,
            AT_THE_PLUG,
        ),
        hours_with_requests=ledger.cells.hours(stretch.since, stretch.until),
        jobs=jobs,
        restated={one: (said, now_) for one, (now_, said) in restated.items()},
        rows_kept=purge is None or purge.cutoff <= stretch.since,
        departments=departments,
        catalogues=catalogues,
        find=find,
    )


def _trend_months(stretch: Stretch, data_until: float, tz: ZoneInfo) -> tuple[Month, ...]:
    """The last thirteen, the last one being the newest that the data speak of."""
    newest = stretch.months[0]
    for one in stretch.months:
        if one.bounds(tz)[0] < data_until:
            newest = one
    return tuple(newest.moved(step) for step in range(1 - TREND, 1))


def _bounds(months: tuple[Month, ...], stretch: Stretch, tz: ZoneInfo) -> tuple[float, float]:
    return min(months[0].bounds(tz)[0], stretch.since), stretch.until


class _Reading:
    """Everything that takes time, in threads: SQLite works while Python waits."""

    def __init__(
        self,
        ledger: Ledger,
        stretch: Stretch,
        months: tuple[Month, ...],
        jobs: tuple[Job, ...],
        pool: ThreadPoolExecutor,
    ) -> None:
        tz = ledger.timezone
        earlier, bounds = stretch.before(tz), (stretch.since, stretch.until)
        self.this = pool.submit(read_slice, ledger, *bounds)
        self.before = pool.submit(_both, ledger, earlier.since, earlier.until, jobs)
        self.findings = pool.submit(_read_findings, ledger, *bounds)
        self.bias = pool.submit(ledger.bias_totals, *bounds, by=("tool",))
        known = {bounds, (earlier.since, earlier.until)}
        self.months = {
            one: pool.submit(read_outline, ledger, *one.bounds(tz))
            for one in months
            if one.bounds(tz) not in known
        }
        self.restated = {
            one: pool.submit(_both, ledger, *one.bounds(tz), jobs)
            for one in months
            if _touched(one, jobs, tz)
        }


type _Found = tuple[list[FindingCell], dict[int, Names]]


def _read_findings(ledger: Ledger, since: float, until: float) -> _Found:
    cells = ledger.cells.findings(since, until)
    return cells, ledger.cells.names([one.dimension for one in cells])


def _findings(cells: list[FindingCell], names: Mapping[int, Names]) -> list[FindingTotal]:
    """Findings by tool, application and whom the answers face, and by basis."""
    found: dict[tuple[str | int, ...], FindingTotal] = {}
    for one in cells:
        of, basis = names[one.dimension], one.basis
        key = tuple(of[name] for name in FOUND_BY)
        identity = (
            *key,
            *(basis.classifier, basis.version, basis.threshold_set),
            *(basis.status, basis.subject, basis.language),
        )
        known = found.get(identity) or FindingTotal(key, basis, 0, 0, 0, 0)
        flags = {
            flag: known.flags.get(flag, 0) + one.flags.get(flag, 0)
            for flag in sorted(known.flags.keys() | one.flags.keys())
        }
        found[identity] = FindingTotal(
            key=key,
            basis=basis,
            requests=known.requests + one.requests,
            flagged_requests=known.flagged_requests + one.flagged_requests,
            windows_scored=known.windows_scored + one.windows_scored,
            windows=known.windows + one.windows,
            flags=flags,
        )
    return [found[identity] for identity in sorted(found)]


def _touched(month: Month, jobs: tuple[Job, ...], tz: ZoneInfo) -> bool:
    since, until = month.bounds(tz)
    return any(one.since < until and one.until > since for one in jobs)


def _both(ledger: Ledger, since: float, until: float, jobs: tuple[Job, ...]) -> tuple[Slice, Slice]:
    """A period by its latest statement, and as it was said first."""
    latest = read_slice(ledger, since, until, MEAN)
    if not any(one.since < until and one.until > since for one in jobs):
        return latest, latest
    return latest, read_slice(ledger, since, until, MEAN, statement=ORIGINAL)


def _gap_counts(gaps: list[Gap], months: tuple[Month, ...], tz: ZoneInfo) -> dict[Month, int]:
    found = dict.fromkeys(months, 0)
    for one in gaps:
        month = month_of(one.at, tz)
        if month in found and one.kind not in {SIMULATED, *OUTSIDE}:
            found[month] += one.count
    return found


OUTSIDE = frozenset({"requests_passed", "requests_plain"})
"""Counted by the edge as gaps, but nothing that should have been measured."""
