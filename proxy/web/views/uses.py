"""Uses of the month: by tool, by department, by what the charter says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from proxy.impact.glass import glass
from proxy.texts import Texts
from proxy.web.figures import Tally
from proxy.web.reading import Reading
from proxy.web.subject import Subject
from proxy.web.views.charts import energy_bars, sanction_shares
from proxy.web.views.spans import cell, common_unit

__all__ = ["view"]

_COSTS = ("energy_wh", "water_ml", "ghg_gco2e")


def view(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    month = reading.month
    if month is None:
        return {"known": False}
    tools = [(subject.tool(slug), one) for slug, one in month.tools.items()]
    departments = [
        (subject.department(name, texts), one) for name, one in month.departments.items()
    ]
    sanctions = {one.tool: one.sanction for one in subject.config.organisation.tools}
    told = [texts.of("common.sanction", sanctions.get(slug, "unknown")) for slug in month.tools]
    return {
        "known": True,
        "empty": month.whole.requests == 0,
        "tool_rows": [
            (label, sanction, *rest)
            for (label, *rest), sanction in zip(_uses(tools, month.whole, texts), told, strict=True)
        ],
        "department_rows": list(_uses(departments, month.whole, texts)),
        "tools_chart": energy_bars(
            "energy-by-tool", texts.t("page.uses.energy_by_tool"), tools, texts
        ),
        "departments_chart": energy_bars(
            "energy-by-department", texts.t("page.uses.energy_by_department"), departments, texts
        ),
        "sanctions_chart": sanction_shares(month.sanctions, texts),
        "sanctions": _sanctions(month.sanctions, month.whole, texts),
        "merged": texts.t("page.uses.merged", k=subject.config.settings.privacy.k),
        "glass_rows": [
            _glasses(label, one, subject, texts) for label, one in tools if one.estimated
        ],
    }


def _uses(
    groups: Sequence[tuple[str, Tally]], whole: Tally, texts: Texts
) -> Iterator[tuple[str, ...]]:
    """Name, requests, share, energy, water, greenhouse gases: rows of a table."""
    units = {name: common_unit(name, (one for _, one in groups)) for name in _COSTS}
    for label, one in groups:
        costs = (cell(name, one, texts, unit) for name, unit in units.items())
        yield (label, texts.count(one.requests), _share(one, whole, texts), *costs)


def _share(one: Tally, whole: Tally, texts: Texts) -> str:
    return texts.percent(one.requests / whole.requests) if whole.requests else ""


def _sanctions(
    sanctions: Mapping[str, Tally], whole: Tally, texts: Texts
) -> list[tuple[str, str, str]]:
    return [
        (
            texts.of("common.sanction", name),
            texts.count(one.requests),
            _share(one, whole, texts),
        )
        for name, one in sanctions.items()
    ]


def _glasses(label: str, one: Tally, subject: Subject, texts: Texts) -> tuple[str, ...]:
    """Name, requests per glass with the water of electricity, and without."""
    found = glass("", one.estimated, one.ranges, subject.glass_ml).requests_per_glass
    scopes = ("water_total_ml", "water_onsite_ml")
    return (label, *(texts.range(found[scope]) for scope in scopes))
