"""The page of the agents: a poster that says what is measured, and what helps."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.model import Report
from proxy.report.render.blocks import Block, Box, Bullets, Columns, Para, Part, Terms
from proxy.report.render.say import Say

__all__ = ["agents"]

_GESTURES = 6
"""On the poster: those that the month speaks for come first."""


def agents(report: Report, say: Say) -> Part:
    """What is measured and what is not, what figures mean, checks, gestures, rights."""
    return Part(
        key="agents",
        reader=say.t("agents.reader"),
        title=say.t("agents.title"),
        blocks=tuple(_blocks(report, say)),
    )


def _blocks(report: Report, say: Say) -> Iterator[Block]:
    told = report.agents
    yield Para(say.t("agents.lead", organisation=report.head.organisation), tone="lead")
    yield Columns(
        (
            Box(
                say.t("agents.measured_title"),
                (Bullets(tuple(say.t(f"agents.measured.{key}") for key in told.measured)),),
                tone="tint",
            ),
        ),
        (
            Box(
                say.t("agents.not_measured_title"),
                (Bullets(tuple(say.t(f"agents.not_measured.{key}") for key in told.not_measured)),),
                tone="tint",
            ),
        ),
    )
    yield Box(say.t("agents.meaning_title"), tuple(_meaning(report, say)))
    yield Columns(
        (
            Box(
                say.t("agents.check_title"),
                (Bullets(tuple(say.t(f"agents.check.{key}") for key in _CHECKS)),),
            ),
        ),
        (
            Box(
                say.t("agents.gestures_title"),
                (Bullets(tuple(say.t(f"agents.gesture.{g}") for g in told.gestures[:_GESTURES])),),
            ),
        ),
    )
    yield Box(say.t("agents.rights_title"), tuple(_rights(report, say)), tone="tint")


_CHECKS = ("source", "figures", "law", "people", "own_words")


def _meaning(report: Report, say: Say) -> Iterator[Block]:
    each = {amount.quantity: amount for amount in report.agents.per_request}
    if each:
        yield Para(
            say.t(
                "agents.one_request",
                period=say.of_period(report.head.period.name),
                energy=say.cost_between(each["energy"]),
                water=say.cost_between(each["water"]),
                ghg=say.cost_between(each["ghg"]),
            )
        )
    else:
        yield Para(say.t("agents.no_request"))
    yield Para(say.t("agents.interval"))
    yield Para(say.t("agents.score"))


def _rights(report: Report, say: Say) -> Iterator[Block]:
    told = report.agents
    observe = "words" if told.observe == "words" else "counts"
    if told.words_only:
        items = [say.t("agents.words_only", departments=say.all_of(told.words_only))]
    else:
        items = [say.t(f"agents.observe.{observe}")]
    if told.score_prompts and (observe == "words" or told.words_only):
        items.append(say.t("agents.prompts"))
    if told.counts_only and observe == "words":
        items.append(say.t("agents.counts_only", departments=say.all_of(told.counts_only)))
    items.append(say.t("agents.kept", count=told.keep_months, k=report.head.k))
    items.append(say.t("agents.rights"))
    yield Bullets(tuple(items))
    contacts = [
        (say.t("agents.contact"), told.contact),
        (say.t("agents.dpo"), told.dpo),
        (say.t("agents.notice"), told.notice_url),
    ]
    named = tuple((term, text) for term, text in contacts if text)
    yield Terms(named) if named else Para(say.t("agents.no_contact"))
