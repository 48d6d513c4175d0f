"""The first page: today and this month at a glance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from proxy.bias.figures import Reference
from proxy.impact.glass import Glass, glass
from proxy.records import Range
from proxy.texts import Texts
from proxy.texts.numbers import triple
from proxy.web.figures import Figures, Flags, Tally
from proxy.web.reading import Reading
from proxy.web.subject import Subject
from proxy.web.views.bias import bias_rows
from proxy.web.views.charts import flag_rate, flag_rates, history
from proxy.web.views.spans import Card, card

__all__ = ["view"]

_COVERAGE = (
    "seen",
    "recorded",
    "undecrypted",
    "passed",
    "unparsed",
    "without_impact",
    "unscored",
    "lost",
)
_WHOLE = frozenset({"seen", "recorded"})
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the coverage."""

    name: str
    note: str
    count: str
    mark: str
    """whole: what the others are held against; lost: what should not be; else nothing."""


def view(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    month, today = reading.month, reading.today
    if month is None or today is None:
        return {"known": False}
    chart = flag_rates(month.flags, texts)
    return {
        "known": True,
        "empty": month.whole.requests == 0,
        "until": texts.t(
            "page.overview.until",
            month=texts.month(f"{reading.at:%Y-%m}").capitalize(),
            moment=texts.moment(reading.at),
        ),
        "lead": list(_lead(month, texts)),
        "requests": texts.count(month.whole.requests),
        "requests_today": texts.count(today.whole.requests),
        "tokens": texts.t(
            "page.overview.tokens",
            input=month.whole.input_tokens,
            output=month.whole.output_tokens,
        ),
        "cards": _cards(month.whole, today.whole, texts),
        "glass": _glass(month.whole, subject.glass_ml, texts),
        "history": history(reading.history, texts),
        "months": _months(reading, texts),
        "coverage": _coverage(month, texts),
        "findings": chart,
        "rate_rows": [_rated(one, texts) for one in month.flags if one.scored],
        "classes": _classes(month.flags, texts),
        "unscored": _unscored(month, texts),
        "bias": bias_rows(month.bias, _reference(subject), texts),
        "own": list(_own(month, texts)),
    }


def _lead(month: Figures, texts: Texts) -> Iterator[str]:
    many = month.whole.requests
    tools = texts.t("page.overview.lead_tools", count=len(month.tools))
    yield texts.t("page.overview.lead_requests", count=many, tools=tools)
    if month.whole.estimated:
        energy = texts.quantity_between("energy_wh", month.whole.ranges["energy_wh"])
        key = "lead_energy_one" if many == 1 else "lead_energy"
        yield texts.t(f"page.overview.{key}", energy=energy)
    missing = many - month.whole.estimated
    if missing:
        yield f"{texts.t('page.overview.unestimated', count=missing)}."


def _cards(month: Tally, today: Tally, texts: Texts) -> list[Card]:
    return [
        card(quantity, texts, month=month, today=today, key=key)
        for quantity, key in (("energy_wh", "energy"), ("water_ml", "water"), ("ghg_gco2e", "ghg"))
    ]


def _glass(whole: Tally, glass_ml: float, texts: Texts) -> list[str]:
    """Two sentences, none without an estimate."""
    if not whole.estimated:
        return []
    found: Glass = glass("", whole.estimated, whole.ranges, glass_ml)
    total, onsite = (
        _how_many(found.requests_per_glass[scope], texts)
        for scope in ("water_total_ml", "water_onsite_ml")
    )
    size = texts.number(glass_ml, 3)
    return [
        texts.t("page.glass.text", requests=total, glass=size),
        texts.t("page.glass.onsite", requests=onsite),
    ]


def _how_many(value: Range, texts: Texts) -> str:
    low, central, high = triple((value.low, value.central, value.high), texts.lang)
    key = "at_least" if math.isinf(value.high) else "between"
    return texts.t(f"page.glass.{key}", low=low, central=central, high=high)


def _months(reading: Reading, texts: Texts) -> list[tuple[str, str, str]]:
    """Month, requests, energy: the table of the history."""
    return [
        (
            texts.month(name),
            texts.count(one.requests) if one else "–",
            texts.quantity("energy_wh", one.ranges["energy_wh"]) if one and one.estimated else "–",
        )
        for name, one in reading.history.items()
    ]


def _coverage(month: Figures, texts: Texts) -> list[Line]:
    lost = "lost" if month.coverage.lost else ""
    return [
        Line(
            name=texts.t(f"page.coverage.{key}"),
            note=texts.t(f"page.coverage.{key}_note"),
            count=texts.count(getattr(month.coverage, key)),
            mark="whole" if key in _WHOLE else lost if key == "lost" else "",
        )
        for key in _COVERAGE
    ]


def _rated(one: Flags, texts: Texts) -> tuple[str, ...]:
    """Language, classifier, answers scored, flagged, rate: a row of the table."""
    low, central, high = flag_rate(one)
    if one.flagged:
        rate = texts.percent_range(low, central, high)
    else:
        rate = texts.t("page.findings.rate_none", high=texts.percent(high))
    return (
        texts.of("common.language", one.language),
        ", ".join(filter(None, (f"{one.classifier} {one.version}", one.threshold_set))),
        texts.count(one.scored),
        texts.count(one.flagged),
        rate,
    )


def _classes(flags: tuple[Flags, ...], texts: Texts) -> str:
    """Flags by class over all languages; empty without any."""
    counts: dict[str, int] = {}
    for one in flags:
        for name, count in one.classes.items():
            counts[name] = counts.get(name, 0) + count
    if not counts:
        return ""
    told = [
        texts.t("page.findings.class", name=texts.of("answers.class", name), count=count)
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return texts.t("page.findings.classes", classes=texts.all_of(told))


def _unscored(month: Figures, texts: Texts) -> str:
    """Why answers have no score; empty where all have one."""
    why = [
        texts.t(f"page.outcomes.{status}", count=count)
        for status, count in sorted(month.outcomes.items(), key=lambda item: -item[1])
        if status != "scored"
    ]
    return texts.t("page.findings.unscored", why=texts.all_of(why)) if why else ""


def _reference(subject: Subject) -> Reference:
    declared = subject.config.organisation.gender
    return Reference(women=declared.women, source=declared.source)


def _own(month: Figures, texts: Texts) -> Iterator[str]:
    own = month.own
    if not own.watched_s:
        yield texts.t("page.own.unknown")
        return
    energy = texts.quantity_between("energy_wh", own.own_wh)
    share = own.percent
    if share is None:
        yield texts.t("page.own.text_alone", energy=energy)
    else:
        percent = texts.percent_range(
            *(one / 100 for one in (share.low, share.central, share.high))
        )
        yield texts.t("page.own.text", energy=energy, percent=percent)
    source = own.sources[0] if len(own.sources) == 1 else "both"
    yield texts.t(
        "page.own.watched",
        hours=texts.number(own.watched_s / _HOUR_S),
        source=texts.t(f"page.own.{source}"),
    )
