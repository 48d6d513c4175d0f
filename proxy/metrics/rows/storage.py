"""From the edges to the ledger: what waits, what is lost, what is kept and how long."""

from __future__ import annotations

from proxy.metrics.metric import Metric

__all__ = ["STORAGE"]

STORAGE: tuple[Metric, ...] = (
    Metric("jauge_outbox_queued_records", "gauge", "Records in edges' memory.", ("edge",)),
    Metric(
        "jauge_outbox_lost_records_total",
        "counter",
        "Records lost because the outbox could not be written.",
        ("edge",),
    ),
    Metric(
        "jauge_outbox_oldest_age_seconds",
        "gauge",
        "Age of the oldest record that is not in the ledger yet, as far as known.",
        unit="seconds",
    ),
    Metric("jauge_outbox_unread_bytes", "gauge", "Bytes on disk not read yet.", unit="bytes"),
    Metric(
        "jauge_inbox_gaps_total",
        "counter",
        "Records that could not be read back, and words that never came.",
        ("gap",),
    ),
    Metric(
        "jauge_ledger_exchanges_total",
        "counter",
        "What the ledger made of exchanges: new, there already, or refused.",
        ("written",),
    ),
    Metric(
        "jauge_ledger_errors_total", "counter", "Writes that failed.", ("error",), most_series=16
    ),
    Metric(
        "jauge_ledger_last_write_timestamp_seconds",
        "gauge",
        "Unix time of the last write that succeeded.",
        unit="seconds",
    ),
    Metric("jauge_ledger_size_bytes", "gauge", "Size of the ledger.", unit="bytes"),
    Metric(
        "jauge_ledger_oldest_row_age_seconds",
        "gauge",
        "Age of the oldest exchange kept as a row.",
        unit="seconds",
    ),
    Metric(
        "jauge_ledger_retention_limit_seconds",
        "gauge",
        "Age at which exchanges are removed as rows; their sums stay.",
        unit="seconds",
    ),
    Metric(
        "jauge_ledger_last_purge_timestamp_seconds",
        "gauge",
        "Unix time of the last purge that ended.",
        unit="seconds",
    ),
    Metric(
        "jauge_state_disk_free_bytes",
        "gauge",
        "Free space of the disk that holds state_dir.",
        unit="bytes",
    ),
    Metric(
        "jauge_state_disk_size_bytes",
        "gauge",
        "Size of the disk that holds state_dir.",
        unit="bytes",
    ),
    Metric(
        "jauge_audit_errors_total",
        "counter",
        "Failures of our own: the exchange was recorded without what the step adds; for the step "
        "`pipeline`, read again. `housekeeping`, `month`, `own_energy` and `report` touch none.",
        ("step", "error"),
        most_series=40,
    ),
)
