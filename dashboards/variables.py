"""The variables of every dashboard: source of data, period, department, tool, model."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common, dashboard

from dashboards.texts import Texts

__all__ = ["PERIODS", "QUERIES", "SOURCE", "variables"]

SOURCE = common.DataSourceRef(type_val="prometheus", uid="${datasource}")
PERIODS = ("1h", "6h", "1d", "7d", "30d")
DEFAULT_PERIOD = "1d"

QUERIES = {
    "department": "label_values(jauge_department_requests_total, department)",
    "tool": "label_values(jauge_requests_total, tool)",
    "model": 'label_values(jauge_energy_joules_total{tool=~"$tool"}, model)',
}
"""Names of variables and where their values come from."""


def variables(texts: Texts) -> list[Builder[dashboard.VariableModel]]:
    """In the order in which they are shown."""
    source = (
        build.DatasourceVariable("datasource")
        .label(texts.word("datasource"))
        .type("prometheus")
        .multi(multi=False)
    )
    period = (
        build.CustomVariable("period")
        .label(texts.word("period"))
        .values(",".join(PERIODS))
        .options([_option(one, selected=one == DEFAULT_PERIOD) for one in PERIODS])
        .current(_option(DEFAULT_PERIOD, selected=True))
        .multi(multi=False)
    )
    return [source, period, *(_query(texts, name, query) for name, query in QUERIES.items())]


def _query(texts: Texts, name: str, query: str) -> build.QueryVariable:
    everything = dashboard.VariableOption(selected=True, text=texts.word("all"), value="$__all")
    return (
        build.QueryVariable(name)
        .label(texts.word(name))
        .datasource(SOURCE)
        .query({"query": query, "refId": name})
        .definition(query)
        .refresh(dashboard.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(dashboard.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(everything)
    )


def _option(value: str, *, selected: bool) -> dashboard.VariableOption:
    return dashboard.VariableOption(selected=selected, text=value, value=value)
