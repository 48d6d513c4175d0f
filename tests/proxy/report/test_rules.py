"""Phases, decisions, coverage and duties, each case by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from proxy.classify.thresholds import CONFIG, ThresholdFile
from proxy.ledger import Entry, Gap
from proxy.report import keys
from proxy.report.model import Report
from proxy.report.period import parse_month, parse_year
from proxy.report.sections.decision import RULES
from proxy.report.sections.reen import INDICATORS
from proxy.report.slices import COMPOSED
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

QUIET = """
departments:
  - {name: dsi, headcount: 10, trained: 9, categories: {a: 1}}
  - {name: autre, headcount: 10, trained: 9, categories: {a: 1}}
tools: [{tool: le-chat, sanction: sanctioned}]
charter: {version: "1"}
"""
"""A town hall that has nothing to decide."""


def made(
    folder: Path, entries: list[Entry], organisation: str = QUIET, gaps: tuple[Gap, ...] = ()
) -> Report:
    with ledger_with(folder, entries) as ledger:
        ledger.add_gaps(gaps)
        period = parse_month("2026-10", PARIS, AFTER)
        return report_of(ledger, config(folder, organisation), period)


def uses(department: str, many: int, **fields: str) -> list[Entry]:
    given: dict[str, Any] = {"department": department, **fields}
    return [entry(at(5), **given) for _ in range(many)]


# Adoption ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "phase"),
    [
        ([], "none"),
        (uses("dsi", 3, tool="chatgpt"), "diffuse"),
        (uses("dsi", 9) + uses("dsi", 20, tool="chatgpt"), "diffuse"),
        (uses("dsi", 10) + uses("dsi", 20, tool="chatgpt"), "experimental"),
        (uses("dsi", 5), "experimental"),
        (uses("dsi", 10), "general"),
        (uses("dsi", 10) + uses("autre", 10, tool="chatgpt"), "general"),
        (uses("dsi", 10, faces="resident", application="bot"), "experimental"),
        (uses("unknown", 30), "experimental"),
    ],
)
def test_phases(tmp_path: Path, entries: list[Entry], phase: str) -> None:
    adoption = made(tmp_path, entries).adoption
    assert adoption.phase == phase
    assert adoption.equipped.whole == 2


def test_a_month_that_was_not_observed_has_no_phase(tmp_path: Path) -> None:
    entries = [entry(at(5, month=8)) for _ in range(10)]
    history = made(tmp_path, entries + uses("dsi", 10)).adoption.history
    assert [(one.month, one.phase) for one in history] == [("2026-08", "general")]


def test_a_year_asks_for_no_month_before_the_first_one_on_record(tmp_path: Path) -> None:
    """Installed in October: ten uses by ten agents in each of its two months are regular."""
    entries = [entry(at(day, month=10)) for day in range(1, 11)]
    entries += [entry(at(day, month=11)) for day in range(1, 11)]
    with ledger_with(tmp_path, entries) as ledger:
        report = report_of(ledger, config(tmp_path, QUIET), parse_year("2026", PARIS, AFTER))
    assert (report.adoption.equipped.part, report.adoption.phase) == (1, "general")


# Decision ----------------------------------------------------------------------------------


def asked(
    folder: Path, entries: list[Entry], organisation: str = QUIET, gaps: tuple[Gap, ...] = ()
) -> str:
    return made(folder, entries, organisation, gaps).elus.decision.rule


def test_a_quiet_town_hall_keeps_watching(tmp_path: Path) -> None:
    assert asked(tmp_path, uses("dsi", 10)) == "keep_watching"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (uses("dsi", 1, channel="api"), "undeclared_applications"),
        (uses("dsi", 1, tool="deepseek", sanction="forbidden"), "forbidden_use"),
        (uses("dsi", 1, tool="gemini"), "unclassified_tools"),
        (uses("dsi", 3, parse_status="unknown_format"), "coverage_low"),
    ],
)
def test_what_is_proposed(tmp_path: Path, more: list[Entry], rule: str) -> None:
    assert asked(tmp_path, uses("dsi", 10) + more) == rule


def test_lost_records_are_worth_a_decision(tmp_path: Path) -> None:
    gaps = (Gap(at(5), "outbox_lost", count=1),)
    assert asked(tmp_path, uses("dsi", 10), gaps=gaps) == "coverage_low"


def test_no_charter_and_too_little_training(tmp_path: Path) -> None:
    bare = QUIET.replace('charter: {version: "1"}', "")
    assert asked(tmp_path, uses("dsi", 10), bare) == "no_charter"
    # 20 of category A: 15.5 to 16.5 touched posts. 7 is under half of the fewest, 8 is not.
    for trained, rule in ((4, "keep_watching"), (3, "training_gap")):
        few = QUIET.replace("trained: 9", f"trained: {trained}")
        assert asked(tmp_path / str(trained), uses("dsi", 10), few) == rule


def test_larger_models_alone_are_a_reason(tmp_path: Path) -> None:
    before = [entry(at(5, month=9), model="small") for _ in range(20)]
    now = uses("dsi", 10, model="small") + [entry(at(5), 3.0, model="large") for _ in range(10)]
    report = made(tmp_path, before + now)
    assert report.elus.decision.rule == "larger_models"
    assert report.elus.decision.values["share"] == pytest.approx(1.0)


def test_more_uses_are_no_larger_models(tmp_path: Path) -> None:
    """Ten times the uses, one in a hundred by a larger model: models did next to nothing."""
    before = [entry(at(5, month=9), model="small") for _ in range(20)]
    now = uses("dsi", 198, model="small") + [entry(at(5), 3.0, model="large") for _ in range(2)]
    report = made(tmp_path, before + now)
    (ghg,) = [line for line in report.change.lines if line.quantity == "ghg"]
    assert ghg.models is not None
    assert ghg.models.central == pytest.approx(0.2 * ghg.before.central)
    assert report.elus.decision.rule == "keep_watching"


def test_residents_come_first_and_hands_before_rules(tmp_path: Path) -> None:
    entries = uses("dsi", 5, application="guichet", faces="resident", channel="api")
    entries += uses("dsi", 5, tool="deepseek", sanction="forbidden")
    decision = made(tmp_path, entries, ORGANISATION).elus.decision
    assert (decision.origin, decision.rule) == ("proposed", "resident_applications")
    assert decision.values["application"] == "Guichet"
    typed = ORGANISATION + 'decisions: [{month: "2026-10", text: {fr: "Décider."}}]\n'
    decision = made(tmp_path / "typed", entries, typed).elus.decision
    assert (decision.origin, decision.text_fr, decision.text_en) == ("typed", "Décider.", "")


# Applications, coverage, answers -----------------------------------------------------------


def test_duties_follow_what_is_declared(tmp_path: Path) -> None:
    organisation = """
