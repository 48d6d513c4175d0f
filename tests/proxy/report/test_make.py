"""The whole report, from a ledger: goldens of edge cases, and what must always hold.

A golden holds what depends on the ledger and on organisation.yaml; what the shipped figures
decide (hashes, equivalents, sensitivity) is left out, so that a new factor changes none.
After a wanted change: `JAUGE_WRITE_GOLDENS=1 pytest tests/proxy/report/test_make.py`, then
read the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proxy.config import load
from proxy.ledger import Gap, Ledger
from proxy.report import keys
from proxy.report.encode import encode
from proxy.report.make import SECTIONS
from proxy.report.model import Report
from proxy.report.period import parse_month, parse_year
from proxy.report.render.document import document
from proxy.report.steps import FIGURES, READING
from tests.support.ledger import finding
from tests.support.towns import (
    AFTER,
    ORGANISATION,
    PARIS,
    at,
    config,
    entry,
    ledger_with,
    report_of,
)

GOLDENS = Path(__file__).parent / "goldens"
WRITE = "JAUGE_WRITE_GOLDENS"

type Fill = Callable[[Ledger], None]


def empty(_: Ledger) -> None:
    """Nothing at all."""


def one(ledger: Ledger) -> None:
    """A single exchange."""
    ledger.write([entry(at(14))])


def gaps(ledger: Ledger) -> None:
    """A month that was not seen whole."""
    ledger.write([entry(at(1)), entry(at(2), status="server_error", words="empty")])
    ledger.add_gaps(
        [
            Gap(at(3), "tunnels", "chatgpt", 40),
            Gap(at(4), "tunnels", "chatgpt", 2),
            Gap(at(4), "tunnels", "other", 9000),
            Gap(at(4), "requests_passed", "le-chat", 7),
            Gap(at(5), "outbox_lost", count=3),
            Gap(at(6), "record_damaged", count=1),
        ]
    )


def departments(ledger: Ledger) -> None:
    """One appears, one vanishes, one is declared no more."""
    ledger.write([entry(at(9, month=9), department="dsi") for _ in range(12)])
    ledger.write([entry(at(9), department="etat-civil") for _ in range(30)])
    ledger.write([entry(at(9), department="ancien", tool="chatgpt")])


def small(ledger: Ledger) -> None:
    """Everything under k."""
    ledger.write(
        [entry(at(7), department="cabinet", tool="chatgpt"), entry(at(8), department="archives")]
    )


def busy(ledger: Ledger) -> None:
    """Most of what can happen."""
    flagged = finding(scores={"toxicity": 0.99}, flags=("toxicity", "insult"))
    unscored = finding(status="off", scores={}, flags=(), windows_scored=0, windows=0)
    ledger.write([entry(at(3, month=9), 2.0) for _ in range(4)])
    ledger.write([entry(at(3), 3.0, department="dsi") for _ in range(8)])
    ledger.write([entry(at(4), department="etat-civil", tool="chatgpt", model="gpt-5.5")])
    ledger.write(
        [
            entry(at(5), application="guichet", faces="resident", channel="api", found=flagged),
            entry(at(5), application="guichet", faces="resident", channel="api"),
            entry(at(6), channel="api", tool="openai-api", department="cabinet"),
            entry(at(7), department="etat-civil", tool="deepseek", sanction="forbidden"),
            entry(at(8), words="off", found=unscored),
            entry(at(9), parse_status="partial", output_source="estimated"),
        ]
    )


def factors_changed(ledger: Ledger) -> None:
    """September by a set that nobody archived, October by two."""
    for factor_set, when in (("2026.09-0bad", at(3, month=9)), ("2026.10-f00d", at(3))):
        given = entry(when)
        assert given.impact is not None
        priced = msgspec.structs.replace(given.impact, factor_set=factor_set)
        ledger.write([replace(given, impact=priced)])
    ledger.write([entry(at(20))])


CASES: dict[str, tuple[Fill, str, str]] = {
    "empty": (empty, "2026-10", ORGANISATION),
    "one-exchange": (one, "2026-10", ORGANISATION),
    "gaps": (gaps, "2026-10", ORGANISATION),
    "factors-changed": (factors_changed, "2026-10", ORGANISATION),
    "departments": (departments, "2026-10", ORGANISATION),
    "under-k": (small, "2026-10", ORGANISATION),
    "busy": (busy, "2026-10", ORGANISATION),
    "nothing-declared": (one, "2026-10", "name: Inconnue\n"),
}


def filled(folder: Path, fill: Fill, month: str, organisation: str) -> Report:
    with ledger_with(folder) as ledger:
        fill(ledger)
        period = parse_month(month, PARIS, AFTER)
        return report_of(ledger, config(folder, organisation), period)


def shown(report: Report) -> dict[str, Any]:
    """What a golden holds."""
    data: dict[str, Any] = json.loads(msgspec.json.encode(report))
    del data["method"], data["glass"]["published"], data["footprint"]["equivalents"]
    del data["footprint"]["sensitivity"], data["own"]["ghg"], data["head"]["product_version"]
    for key in ("classes", "urls", "source", "checked", "corrections"):
        del data["exposure"][key]
    del data["uses"]["trend"][:-2]
    del data["adoption"]["history"][:-1]
    return data


@pytest.mark.parametrize("case", CASES)
def test_goldens(tmp_path: Path, case: str) -> None:
    found = json.dumps(shown(filled(tmp_path, *CASES[case])), indent=1, ensure_ascii=False)
    file = GOLDENS / f"{case}.json"
    if os.environ.get(WRITE):
        file.parent.mkdir(exist_ok=True)
        file.write_text(found + "\n", encoding="utf-8")
    assert found + "\n" == file.read_text(encoding="utf-8")


def test_every_section_has_its_field() -> None:
    fields = Report.__struct_fields__
    assert [name for name in fields if name not in {"schema_version", "head", "reen"}] == [
        name for name in fields if name in SECTIONS
    ]
    assert next(iter(SECTIONS)) == "coverage"
    assert (*READING, *SECTIONS) == FIGURES


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    with ledger_with(tmp_path) as ledger:
        busy(ledger)
        period, town = parse_month("2026-10", PARIS, AFTER), config(tmp_path)
        first = encode(report_of(ledger, town, period))
        assert encode(report_of(ledger, town, period, now=AFTER + 86_400 * 40)) == first
    assert first.endswith(b"}\n")


def test_rows_may_be_purged(tmp_path: Path) -> None:
    """The report comes from the sums; only the annex says that the rows are gone."""
    with ledger_with(tmp_path) as ledger:
        busy(ledger)
        period, town = parse_month("2026-10", PARIS, AFTER), config(tmp_path)
        before = report_of(ledger, town, period)
        ledger._clock = lambda: AFTER + 86_400 * 120
        assert ledger.purge(1) == 19
        after = report_of(ledger, town, period)
    assert before.method.rows_kept
    assert not after.method.rows_kept
    kept = msgspec.structs.replace(after.method, rows_kept=True)
    assert msgspec.structs.replace(after, method=kept) == before


def test_a_month_under_way_says_so(tmp_path: Path) -> None:
    with ledger_with(tmp_path) as ledger:
        ledger.write([entry(at(20, hour=9, month=11))])
        report = report_of(ledger, config(tmp_path), parse_month("2026-11", PARIS, AFTER))
    assert not report.head.period.complete
    assert report.head.data_until == "2026-11-20T10:00:00+01:00"
    assert report.coverage.hours == 19 * 24 + 10


def test_what_a_simulation_wrote_is_marked_for_ever(tmp_path: Path) -> None:
    with ledger_with(tmp_path) as ledger:
        one(ledger)
        ledger.add_gaps([Gap(at(1), "simulated")])
        report = report_of(ledger, config(tmp_path), parse_month("2026-10", PARIS, AFTER))
    assert report.head.simulated
    assert report.incidents.gaps == ()


def parts(report: Report) -> Iterator[tuple[str, int]]:
    for breakdown in report.uses.breakdowns:
        yield breakdown.by, sum(line.requests for line in breakdown.lines)


def test_every_split_adds_up_to_the_same_whole(tmp_path: Path) -> None:
    report = filled(tmp_path, *CASES["busy"])
    assert dict(parts(report)) == dict.fromkeys(keys.BREAKDOWNS, report.uses.requests)
    total = next(one for one in report.footprint.totals if one.quantity == "energy")
    for breakdown in report.uses.breakdowns:
        for side in ("low", "central", "high"):
            together = sum(getattr(line.energy, side) for line in breakdown.lines)
            assert together == pytest.approx(getattr(total, side), rel=1e-12), breakdown.by


def test_no_department_under_k_is_named_anywhere(tmp_path: Path) -> None:
    text = encode(filled(tmp_path, *CASES["busy"])).decode()
    text += encode(filled(tmp_path / "b", *CASES["under-k"])).decode()
    for name in ("cabinet", "Cabinet", "archives", "Archives"):
        assert name not in text


def test_a_department_that_is_declared_no_more_is_merged(tmp_path: Path) -> None:
    assert "ancien" not in encode(filled(tmp_path, *CASES["departments"])).decode()


def test_the_poster_says_whose_words_are_looked_at(tmp_path: Path) -> None:
    organisation = ORGANISATION.replace("- {name: dsi,", "- {name: dsi, observe: words,")
    config(tmp_path, organisation)
    (tmp_path / "jauge.yaml").write_text(
        f"state_dir: {tmp_path}\ncontent: {{observe: counts, score_prompts: true}}\n"
    )
    town = load(tmp_path / "jauge.yaml", [])
    with ledger_with(tmp_path) as ledger:
        report = report_of(ledger, town, parse_month("2026-10", PARIS, AFTER))
    assert (report.agents.observe, report.agents.words_only) == ("counts", ("Informatique",))
    told = str(document(report, "en").parts[-1])
    assert "for these alone: Informatique." in told
    assert "So are your questions." in told
    assert "No text is looked at" not in told


def test_where_nothing_is_scored_the_poster_claims_no_flags(tmp_path: Path) -> None:
    config(tmp_path)
    (tmp_path / "jauge.yaml").write_text(f"state_dir: {tmp_path}\ncontent: {{observe: counts}}\n")
    town = load(tmp_path / "jauge.yaml", [])
    with ledger_with(tmp_path) as ledger:
        report = report_of(ledger, town, parse_month("2026-10", PARIS, AFTER))
    assert set(keys.MEASURED) - set(report.agents.measured) == {"flags"}


def test_a_year(tmp_path: Path) -> None:
    with ledger_with(tmp_path) as ledger:
        busy(ledger)
        ledger.write([entry(at(2, month=2))])
        goals = "goals: [{name: g, indicator: sanctioned_share, at_least: 0.5, year: 2026}]\n"
        town = config(tmp_path, ORGANISATION + goals)
        report = report_of(ledger, town, parse_year("2026", PARIS, AFTER), cadre="reen")
    assert report.head.period.kind == "year"
    # The data end in October: what comes after is unknown, and no zero.
    assert report.head.period.months[-1] == "2026-10"
    assert report.head.period.observed_months == ("2026-02", "2026-09", "2026-10")
    assert not report.head.period.complete
    assert report.uses.requests == 20
    assert report.uses.trend[-1].month == "2026-10"
    assert report.change.split == "no_before"
    assert report.reen is not None
    (goal,) = report.reen.objectives
    assert goal.measured is not None
    # 4 of September, 8 of dsi, 1 of February, 2 of the counter, 1 off, 1 partial: 17 of 20.
    assert (goal.measured.central, goal.reached) == (17 / 20, "yes")


@pytest.mark.parametrize(
    ("goal", "state"),
    [
        ("indicator: energy_kwh, at_most: 1000", "unsure"),  # December may still bring more
        ("indicator: energy_kwh, at_most: 0.000001", "no"),  # too much already
        ("indicator: requests_per_100_agents, at_least: 1000", "unsure"),
        ("indicator: requests_per_100_agents, at_least: 1", "yes"),
        ("indicator: energy_per_request_wh, at_most: 1000", "yes"),  # a mean, not a sum
    ],
)
def test_a_year_under_way_reaches_nothing_that_its_rest_could_undo(
    tmp_path: Path, goal: str, state: str
) -> None:
    goals = f"goals: [{{name: g, {goal}, year: 2026}}]\n"
    with ledger_with(tmp_path, [entry(at(2, month=2)), entry(at(3))]) as ledger:
        town = config(tmp_path, ORGANISATION + goals)
        report = report_of(ledger, town, parse_year("2026", PARIS, AFTER), cadre="reen")
    assert report.reen is not None
    assert report.reen.objectives[0].reached == state


def test_a_month_alone_has_no_frame(tmp_path: Path) -> None:
    assert filled(tmp_path, *CASES["one-exchange"]).reen is None
