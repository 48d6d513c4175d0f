"""The part of the DSI: coverage first, then everything that was counted, and the method.

To add a section: one file, one line of `SECTIONS`, its words in both catalogues, a golden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from proxy.report.model import Report
from proxy.report.render.blocks import Block, Heading, Para, Part
from proxy.report.render.change import change_section
from proxy.report.render.dsi.answers import answers
from proxy.report.render.dsi.applications import applications
from proxy.report.render.dsi.coverage import coverage
from proxy.report.render.dsi.exposure import exposure
from proxy.report.render.dsi.footprint import footprint
from proxy.report.render.dsi.incidents import incidents
from proxy.report.render.dsi.method import method
from proxy.report.render.dsi.own import own
from proxy.report.render.dsi.reen import reen
from proxy.report.render.dsi.uses import uses
from proxy.report.render.elus import LONGEST_DECISION, typed_decision
from proxy.report.render.glass import glass_section
from proxy.report.render.say import Say

__all__ = ["SECTIONS", "dsi"]

type Section = Callable[[Report, Say], Iterable[Block]]


def _change(report: Report, say: Say) -> Iterable[Block]:
    return change_section(report.change, say)


def _glass(report: Report, say: Say) -> Iterable[Block]:
    return [Heading(say.t("glass.title"), id="glass"), *glass_section(report.glass, say)]


def _decision(report: Report, say: Say) -> Iterable[Block]:
    """The decision as it was typed in, where the page of the élus has room for a part only."""
    text = typed_decision(report.elus.decision, say)
    if len(text) > LONGEST_DECISION:
        yield Heading(say.t("elus.decision_title"), id="decision")
        yield Para(text)


SECTIONS: tuple[Section, ...] = (
    coverage,
    reen,
    uses,
    applications,
    footprint,
    _glass,
    _change,
    answers,
    exposure,
    _decision,
    incidents,
    own,
    method,
)
"""In the order in which they are printed."""


def dsi(report: Report, say: Say) -> Part:
    """The whole part."""
    lead = say.t("dsi.lead", organisation=report.head.organisation)
    blocks: list[Block] = [Para(lead, tone="lead")]
    for section in SECTIONS:
        blocks.extend(section(report, say))
    return Part(
        key="dsi",
        reader=say.t("dsi.reader"),
        title=say.t("dsi.title", period=say.period(report.head.period.name)),
        blocks=tuple(blocks),
    )
