"""The page of the élus: two minutes, one sheet of paper."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.figures import Amount, Share
from proxy.report.model import Report
from proxy.report.model_cost import EquivalentLine
from proxy.report.model_people import Decision, ElusFigure
from proxy.report.model_uses import ApplicationUse
from proxy.report.render.blocks import (
    Block,
    Box,
    Bullets,
    Card,
    Cards,
    Columns,
    Para,
    Part,
    Terms,
)
from proxy.report.render.change import change_table
from proxy.report.render.glass import verdict
from proxy.report.render.say import NONE, Say
from proxy.report.render.things import equivalent

__all__ = ["LONGEST_DECISION", "elus", "typed_decision"]

LONGEST_DECISION = 600
"""Characters of a typed decision on the page; a longer one stands whole in the DSI's part."""

_MOST_APPLICATIONS = 3
"""Named on the page; the others are counted, and stand in the DSI's part."""


def elus(report: Report, say: Say) -> Part:
    """Three figures, the change, the glass of water, the charter, residents, the decision."""
    return Part(
        key="elus",
        reader=say.t("elus.reader"),
        title=say.t("elus.title", period=say.period(report.head.period.name)),
        blocks=tuple(_blocks(report, say)),
    )


def _blocks(report: Report, say: Say) -> Iterator[Block]:
    yield Para(_lead(report, say), tone="lead")
    if report.elus.figures:
        yield Cards(tuple(_card(report, figure, say) for figure in report.elus.figures))
        yield Para(say.t("elus.interval"), tone="soft")
    yield from change_table(report.change, say)
    yield Columns(
        (
            Box(say.t("elus.glass_title"), tuple(verdict(report.glass, say))),
            Box(say.t("elus.residents_title"), tuple(_residents(report, say))),
        ),
        (
            Box(say.t("elus.charter_title"), (Terms(tuple(_charter(report, say))),)),
            Box(
                say.t("elus.decision_title"),
                tuple(_decision(report.elus.decision, say)),
                tone="tint",
            ),
        ),
    )
    yield Para(_seen(report, say), tone="soft")


def _lead(report: Report, say: Say) -> str:
    if report.head.empty:
        return say.t("elus.empty", period=say.period(report.head.period.name))
    uses = report.uses
    lines = next((b.lines for b in uses.breakdowns if b.by == "tool"), ())
    tools = sum(1 for line in lines if line.requests)
    sentences = [
        say.t("elus.lead", count=uses.requests, tools=_tools(say, tools)),
        say.t("elus.sanctioned", share=say.rate(report.charter.sanctioned)),
        say.t(f"elus.phase.{report.adoption.phase}"),
    ]
    if not report.head.period.complete:
        sentences.append(say.t("elus.partial", until=say.last_day(report.head.data_until)))
    return " ".join(sentences)


def _tools(say: Say, count: int) -> str:
    return say.t("elus.tools", count=count)


def _card(report: Report, figure: ElusFigure, say: Say) -> Card:
    unit = say.unit_of([figure.amount])
    low, high = (end / unit.size for end in (figure.amount.low, figure.amount.high))
    central = figure.amount.central / unit.size
    three = say.three(low, central, high)
    thing = next((e for e in report.footprint.equivalents if e.id == figure.equivalent), None)
    return Card(
        title=say.t(f"report.quantity.{figure.key}"),
        value=say.t("elus.from_to", low=three[0], high=three[2], unit=unit.symbol),
        central=say.t("elus.central", central=three[1], unit=unit.symbol),
        text=_thing(figure.amount, thing, say),
    )


def _thing(amount: Amount, thing: EquivalentLine | None, say: Say) -> str:
    if thing is None:
        return say.t(f"elus.without_thing.{amount.quantity}")
    return say.t("elus.as_much_as", thing=equivalent(thing, say))


def _charter(report: Report, say: Say) -> Iterator[tuple[str, str]]:
    charter = report.charter
    if charter.version:
        adopted = say.iso_date(charter.adopted)
        key = "elus.charter_since" if charter.adopted else "elus.charter_undated"
        yield say.t("elus.charter"), say.t(key, version=charter.version, adopted=adopted)
    else:
        yield say.t("elus.charter"), say.t("elus.no_charter")
    if charter.sanctioned.whole:
        yield say.t("elus.approved"), _against(charter.sanctioned, charter.sanctioned_before, say)
    if charter.tools_classified.whole:
        told = charter.tools_classified
        yield (
            say.t("elus.classified"),
            say.t("report.counts", part=told.part, whole=told.whole),
        )
    yield say.t("elus.training"), _training(report, say)


def _against(now: Share, before: Share | None, say: Say) -> str:
    if before is None or before.ratio is None:
        return say.rate(now)
    return say.t("elus.against", now=say.rate(now), before=say.rate(before))


def _training(report: Report, say: Say) -> str:
    charter = report.charter
    if charter.trained is None:
        return say.t("elus.training_unknown")
    text = say.t("elus.trained", share=say.share(charter.trained))
    if charter.training_target is None:
        return text
    goal = say.percent(charter.training_target)
    key = "elus.goal_by" if charter.training_by else "elus.goal"
    return f"{text} {say.t(key, goal=goal, by=say.iso_date(charter.training_by))}"


def _residents(report: Report, say: Say) -> Iterator[Block]:
    facing = [one for one in report.applications.declared if one.faces == "resident"]
    if facing:
        items = [_application(one, say) for one in facing[:_MOST_APPLICATIONS]]
        if rest := len(facing) - len(items):
            items.append(say.t("elus.more_applications", count=rest))
        yield Bullets(tuple(items))
    else:
        yield Para(say.t("elus.no_applications"))
    undeclared = sum(one.requests for one in report.applications.undeclared)
    if undeclared:
        yield Para(say.t("elus.undeclared", count=undeclared))


def _application(one: ApplicationUse, say: Say) -> str:
    if not one.requests:
        return say.t("elus.application_silent", label=one.label or one.key)
    flagged = say.rate(one.flagged) if one.scored else NONE
    key = "elus.application" if one.scored else "elus.application_unscored"
    return say.t(key, label=one.label or one.key, count=one.requests, flagged=flagged)


def shortened(text: str) -> str:
    """What fits the page of the élus of a text that was typed in."""
    if len(text) <= LONGEST_DECISION:
        return text
    return text[:LONGEST_DECISION].rpartition(" ")[0] + "\u00a0…"


def typed_decision(decision: Decision, say: Say) -> str:
    """The decision in this language, else in the other one; "" where none was typed."""
    text = decision.text_fr if say.lang == "fr" else decision.text_en
    return text or decision.text_fr or decision.text_en


def _decision(decision: Decision, say: Say) -> Iterator[Block]:
    typed = typed_decision(decision, say)
    if decision.origin == "typed" and typed:
        yield Para(shortened(typed), tone="strong")
        return
    rule = decision.rule or "keep_watching"
    values = {key: say.decision_value(key, value) for key, value in decision.values.items()}
    yield Para(say.t(f"decision.{rule}", **values), tone="strong")
    if decision.origin == "proposed":
        yield Para(say.t("elus.proposed"), tone="soft")


def _seen(report: Report, say: Say) -> str:
    counts = {line.key: line.count for line in report.coverage.lines}
    return say.t(
        "elus.seen",
        undecrypted=counts.get("undecrypted", 0),
        unparsed=counts.get("unparsed", 0),
        unscored=counts.get("unscored", 0),
        lost=counts.get("lost", 0),
        k=report.head.k,
    )
