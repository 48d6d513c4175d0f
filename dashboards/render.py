"""From a board's data and a language's words to Grafana's JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    prometheus,
    stat,
    table,
    text,
    timeseries,
)
from grafana_foundation_sdk.builders import (
    dashboard as build,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models import prometheus as prom
from grafana_foundation_sdk.models.text import TextMode

from dashboards.panel import Board, Panel, Query
from dashboards.texts import Texts
from dashboards.variables import SOURCE, variables

__all__ = ["LABELLED", "PAGE", "TAG", "render", "uid"]

TAG = "jauge"
PAGE = "http://127.0.0.1:9464"
"""Where the auditor serves its page, as shipped; docs/operate/dashboards.md says how to
change it."""
COLUMNS = 24
SCRAPE = "5m"
"""Least step of a curve: Prometheus asks no oftener (docs/operate/metrics.md)."""

LABELLED = ("department", "tool", "model", "version", "date", "mix_zone", "method")
"""Labels that become columns of a table, under a name of the reader's language."""

type Properties = list[dashboard.DynamicConfigValue]
type Charted = timeseries.Panel | stat.Panel | bargauge.Panel | table.Panel


def uid(board: Board, texts: Texts) -> str:
    """A dashboard's identifier, the same in every installation."""
    return f"jauge-{board.key}-{texts.language}"


def render(board: Board, texts: Texts) -> str:
    """The dashboard as JSON, keys sorted, with a line feed at its end."""
    title, description = texts.board(board.key)
    made = (
        build.Dashboard(title)
        .uid(uid(board, texts))
        .description(description)
        .tags([TAG, f"{TAG}-{texts.language}"])
        .timezone("browser")
        .week_start("monday")
        .time(board.since, "now")
        .refresh(SCRAPE)
        .readonly()
        .tooltip(dashboard.DashboardCursorSync.CROSSHAIR)
        .link(_other_boards(texts))
    )
    for variable in variables(texts):
        made = made.with_variable(variable)
    for number, placed in enumerate(_placed(board, texts), 1):
        if isinstance(placed, build.Row):
            made = made.with_row(placed.id(number))
        else:
            made = made.with_panel(placed.id(number))
    return JSONEncoder(sort_keys=True, indent=2).encode(made.build()) + "\n"


def _other_boards(texts: Texts) -> build.DashboardLink:
    return (
        build.DashboardLink(texts.word("other_boards"))
        .type(dashboard.DashboardLinkType.DASHBOARDS)
        .tags([f"{TAG}-{texts.language}"])
        .as_dropdown(as_dropdown=True)
        .include_vars(include_vars=True)
        .keep_time(keep_time=True)
    )


def _placed(board: Board, texts: Texts) -> Iterator[build.Row | Charted | text.Panel]:
    """Rows and panels from the top left on, each with its place."""
    top = 0
    for section in board.sections:
        if section.heading:
            place = dashboard.GridPos(h=1, w=COLUMNS, x=0, y=top)
            yield build.Row(texts.section(section.key)).grid_pos(place)
            top += 1
        left = tallest = 0
        for panel in section.panels:
            if left + panel.width > COLUMNS:
                top, left, tallest = top + tallest, 0, 0
            place = dashboard.GridPos(h=panel.height, w=panel.width, x=left, y=top)
            yield MAKERS[panel.kind](panel, texts).grid_pos(place)
            left, tallest = left + panel.width, max(tallest, panel.height)
        top += tallest


# One function per kind ----------------------------------------------------------------------


def _stat(panel: Panel, texts: Texts) -> stat.Panel:
    several = len(panel.queries) > 1
    made = (
        _common(stat.Panel(), panel, texts)
        .graph_mode(kinds.BigValueGraphMode.NONE)
        .color_mode(kinds.BigValueColorMode.VALUE if panel.thresholds else _plain())
        .text_mode(kinds.BigValueTextMode.VALUE_AND_NAME if several else _value())
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .orientation(kinds.VizOrientation.AUTO)
    )
    return _asked(made, panel, texts, instant=True)


def _plain() -> kinds.BigValueColorMode:
    return kinds.BigValueColorMode.NONE


def _value() -> kinds.BigValueTextMode:
    return kinds.BigValueTextMode.VALUE


