"""What Jauge says of itself."""

from __future__ import annotations

from proxy.metrics.metric import Metric, counters

__all__ = ["ITSELF"]

ITSELF: tuple[Metric, ...] = (
    *counters(
        "self_energy",
        "joules",
        "Electricity of Jauge's own processes on the auditor's machine, cooling left out",
        ("component", "source"),
    ),
    *counters(
        "self_emissions_co2e",
        "grams",
        "Greenhouse gases of that electricity, by the grid of measured.zone",
        ("component", "source"),
    ),
    Metric(
        "jauge_report_made_timestamp_seconds",
        "gauge",
        "Unix time at which the auditor last made a report by itself since its start.",
        unit="seconds",
    ),
    Metric(
        "jauge_ca_expiry_timestamp_seconds",
        "gauge",
        "Unix time at which the interception authority expires; absent where it is not kept.",
        unit="seconds",
    ),
    Metric(
        "jauge_page_refusals_total",
        "counter",
        "Requests with a wrong name or password (login), made to wait after several of those "
        "(slowed), or with a wrong token or none for the metrics (token).",
        ("refusal",),
    ),
    Metric(
        "jauge_label_overflow_total",
        "counter",
        "Times a label value or combination was counted under `other` to bound the series.",
        ("metric", "label"),
    ),
    Metric("jauge_build_info", "info", "Version of the auditor.", ("version",), most_series=1),
    Metric(
        "jauge_factors_info",
        "info",
        "The factor set that new estimates are made from: version and hash; the last day on "
        "which one of its figures was checked; the zone whose electricity is taken where nothing "
        "tells where a service runs; the versions of its formulae and of EcoLogits.",
        ("version", "date", "mix_zone", "method"),
        most_series=1,
    ),
    Metric(
        "jauge_config_loaded_timestamp_seconds",
        "gauge",
        "Unix time at which the auditor read its configuration.",
        unit="seconds",
    ),
)
