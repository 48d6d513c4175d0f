"""Programs that call a model: where a machine answers a resident, and who declared nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.report.model import Report
from proxy.report.model_uses import ApplicationUse, UndeclaredClient
from proxy.report.rates import together
from proxy.report.render.blocks import Block, Bullets, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say
from proxy.report.render.tail import cut

__all__ = ["applications"]

_MOST = 7
_MOST_CLIENTS = 5
"""Rows of a table; the others are added up in one, and stand in the CSV file."""
_MOST_NAMES = 4
"""Applications named after a duty."""


def applications(report: Report, say: Say) -> Iterator[Block]:
    """The declared ones, their duties, and API clients that nobody declared."""
    told = report.applications
    yield Heading(say.t("applications.title"), id="applications")
    if told.declared:
        yield Table(
            say.t("applications.declared"),
            (
                Column(say.t("applications.name"), wide=2.3),
                Column(say.t("applications.department"), wide=1.7),
                Column(say.t("applications.faces"), wide=0.8),
                Column(say.t("report.requests"), numbers=True, wide=0.8),
                Column(say.t("applications.scored"), numbers=True, wide=0.8),
                Column(say.t("applications.flagged"), numbers=True, wide=1.4),
            ),
            tuple(_declared(told.declared, say)),
        )
        if duties := tuple(_duties(told.declared, say)):
            yield Bullets(duties)
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
            tuple(_clients(told.undeclared, told.api_requests, say)),
            note,
        )
    elif told.api_requests:
        yield Para(say.t("applications.all_declared"))


def _declared(lines: Sequence[ApplicationUse], say: Say) -> Iterator[tuple[str, ...]]:
    shown, rest = cut(lines, _MOST)
    yield from (_row(one, say) for one in shown)
    if rest:
        scored = sum(one.scored for one in rest)
        yield (
            say.t("report.others", count=len(rest)),
            NONE,
            NONE,
            say.count(sum(one.requests for one in rest)),
            say.count(scored),
            say.rate(together(one.flagged for one in rest)) if scored else NONE,
        )


def _duties(lines: Sequence[ApplicationUse], say: Say) -> Iterator[str]:
    """Each duty once, with those that it holds for."""
    for duty in dict.fromkeys(duty for one in lines for duty in one.duties):
        names = [one.label or one.key for one in lines if duty in one.duties]
        yield say.t(f"applications.duty.{duty}", names=say.some(names, _MOST_NAMES))


def _clients(lines: Sequence[UndeclaredClient], api: int, say: Say) -> Iterator[tuple[str, ...]]:
    shown, rest = cut(lines, _MOST_CLIENTS)
    for one in shown:
        department = say.named("department", one.department, one.department_label)
        requests = say.count(one.requests)
        yield one.label or one.tool, department, requests, say.part_of(one.requests, api)
    if rest:
        many = sum(one.requests for one in rest)
        others = say.t("report.others", count=len(rest))
        yield others, NONE, say.count(many), say.part_of(many, api)


def _row(one: ApplicationUse, say: Say) -> tuple[str, ...]:
    return (
        one.label or one.key,
        say.named("department", one.department) if one.department else NONE,
        say.t(f"applications.face.{one.faces}"),
        say.count(one.requests),
        say.count(one.scored),
        say.rate(one.flagged) if one.scored else NONE,
    )
