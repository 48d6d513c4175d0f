"""What it costs in energy, water, carbon and minerals: always low, central and high."""

from __future__ import annotations

from dashboards.panel import Board, Panel, Query, Section, bounds, one
from proxy.impact import equivalents

__all__ = ["FOOTPRINT"]

KWH = " / 3600000"
BY_TOOL = '{tool=~"$tool"}'
BY_PAIR = '{tool=~"$tool",model=~"$model"}'
BY_DEPARTMENT = '{department=~"$department"}'


def _increase(metric: str, labels: str, by: str = "") -> str:
    of = f" by ({by})" if by else ""
    return f"sum{of} (increase({metric}{labels}[$period]))"


REQUESTS = 'sum(increase(jauge_estimated_requests_total{tool=~"$tool",quality!="none"}[$period]))'
"""Those with an estimate: a request of which nothing was counted is a gap, and no zero."""
GLASS_L = equivalents.load().thing("glass").figure.value / 1000
"""Litres of a glass of water (config/factors/equivalents.yaml)."""
TOKENS = f"sum(increase(jauge_tokens_total{BY_TOOL}[$period]))"


def _per_glass(infix: str, legend: str) -> Query:
    water = _increase(f"jauge_water{infix}_liters_total", BY_TOOL)
    return Query(f"{GLASS_L:g} * {REQUESTS} / ({water} > 0)", legend)


BANDS = Section(
    "bands",
    (
        Panel(
            "energy_band",
            "band",
            12,
            9,
            bounds(_increase("jauge_energy{b}_joules_total", BY_PAIR) + KWH),
            "kwatth",
            runbook="factors-changed",
        ),
        Panel(
            "emissions_band",
            "band",
            12,
            9,
            bounds(_increase("jauge_emissions_co2e{b}_grams_total", BY_TOOL)),
            "massg",
            runbook="factors-changed",
        ),
        Panel(
            "water_band",
            "band",
            8,
            8,
            bounds(_increase("jauge_water{b}_liters_total", BY_TOOL)),
            "litre",
        ),
        Panel(
            "onsite_water_band",
            "band",
            8,
            8,
            bounds(_increase("jauge_water{b}_liters_total", '{tool=~"$tool",scope="onsite"}')),
            "litre",
        ),
        Panel(
            "hardware_band",
            "band",
            8,
            8,
            bounds(
                _increase("jauge_emissions_co2e{b}_grams_total", '{tool=~"$tool",phase="embodied"}')
            ),
            "massg",
        ),
        Panel(
            "minerals_band",
            "band",
            12,
            8,
            bounds(_increase("jauge_abiotic_depletion_sbeq{b}_grams_total", BY_TOOL)),
            "massg",
        ),
        Panel(
            "primary_energy_band",
            "band",
            12,
            8,
            bounds(_increase("jauge_primary_energy{b}_joules_total", BY_TOOL)),
            "joule",
        ),
    ),
)
EACH = Section(
    "each",
    (
        Panel(
            "energy_per_request",
            "band",
            8,
            8,
            bounds(f"{_increase('jauge_energy{b}_joules_total', BY_TOOL)} / 3600 / {REQUESTS}"),
            "watth",
        ),
        Panel(
            "emissions_per_request",
            "band",
            8,
            8,
            bounds(f"{_increase('jauge_emissions_co2e{b}_grams_total', BY_TOOL)} / {REQUESTS}"),
            "massg",
        ),
        Panel(
            "energy_per_thousand_tokens",
            "band",
            8,
            8,
            bounds(
                f"{_increase('jauge_energy{b}_joules_total', BY_TOOL)} / 3600 / {TOKENS} * 1000"
            ),
            "watth",
        ),
        Panel(
            "requests_per_glass",
            "band",
            24,
            8,
            # Few requests fill a glass where one takes much: the bounds change places.
            (_per_glass("_high", "low"), _per_glass("", "central"), _per_glass("_low", "high")),
        ),
    ),
)
WHOSE = Section(
    "whose",
    (
        Panel(
            "energy_by_tool",
            "table",
            12,
            8,
            bounds(_increase("jauge_energy{b}_joules_total", BY_PAIR, "tool") + KWH),
            "kwatth",
        ),
        Panel(
            "energy_by_department",
            "table",
            12,
            8,
            bounds(
                _increase("jauge_department_energy{b}_joules_total", BY_DEPARTMENT, "department")
                + KWH
            ),
            "kwatth",
        ),
        Panel(
            "emissions_by_department",
            "table",
            12,
            8,
            bounds(
                _increase(
                    "jauge_department_emissions_co2e{b}_grams_total", BY_DEPARTMENT, "department"
                )
            ),
            "massg",
        ),
        Panel(
            "water_by_department",
            "table",
            12,
            8,
            bounds(
                _increase("jauge_department_water{b}_liters_total", BY_DEPARTMENT, "department")
            ),
            "litre",
        ),
        Panel(
            "energy_by_model",
            "table",
            12,
            8,
            bounds(_increase("jauge_energy{b}_joules_total", BY_PAIR, "model") + KWH),
            "kwatth",
        ),
        Panel(
            "reported_energy",
            "table",
            12,
            8,
            (
                *one(
                    _increase("jauge_provider_reported_energy_low_joules_total", BY_TOOL, "tool")
                    + KWH,
                    "low",
                ),
                *one(
                    _increase("jauge_provider_reported_energy_high_joules_total", BY_TOOL, "tool")
                    + KWH,
                    "high",
                ),
            ),
            "kwatth",
        ),
    ),
)
SURE = Section(
    "sure",
    (
        Panel(
            "estimate_quality",
            "bars",
            8,
            8,
            one(
                f"sum by (quality) (increase(jauge_estimated_requests_total{BY_TOOL}[$period]))",
                "{{quality}}",
            ),
        ),
        Panel(
            "factor_set",
            "table",
            8,
            8,
            one("max by (version, date, mix_zone, method) (jauge_factors_info)", "in_use"),
        ),
        Panel(
            "self_energy_band",
            "band",
            8,
            8,
            bounds("sum(increase(jauge_self_energy{b}_joules_total[$period]))" + KWH),
            "kwatth",
        ),
    ),
)

FOOTPRINT = Board("footprint", (BANDS, EACH, WHOSE, SURE))
