"""Whether it works: edge, auditor, ledger, machine."""

from __future__ import annotations

from dashboards.panel import Board, Panel, Section, one

__all__ = ["EDGE"]

BY_TOOL = '{tool=~"$tool"}'
LATENCY = "sum by (le, stage) (increase(jauge_added_latency_seconds_bucket[$period]))"


def _count(metric: str, by: str, labels: str = "") -> str:
    """A count per label value; 0 where it never happened."""
    return f"sum by ({by}) (increase({metric}{labels}[$period])) or vector(0)"


def _refusals(metric: str, kinds: str) -> str:
    """Logins turned away, by why. Each kind starts at 0 with the auditor: none is missing."""
    return f'sum by (refusal) (increase({metric}{{refusal=~"{kinds}"}}[$period]))'


STATE = Section(
    "state",
    (
        Panel(
            "auditor_up",
            "stat",
            4,
            4,
            one('min(up{job="jauge"})'),
            thresholds=((1, "green"),),
            falls=True,
            runbook="auditor-down",
            decimals=0,
        ),
        Panel(
            "edge_workers",
            "stat",
            4,
            4,
            one("sum by (edge) (jauge_edge_workers)", "{{edge}}"),
            thresholds=((1, "green"),),
            falls=True,
            runbook="edge-down",
            decimals=0,
        ),
        Panel(
            "last_write",
            "stat",
            4,
            4,
            one("time() - max(jauge_ledger_last_write_timestamp_seconds)"),
            "s",
            ((900, "yellow"), (86400, "red")),
            runbook="ledger-not-written",
        ),
        Panel(
            "authority_left",
            "stat",
            4,
            4,
            one("min(jauge_ca_expiry_timestamp_seconds) - time()"),
            "s",
            ((604800, "orange"), (2592000, "green")),
            falls=True,
            runbook="authority-expiring",
        ),
        Panel(
            "disk_free",
            "stat",
            4,
            4,
            one("min(jauge_state_disk_free_bytes / jauge_state_disk_size_bytes)"),
            "percentunit",
            ((0.1, "yellow"), (0.2, "green")),
            falls=True,
            runbook="disk-filling",
        ),
        Panel(
            "oldest_waiting",
            "stat",
            4,
            4,
            one("max(jauge_outbox_oldest_age_seconds)"),
            "s",
            ((60, "yellow"), (600, "red")),
            runbook="auditor-behind",
        ),
    ),
)
TRAFFIC = Section(
    "traffic",
    (
        Panel(
            "connections",
            "bars",
            8,
            8,
            one(
                f"sum by (connection) (increase(jauge_connections_total{BY_TOOL}[$period]))",
                "{{connection}}",
            ),
            runbook="edge-blind",
        ),
        Panel(
            "undecrypted_tools",
            "table",
            8,
            8,
            one(
                "sum by (tool, connection) (increase(jauge_connections_total"
                '{tool=~"$tool",connection!="decrypted"}[$period]))',
                "connections",
            ),
            decimals=0,
        ),
        Panel(
            "seen_requests",
            "bars",
            8,
            8,
            one(
                f"sum by (handling) (increase(jauge_seen_requests_total{BY_TOOL}[$period]))",
                "{{handling}}",
            ),
        ),
        Panel(
            "parsed_requests",
            "table",
            6,
            8,
            one(
                f"sum by (tool, result) (increase(jauge_parsed_requests_total{BY_TOOL}[$period]))",
                "requests",
            ),
            runbook="format-changed",
            decimals=0,
        ),
        Panel(
            "refused_certificates",
            "bars",
            6,
            8,
            one(_count("jauge_refused_certificates_total", "tool", BY_TOOL), "{{tool}}"),
        ),
        Panel(
            "refused_logins",
            "bars",
            6,
            8,
            (
                *one(_refusals("jauge_proxy_refusals_total", "login|slowed"), "proxy {{refusal}}"),
                *one(_refusals("jauge_page_refusals_total", ".*"), "page {{refusal}}"),
            ),
        ),
        Panel(
            "broken_off",
            "bars",
            6,
            8,
            (
                *one(_count("jauge_aborted_requests_total", "job"), "aborted"),
                *one(_count("jauge_unfinished_requests_total", "job"), "unfinished"),
                *one(_count("jauge_truncated_requests_total", "job"), "truncated"),
                *one(_count("jauge_connect_errors_total", "job"), "unreachable"),
            ),
        ),
    ),
)
LATENCIES = Section(
    "latencies",
    (
        *(
            Panel(
                f"latency_{name}",
                "lines",
                8,
                8,
                one(f"histogram_quantile({quantile}, {LATENCY})", "{{stage}}"),
                "s",
            )
            for name, quantile in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
        ),
        Panel(
            "open_connections",
            "lines",
            12,
            7,
            one("sum by (edge) (jauge_open_connections)", "{{edge}}"),
        ),
        Panel(
            "first_byte",
            "lines",
            12,
            7,
            one(
                "histogram_quantile(0.95, sum by (le, tool)"
                f" (increase(jauge_time_to_first_byte_seconds_bucket{BY_TOOL}[$period])))",
                "{{tool}}",
            ),
            "s",
        ),
    ),
)
LOSSES = Section(
    "losses",
    (
        Panel(
            "lost_counts",
            "bars",
            8,
            8,
            (
                *one(_count("jauge_outbox_lost_records_total", "job"), "lost_outbox"),
                *one(_count("jauge_inbox_gaps_total", "gap"), "{{gap}}"),
            ),
            runbook="counts-lost",
        ),
        Panel(
            "dropped_words",
            "bars",
            8,
            8,
            one(_count("jauge_analysis_queue_dropped_total", "reason"), "{{reason}}"),
            runbook="words-dropped",
        ),
        Panel(
            "own_failures",
            "bars",
            8,
            8,
            (
                *one(_count("jauge_edge_errors_total", "where"), "{{where}}"),
                *one(_count("jauge_audit_errors_total", "step"), "{{step}}"),
                *one(_count("jauge_ledger_errors_total", "error"), "{{error}}"),
            ),
            runbook="ledger-not-written",
        ),
        Panel(
            "waiting",
            "lines",
            8,
            8,
            (
                *one("sum(jauge_analysis_queue_length)", "waiting_words"),
                *one("sum(jauge_scorer_queue_length)", "waiting_texts"),
                *one("sum(jauge_outbox_queued_records)", "waiting_counts"),
            ),
        ),
        Panel(
            "sizes",
            "lines",
            8,
            8,
            (
                *one("sum(jauge_ledger_size_bytes)", "ledger"),
                *one("sum(jauge_outbox_unread_bytes)", "outbox"),
                *one("sum(jauge_process_resident_memory_bytes)", "memory"),
            ),
            "bytes",
        ),
        Panel(
            "analysis_time",
            "lines",
            8,
            8,
            one(
                "histogram_quantile(0.95,"
                " sum by (le) (increase(jauge_analysis_seconds_bucket[$period])))",
                "p95",
            ),
            "s",
        ),
    ),
)

EDGE = Board("edge", (STATE, TRAFFIC, LATENCIES, LOSSES), since="now-7d")