applications:
  - {name: guichet, faces: resident, individual_decisions: true, recognise: {user_agent: a}}
  - {name: interne, faces: agent, individual_decisions: false, recognise: {user_agent: b}}
"""
    entries = uses("unknown", 2, application="parti", faces="undeclared", channel="api")
    found = {one.key: one for one in made(tmp_path, entries, organisation).applications.declared}
    assert found["guichet"].duties == ("ai_act_50", "crpa_l311_3_1")
    assert found["interne"].duties == ()
    # Gone from organisation.yaml, still in the ledger: its requests are not hidden.
    assert (found["parti"].requests, found["parti"].duties) == (
        2,
        ("say_who_reads", "say_decisions"),
    )
    assert list(found) == ["guichet", "parti", "interne"]


def test_coverage_counts_each_answer_once(tmp_path: Path) -> None:
    off = finding(status="off", scores={}, flags=(), windows_scored=0, windows=0)
    entries = [*uses("dsi", 3), entry(at(5), found=off)]
    lines = {one.key: one for one in made(tmp_path, entries).coverage.lines}
    assert tuple(lines) == keys.COVERAGE
    assert (lines["unscored"].count, lines["unscored"].whole) == (1, 4)


def test_flags_have_their_denominator_and_their_interval(tmp_path: Path) -> None:
    flagged = finding(scores={"toxicity": 0.99}, flags=("toxicity",))
    entries = [*uses("dsi", 3), entry(at(5), found=flagged)]
    (line,) = made(tmp_path, entries).toxicity.lines
    assert (line.flagged.part, line.flagged.whole) == (1, 4)
    # Wilson (1927), 1 of 4: 0.0456 to 0.6994.
    assert line.flagged.low == pytest.approx(0.0456, abs=1e-4)
    assert line.flagged.high == pytest.approx(0.6994, abs=1e-4)
    assert line.prevalence.state == "unknown"


def test_flags_at_another_rate_are_not_in_the_same_share(tmp_path: Path) -> None:
    """content.false_positives was changed within the month: two series, each with its errors."""
    file = msgspec.convert(
        yaml.safe_load((CONFIG / "embedded.yaml").read_text("utf-8")), ThresholdFile
    )
    found = [
        finding(
            classifier="embedded",
            version=file.version,
            threshold_set=file.named(rate),
            scores={"toxicity": 0.9},
            flags=("toxicity",) if rate == 0.01 else (),
        )
        for rate in (0.01, 0.01, 0.01, 0.001)
    ]
    report = made(tmp_path, [entry(at(5), found=one) for one in found])
    first, second = report.toxicity.lines
    rates = (first.prevalence.false_positive_rate, second.prevalence.false_positive_rate)
    assert rates == (0.008696, 0.0)
    (tool,) = report.toxicity.tools
    assert (tool.answers, tool.flagged.part, tool.flagged.whole) == (4, 3, 3)


def test_nothing_flagged_is_the_rule_of_three(tmp_path: Path) -> None:
    (line,) = made(tmp_path, uses("dsi", 300)).toxicity.lines
    assert (line.flagged.low, line.flagged.high) == (0.0, 0.01)


# Tables ------------------------------------------------------------------------------------


def test_every_key_has_its_rule_and_no_rule_is_without_a_key() -> None:
    assert (*RULES, "keep_watching") == keys.DECISIONS
    assert tuple(INDICATORS) == keys.INDICATORS
    assert tuple(COMPOSED) == tuple(keys.QUANTITIES)
