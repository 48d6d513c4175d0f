"""What the audit cost, what that leaves out, and whether Jauge was running at all."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from proxy.report.render.blocks import Block, Para
from proxy.report.render.dsi.coverage import coverage
from proxy.report.render.dsi.own import own
from proxy.report.render.say import Say
from proxy.texts import LANGS, Lang
from tests.support.reports import example_report

both = pytest.mark.parametrize("lang", LANGS)


def said(blocks: Iterable[Block]) -> str:
    return " ".join(block.text for block in blocks if isinstance(block, Para))


@both
@pytest.mark.parametrize("watched", [0, 738])
def test_the_added_latency_is_not_claimed(lang: Lang, watched: int) -> None:
    """The ledger does not hold it; neither does it hold an edge on another machine."""
    report = example_report()
    told = replace(report.own, watched=replace(report.own.watched, part=watched))
    text = said(own(replace(report, own=told), Say(lang)))
    assert {"fr": "n’en dit rien", "en": "says nothing of it"}[lang] in text
    assert ({"fr": "autre machine", "en": "another machine"}[lang] in text) == bool(watched)
    assert ("kWh" in text) == bool(watched)


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        (0.2, "were not recorded; hours with requests: 341 of 745."),
        (738.0, "was running for at least 738 hours of 745; hours with requests: 341."),
    ],
)
def test_unrecorded_hours_are_not_said_to_be_hours_at_rest(hours: float, wanted: str) -> None:
    report = example_report()
    told = replace(report.coverage, hours_watched=hours)
    assert wanted in said(coverage(replace(report, coverage=told), Say("en")))
