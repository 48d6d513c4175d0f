"""One screen for the head of IT: five questions, each with its answer and what it rests on."""

from __future__ import annotations

from dashboards.panel import Board, Panel, Section, bounds, one

__all__ = ["OVERVIEW"]

J_PER_KWH = 3.6e6
SEEN = 'sum(increase(jauge_connections_total{{tool=~"$tool"{more}}}[$period]))'
TOXIC = 'jauge_toxicity_flagged_total{category="toxicity",tool=~"$tool"}'

SEE = (
    Panel("q_see", "text", 8, 2),
    Panel(
        "decrypted_share",
        "stat",
        4,
        4,
        one(f"{SEEN.format(more=',connection="decrypted"')} / {SEEN.format(more='')}"),
        "percentunit",
    ),
    Panel(
        "firing_alerts",
        "stat",
        4,
        4,
        one('count(ALERTS{alertstate="firing", alertname=~"Jauge.*"}) or vector(0)'),
        thresholds=((1, "red"),),
        decimals=0,
    ),
    Panel(
        "coverage_causes",
        "gauges",
        8,
        5,
        one("sum by (cause) (jauge_month_gaps)", "{{cause}}"),
    ),
)
USE = (
    Panel("q_use", "text", 8, 2),
    Panel(
        "month_requests",
        "stat",
        4,
        4,
        one('sum(jauge_month_requests{tool=~"$tool"})'),
        decimals=0,
    ),
    Panel(
        "outside_charter_share",
        "stat",
        4,
        4,
        one(
            'sum(jauge_month_policy_requests{sanction=~"forbidden|unknown"})'
            " / sum(jauge_month_policy_requests)"
        ),
        "percentunit",
        ((0.1, "yellow"), (0.5, "red")),
    ),
    Panel(
        "month_tools",
        "gauges",
        8,
        5,
        one('topk(6, sum by (tool) (jauge_month_requests{tool=~"$tool"}))', "{{tool}}"),
    ),
)
COST = (
    Panel("q_cost", "text", 8, 2),
    Panel(
        "month_energy",
        "stat",
        4,
        4,
        bounds(f'sum(jauge_month_energy{{b}}_joules{{tool=~"$tool"}}) / {J_PER_KWH:.0f}'),
        "kwatth",
    ),
    Panel(
        "month_water",
        "stat",
        4,
        4,
        bounds('sum(jauge_month_water{b}_liters{tool=~"$tool"})'),
        "litre",
    ),
    Panel(
        "month_emissions",
        "stat",
        8,
        5,
        bounds('sum(jauge_month_emissions_co2e{b}_grams{tool=~"$tool"})'),
        "massg",
    ),
)
HOLD = (
    Panel("q_hold", "text", 12, 2),
    Panel(
        "toxicity_now",
        "stat",
        6,
        4,
        bounds("max by (lang) (classifier_lang:jauge_toxicity_rate{b}:ratio7d)", "{{lang}}"),
        "percentunit",
        runbook="toxicity-raised",
    ),
    Panel(
        "toxicity_basis",
        "stat",
        6,
        4,
        (
            *one(f"sum(increase({TOXIC}[7d]))", "flagged"),
            *one('sum(increase(jauge_scored_answers_total{tool=~"$tool"}[7d]))', "scored"),
            *one('sum(increase(jauge_analysis_total{outcome!="scored"}[7d]))', "not_scored"),
        ),
        decimals=0,
    ),
)
TRUST = (
    Panel("q_trust", "text", 12, 2),
    Panel(
        "own_share",
        "stat",
        4,
        4,
        (
            *one(
                "sum(jauge_month_self_energy_low_joules) / sum(jauge_month_energy_high_joules)",
                "low",
            ),
            *one("sum(jauge_month_self_energy_joules) / sum(jauge_month_energy_joules)", "central"),
            *one(
                "sum(jauge_month_self_energy_high_joules) / sum(jauge_month_energy_low_joules)",
                "high",
            ),
        ),
        "percentunit",
    ),
    Panel(
        "added_latency_p95",
        "stat",
        4,
        4,
        one(
            "histogram_quantile(0.95, sum by (le)"
            ' (increase(jauge_added_latency_seconds_bucket{stage="request"}[$period])))'
        ),
        "s",
        ((0.005, "yellow"), (0.025, "red")),
    ),
    Panel(
        "retention_left",
        "stat",
        4,
        4,
        one("min(jauge_ledger_retention_limit_seconds - jauge_ledger_oldest_row_age_seconds)"),
        "s",
        ((-172800, "yellow"), (0, "green")),
        falls=True,
        runbook="retention-overdue",
    ),
)


def _stacked(*parts: tuple[Panel, ...]) -> tuple[Section, ...]:
    """Sections without headings: the questions' own texts head them."""
    return tuple(Section("", part, heading=False) for part in parts)


def _columns(*parts: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """Questions side by side: first their texts, then their figures, then their charts."""
    heads = tuple(part[0] for part in parts)
    figures = tuple(panel for part in parts for panel in part[1:3])
    charts = tuple(panel for part in parts for panel in part[3:])
    return (*heads, *figures, *charts)


OVERVIEW = Board(
    "overview",
    _stacked(_columns(SEE, USE, COST), _columns(HOLD, TRUST)),
)
