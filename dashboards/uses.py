"""Who uses what: sanction classes, tools, departments, programs."""

from __future__ import annotations

from dashboards.panel import Board, Panel, Section, one

__all__ = ["USES"]

BY_DEPARTMENT = '{department=~"$department"}'
BY_BOTH = '{tool=~"$tool",department=~"$department"}'
BY_TOOL = '{tool=~"$tool"}'
BY_PAIR = '{tool=~"$tool",model=~"$model"}'

CHARTER = Section(
    "charter",
    (
        Panel(
            "requests_by_sanction",
            "bars",
            12,
            8,
            one(
                "sum by (sanction) (increase(jauge_policy_requests_total[$period]))", "{{sanction}}"
            ),
        ),
        Panel(
            "tools_by_sanction",
            "table",
            12,
            8,
            one(
                f"sum by (tool, sanction) (increase(jauge_tool_requests_total{BY_TOOL}[$period]))",
                "requests",
            ),
            decimals=0,
        ),
        Panel(
            "departments_by_sanction",
            "table",
            12,
            8,
            one(
                "sum by (department, sanction)"
                f" (increase(jauge_department_requests_total{BY_DEPARTMENT}[$period]))",
                "requests",
            ),
            decimals=0,
        ),
        Panel(
            "requests_by_faces",
            "bars",
            6,
            8,
            one("sum by (faces) (increase(jauge_policy_requests_total[$period]))", "{{faces}}"),
        ),
        Panel(
            "undeclared_programs",
            "bars",
            6,
            8,
            one(
                f"sum by (application) (increase(jauge_api_requests_total{BY_TOOL}[$period]))",
                "{{application}}",
            ),
            runbook="undeclared-application",
        ),
    ),
)
VOLUME = Section(
    "volume",
    (
        Panel(
            "requests_by_tool",
            "bars",
            12,
            8,
            one(f"sum by (tool) (increase(jauge_requests_total{BY_BOTH}[$period]))", "{{tool}}"),
        ),
        Panel(
            "requests_by_department",
            "bars",
            12,
            8,
            one(
                f"sum by (department) (increase(jauge_requests_total{BY_BOTH}[$period]))",
                "{{department}}",
            ),
        ),
        Panel(
            "requests_by_channel",
            "bars",
            8,
            8,
            one(
                f"sum by (channel) (increase(jauge_requests_total{BY_BOTH}[$period]))",
                "{{channel}}",
            ),
        ),
        Panel(
            "requests_by_status",
            "bars",
            8,
            8,
            one(
                f"sum by (status) (increase(jauge_requests_total{BY_BOTH}[$period]))", "{{status}}"
            ),
        ),
        Panel(
            "request_duration",
            "lines",
            8,
            8,
            (
                *one(
                    "histogram_quantile(0.5, sum by (le)"
                    f" (increase(jauge_request_duration_seconds_bucket{BY_TOOL}[$period])))",
                    "median",
                ),
                *one(
                    "histogram_quantile(0.95, sum by (le)"
                    f" (increase(jauge_request_duration_seconds_bucket{BY_TOOL}[$period])))",
                    "p95",
                ),
            ),
            "s",
        ),
    ),
)
TOKENS = Section(
    "tokens",
    (
        Panel(
            "tokens_by_direction",
            "bars",
            8,
            8,
            one(
                f"sum by (direction) (increase(jauge_tokens_total{BY_PAIR}[$period]))",
                "{{direction}}",
            ),
        ),
        Panel(
            "tokens_by_model",
            "gauges",
            8,
            8,
            one(
                f"topk(12, sum by (model) (increase(jauge_tokens_total{BY_PAIR}[$period])))",
                "{{model}}",
            ),
        ),
        Panel(
            "tokens_by_source",
            "bars",
            8,
            8,
            one(
                f"sum by (token_source) (increase(jauge_tokens_total{BY_PAIR}[$period]))",
                "{{token_source}}",
            ),
        ),
        Panel(
            "department_tokens",
            "bars",
            12,
            8,
            one(
                "sum by (department)"
                f" (increase(jauge_department_tokens_total{BY_DEPARTMENT}[$period]))",
                "{{department}}",
            ),
        ),
        Panel(
            "special_tokens",
            "bars",
            12,
            8,
            (
                *one(
                    f"sum(increase(jauge_reasoning_tokens_total{BY_PAIR}[$period])) or vector(0)",
                    "reasoning",
                ),
                *one(
                    "sum(increase(jauge_cache_tokens_total"
                    '{tool=~"$tool",operation="read"}[$period])) or vector(0)',
                    "cache_read",
                ),
            ),
        ),
    ),
)

USES = Board("uses", (CHARTER, VOLUME, TOKENS))
