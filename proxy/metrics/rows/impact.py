"""What the exchanges cost, as ranges."""

from __future__ import annotations

from proxy.metrics.metric import Metric, counters

__all__ = ["IMPACT"]

JOULES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5)
BY_DEPARTMENT = ("department",)

IMPACT: tuple[Metric, ...] = (
    *counters("energy", "joules", "Electricity of the data centre", ("tool", "model")),
    *counters("department_energy", "joules", "Electricity by department", BY_DEPARTMENT),
    *counters("water", "liters", "Water consumed", ("tool", "scope"), 90),
    *counters("department_water", "liters", "Water consumed by department", BY_DEPARTMENT),
    *counters("emissions_co2e", "grams", "Greenhouse gases", ("tool", "phase"), 90),
    *counters(
        "department_emissions_co2e", "grams", "Greenhouse gases by department", BY_DEPARTMENT
    ),
    *counters(
        "abiotic_depletion_sbeq",
        "grams",
        "Abiotic depletion of minerals and metals, in antimony equivalent",
        ("tool",),
    ),
    *counters("primary_energy", "joules", "Non-renewable primary energy", ("tool",)),
    Metric(
        "jauge_provider_reported_energy_low_joules_total",
        "counter",
        "Energy as tools report it themselves, low bound; apart from our estimates.",
        ("tool",),
        "joules",
    ),
    Metric(
        "jauge_provider_reported_energy_high_joules_total",
        "counter",
        "Energy as tools report it themselves, high bound.",
        ("tool",),
        "joules",
    ),
    Metric(
        "jauge_request_energy_joules",
        "histogram",
        "Electricity per exchange, central estimate.",
        ("channel",),
        "joules",
        JOULES,
    ),
    Metric(
        "jauge_estimated_requests_total",
        "counter",
        "Exchanges by the quality of their estimate (A disclosed, B computed, C guessed, none); "
        "those of none cost nothing that is known.",
        ("tool", "quality"),
        most_series=160,
    ),
)
