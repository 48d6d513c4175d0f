"""What is kept, for how long, and what is never shown."""

from __future__ import annotations

from dashboards.panel import Board, Panel, Section, one

__all__ = ["PRIVACY"]

KEPT = Section(
    "kept",
    (
        Panel(
            "oldest_row",
            "stat",
            6,
            5,
            (
                *one("max(jauge_ledger_oldest_row_age_seconds)", "oldest"),
                *one("max(jauge_ledger_retention_limit_seconds)", "limit"),
            ),
            "s",
            runbook="retention-overdue",
        ),
        Panel(
            "last_purge",
            "stat",
            6,
            5,
            one("time() - max(jauge_ledger_last_purge_timestamp_seconds)"),
            "s",
            ((172800, "yellow"), (604800, "red")),
            runbook="retention-overdue",
        ),
        Panel(
            "retention_curve",
            "lines",
            12,
            8,
            (
                *one("max(jauge_ledger_oldest_row_age_seconds)", "oldest"),
                *one("max(jauge_ledger_retention_limit_seconds)", "limit"),
            ),
            "s",
            runbook="retention-overdue",
        ),
    ),
)
SHOWN = Section(
    "shown",
    (
        Panel(
            "departments_shown",
            "table",
            12,
            8,
            one(
                'sum by (department) (jauge_month_department_requests{department=~"$department"})',
                "requests",
            ),
            decimals=0,
        ),
        Panel(
            "merged_share",
            "stat",
            6,
            8,
            (
                *one(
                    '(sum(jauge_month_department_requests{department="autres"}) or vector(0))'
                    " / sum(jauge_month_department_requests)",
                    "merged",
                ),
                *one(
                    '(sum(jauge_month_department_requests{department="unknown"}) or vector(0))'
                    " / sum(jauge_month_department_requests)",
                    "unplaced",
                ),
            ),
            "percentunit",
        ),
        Panel(
            "label_overflow",
            "table",
            6,
            8,
            one(
                "sum by (label) (increase(jauge_label_overflow_total[$period])) or vector(0)",
                "counted_as_other",
            ),
            decimals=0,
        ),
    ),
)
READ = Section(
    "read",
    (
        Panel(
            "words_kept_out",
            "bars",
            8,
            8,
            one("sum by (words) (increase(jauge_words_total[$period]))", "{{words}}"),
        ),
        Panel(
            "left_alone",
            "bars",
            8,
            8,
            one(
                'sum by (connection) (increase(jauge_connections_total{connection!="decrypted"}'
                "[$period]))",
                "{{connection}}",
            ),
        ),
        Panel(
            "refused_clients",
            "bars",
            8,
            8,
            one("sum by (admission) (increase(jauge_clients_total[$period]))", "{{admission}}"),
        ),
        Panel(
            "versions",
            "table",
            12,
            6,
            (
                *one("max by (version) (jauge_build_info)", "in_use"),
                *one("max by (version) (jauge_factors_info)", "factors"),
            ),
        ),
        Panel(
            "configuration_age",
            "stat",
            12,
            6,
            one("time() - max(jauge_config_loaded_timestamp_seconds)"),
            "s",
        ),
    ),
)

PRIVACY = Board("privacy", (KEPT, SHOWN, READ))
