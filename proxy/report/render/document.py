"""The three parts of a report put together, in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from proxy.report.model import Report
from proxy.report.render.agents import agents
from proxy.report.render.blocks import Document, Part
from proxy.report.render.dsi import dsi
from proxy.report.render.elus import elus
from proxy.report.render.say import Say
from proxy.texts import Lang

__all__ = ["PARTS", "document"]

PARTS: tuple[Callable[[Report, Say], Part], ...] = (elus, dsi, agents)
"""One for each reader, in the order in which they are bound."""


def document(report: Report, lang: Lang) -> Document:
    """Everything that is printed, as blocks."""
    say = Say(lang)
    head = report.head
    period = say.period(head.period.name)
    return Document(
        lang=lang,
        title=say.t("report.title", period=period),
        organisation=head.organisation,
        period=period,
        made=say.t("report.data_until", date=say.last_day(head.data_until)),
        stamp=int(dt.datetime.fromisoformat(head.data_until).timestamp()),
        simulated=say.t("report.simulated") if head.simulated else "",
        contents=say.t("report.contents"),
        skip=say.t("report.skip"),
        page=say.t("report.page"),
        colon="\u202f:" if lang == "fr" else ":",
        formats=say.t("report.formats"),
        parts=tuple(make(report, say) for make in PARTS),
    )