def _gauges(panel: Panel, texts: Texts) -> bargauge.Panel:
    made = (
        _common(bargauge.Panel(), panel, texts)
        .orientation(kinds.VizOrientation.HORIZONTAL)
        .display_mode(kinds.BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )
    return _asked(made, panel, texts, instant=True)


def _table(panel: Panel, texts: Texts) -> table.Panel:
    merge = dashboard.DataTransformerConfig(id_val="merge", options={})
    columns = {"excludeByName": {"Time": True}, "renameByName": _columns(panel, texts)}
    organise = dashboard.DataTransformerConfig(id_val="organize", options=columns)
    made = _common(table.Panel(), panel, texts).filterable(filterable=True)
    made = made.with_transformation(merge).with_transformation(organise)
    return _asked(made, panel, texts, instant=True, tabular=True)


def _columns(panel: Panel, texts: Texts) -> dict[str, str]:
    """What Grafana calls the columns, and what they are called here."""
    values = [_legend(query, texts) for query in panel.queries]
    if len(values) == 1:
        return {"Value": values[0]} | _labels(texts)
    return {f"Value #{_ref(at)}": value for at, value in enumerate(values)} | _labels(texts)


def _labels(texts: Texts) -> dict[str, str]:
    return {label: texts.word(label) for label in LABELLED}


def _lines(panel: Panel, texts: Texts) -> timeseries.Panel:
    made = _curves(panel, texts).fill_opacity(0).line_width(2)
    return _asked(made, panel, texts)


def _bars(panel: Panel, texts: Texts) -> timeseries.Panel:
    made = (
        _curves(panel, texts)
        .draw_style(kinds.GraphDrawStyle.BARS)
        .fill_opacity(80)
        .line_width(0)
        .stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A"))
    )
    return _asked(made, panel, texts)


def _band(panel: Panel, texts: Texts) -> timeseries.Panel:
    """Low to high filled, the central estimate as a line in it."""
    made = _curves(panel, texts).line_width(0).fill_opacity(0)
    for query in panel.queries:
        made = made.override_by_name(_legend(query, texts), _of_bound(query.legend, texts))
    return _asked(made, panel, texts)


def _of_bound(legend: str, texts: Texts) -> Properties:
    if legend == "high":
        below = {"custom.fillBelowTo": texts.word("low"), "custom.fillOpacity": 25}
        return _properties({**below, "color": {"mode": "fixed", "fixedColor": "blue"}})
    if legend == "low":
        return _properties({"color": {"mode": "fixed", "fixedColor": "blue"}})
    return _properties(
        {"custom.lineWidth": 2, "color": {"mode": "fixed", "fixedColor": "dark-blue"}}
    )


def _properties(values: dict[str, object]) -> Properties:
    return [dashboard.DynamicConfigValue(id_val=key, value=value) for key, value in values.items()]


def _curves(panel: Panel, texts: Texts) -> timeseries.Panel:
    return (
        _common(timeseries.Panel(), panel, texts)
        .interval(SCRAPE)
        .axis_soft_min(0)
        .show_points(kinds.VisibilityMode.AUTO)
        .tooltip(common.VizTooltipOptions().mode(kinds.TooltipDisplayMode.MULTI))
        .legend(common.VizLegendOptions().display_mode(kinds.LegendDisplayMode.LIST))
    )


def _text(panel: Panel, texts: Texts) -> text.Panel:
    title, content = texts.panel(panel.key)
    return (
        text.Panel()
        .title(title)
        .mode(TextMode.MARKDOWN)
        .content(content)
        .transparent(transparent=True)
    )


MAKERS: dict[str, Callable[[Panel, Texts], Charted | text.Panel]] = {
    "stat": _stat,
    "band": _band,
    "lines": _lines,
    "bars": _bars,
    "gauges": _gauges,
    "table": _table,
    "text": _text,
}

# What they share ----------------------------------------------------------------------------


def _common[P: (timeseries.Panel, stat.Panel, bargauge.Panel, table.Panel)](
    made: P, panel: Panel, texts: Texts
) -> P:
    title, description = texts.panel(panel.key)
    made = made.title(title).description(description).datasource(SOURCE).unit(panel.unit)
    made = made.no_value(texts.word("no_value")).thresholds(_thresholds(panel))
    if panel.decimals is not None:
        made = made.decimals(panel.decimals)
    if panel.runbook:
        made = made.links([_runbook(panel.runbook, texts)])
    return made


def _thresholds(panel: Panel) -> build.ThresholdsConfig:
    first = dashboard.Threshold(value=None, color="red" if panel.falls else "green")
    steps = [dashboard.Threshold(value=value, color=colour) for value, colour in panel.thresholds]
    return build.ThresholdsConfig().mode(dashboard.ThresholdsMode.ABSOLUTE).steps([first, *steps])


def _runbook(page: str, texts: Texts) -> build.DashboardLink:
    return (
        build.DashboardLink(texts.word("runbook"))
        .type(dashboard.DashboardLinkType.LINK)
        .url(f"{PAGE}/{texts.language}/runbooks/{page}")
        .target_blank(target_blank=True)
    )


def _asked[P: (timeseries.Panel, stat.Panel, bargauge.Panel, table.Panel)](
    made: P, panel: Panel, texts: Texts, *, instant: bool = False, tabular: bool = False
) -> P:
    for at, query in enumerate(panel.queries):
        made = made.with_target(_target(query, _ref(at), texts, instant=instant, tabular=tabular))
    return made


def _target(
    query: Query, ref: str, texts: Texts, *, instant: bool, tabular: bool
) -> Builder[prom.Dataquery]:
    made = prometheus.Dataquery().ref_id(ref).datasource(SOURCE).expr(query.expr)
    made = made.legend_format(_legend(query, texts))
    if tabular:
        made = made.format(prom.PromQueryFormat.TABLE)
    return made.instant() if instant else made.range()


def _legend(query: Query, texts: Texts) -> str:
    word, space, template = query.legend.partition(" ")
    if not word or word.startswith(("{{", "≤")):
        return query.legend
    return texts.word(word) + space + template


def _ref(at: int) -> str:
    return chr(ord("A") + at)
