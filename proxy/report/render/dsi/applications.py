"""Programs that call a model: where a machine answers a resident, and who declared nothing."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.model import Report
from proxy.report.model_uses import ApplicationUse
from proxy.report.render.blocks import Block, Bullets, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say

__all__ = ["applications"]

_MOST = 10
"""Rows of a table; the CSV file has all of them."""


def applications(report: Report, say: Say) -> Iterator[Block]:
    """The declared ones, their duties, and API clients that nobody declared."""
    told = report.applications
    yield Heading(say.t("applications.title"), id="applications")
    if told.declared:
        yield Table(
            say.t("applications.declared"),
            (
                Column(say.t("applications.name"), wide=1.8),
                Column(say.t("applications.department"), wide=1.5),
                Column(say.t("applications.faces")),
                Column(say.t("report.requests"), numbers=True, wide=0.8),
                Column(say.t("applications.scored"), numbers=True, wide=0.8),
                Column(say.t("applications.flagged"), numbers=True, wide=1.4),
            ),
            tuple(_row(one, say) for one in told.declared[:_MOST]),
            say.more(len(told.declared) - _MOST),
        )
        duties = tuple(
            say.t(f"applications.duty.{duty}", label=one.label or one.key)
            for one in told.declared
            for duty in one.duties
        )
        if duties:
            yield Bullets(duties[:_MOST])
        if len(duties) > _MOST:
            yield Para(say.t("applications.more_duties", count=len(duties) - _MOST), tone="soft")
    else:
        yield Para(say.t("applications.none"))
    if told.undeclared:
        note = say.t("applications.undeclared_note")
        yield Table(
            say.t("applications.undeclared", api=told.api_requests),
            (
                Column(say.t("report.tool"), wide=1.5),
                Column(say.t("applications.department"), wide=2),
                Column(say.t("report.requests"), numbers=True),
                Column(say.t("report.share"), numbers=True),
            ),
            tuple(
                (
                    one.label or one.tool,
                    say.named("department", one.department, one.department_label),
                    say.count(one.requests),
                    say.part_of(one.requests, told.api_requests),
                )
                for one in told.undeclared[:_MOST]
            ),
            " ".join(filter(None, (note, say.more(len(told.undeclared) - _MOST)))),
        )
    elif told.api_requests:
        yield Para(say.t("applications.all_declared"))


def _row(one: ApplicationUse, say: Say) -> tuple[str, ...]:
    return (
        one.label or one.key,
        say.named("department", one.department) if one.department else NONE,
        say.t(f"applications.face.{one.faces}"),
        say.count(one.requests),
        say.count(one.scored),
        say.rate(one.flagged) if one.scored else NONE,
    )
