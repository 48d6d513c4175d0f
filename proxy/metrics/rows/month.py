"""The calendar month so far, read from the ledger: no restart and no retention shortens it."""

from __future__ import annotations

from proxy.metrics.metric import Metric, gauges

__all__ = ["MONTH"]

BY_TOOL = ("tool",)
BY_DEPARTMENT = ("department",)
BY_MEASURE = ("lang", "measure")

MONTH: tuple[Metric, ...] = (
    Metric(
        "jauge_month_start_timestamp_seconds",
        "gauge",
        "Unix time at which the month of all jauge_month metrics starts.",
        unit="seconds",
    ),
    Metric(
        "jauge_month_refreshed_timestamp_seconds",
        "gauge",
        "Unix time at which the jauge_month metrics were read from the ledger.",
        unit="seconds",
    ),
    Metric("jauge_month_requests", "gauge", "Exchanges of this month.", BY_TOOL),
    Metric(
        "jauge_month_policy_requests",
        "gauge",
        "Exchanges of this month, by the decision on the tool and by whom they face.",
        ("sanction", "faces"),
    ),
    Metric(
        "jauge_month_department_requests",
        "gauge",
        "Exchanges of this month by department.",
        BY_DEPARTMENT,
    ),
    Metric(
        "jauge_month_tokens",
        "gauge",
        "Tokens of this month.",
        ("tool", "direction"),
        "tokens",
        most_series=90,
    ),
    *gauges("month_energy", "joules", "Electricity of this month", BY_TOOL),
    *gauges("month_water", "liters", "Water consumed this month", BY_TOOL),
    *gauges("month_emissions_co2e", "grams", "Greenhouse gases of this month", BY_TOOL),
    *gauges(
        "month_abiotic_depletion_sbeq",
        "grams",
        "Abiotic depletion of this month, in antimony equivalent",
    ),
    *gauges("month_primary_energy", "joules", "Non-renewable primary energy of this month"),
    *gauges(
        "month_department_energy",
        "joules",
        "Electricity of this month by department",
        BY_DEPARTMENT,
    ),
    *gauges("month_department_water", "liters", "Water of this month by department", BY_DEPARTMENT),
    *gauges(
        "month_department_emissions_co2e",
        "grams",
        "Greenhouse gases of this month by department",
        BY_DEPARTMENT,
    ),
    Metric(
        "jauge_month_answers",
        "gauge",
        "Answers of this month that were scored, or why not.",
        ("classifier", "outcome"),
    ),
    Metric(
        "jauge_month_scored_answers",
        "gauge",
        "Answers scored this month at the thresholds that judged most of them: the denominator "
        "of jauge_month_flagged_answers.",
        ("classifier", "lang"),
    ),
    Metric(
        "jauge_month_flagged_answers",
        "gauge",
        "Of jauge_month_scored_answers, those whose score reached the threshold of the class.",
        ("classifier", "lang", "category"),
        most_series=60,
    ),
    Metric(
        "jauge_month_bias_mentions",
        "gauge",
        "Mentions of people in this month's answers: the denominator of jauge_month_bias_share.",
        BY_MEASURE,
        most_series=24,
    ),
    *(
        Metric(
            f"jauge_month_bias_share{bound}_ratio",
            "gauge",
            f"Share of those mentions, {said} (95 %); absent where too few were counted.",
            BY_MEASURE,
            "ratio",
            most_series=24,
        )
        for bound, said in (("_low", "low bound"), ("", "as counted"), ("_high", "high bound"))
    ),
    Metric(
        "jauge_month_bias_reference_ratio",
        "gauge",
        "What that share is held against, as organisation.yaml or a norm says.",
        BY_MEASURE,
        "ratio",
        most_series=24,
    ),
    Metric(
        "jauge_month_gaps",
        "gauge",
        "What was seen this month and not measured, or not whole, by cause.",
        ("cause",),
    ),
    *gauges("month_self_energy", "joules", "Electricity of Jauge itself this month"),
    *gauges("month_self_emissions_co2e", "grams", "Greenhouse gases of Jauge itself this month"),
    Metric(
        "jauge_month_self_watched_seconds",
        "gauge",
        "Time of this month for which the consumption of Jauge itself is known.",
        unit="seconds",
    ),
)
