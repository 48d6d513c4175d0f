"""One recorded exchange, with its impact and its finding, as metrics."""

from __future__ import annotations

from collections.abc import Mapping

from proxy.exchange import Exchange
from proxy.metrics.metric import three_names
from proxy.metrics.observe_bias import observe_bias
from proxy.metrics.opentelemetry import observe_opentelemetry
from proxy.metrics.store import Metrics
from proxy.records import Finding, Impact, Range

__all__ = ["UNKNOWN", "observe_exchange", "observe_finding"]

UNKNOWN = "unknown"
"""Department of traffic that could not be placed, or is not in the configuration."""

J_PER_WH = 3600.0
J_PER_KWH = 3.6e6
L_PER_ML = 0.001
G_PER_KG = 1000.0
J_PER_MJ = 1e6


FLAGGED = "jauge_toxicity_flagged_total"
ENERGY = three_names("energy", "joules")
DEPARTMENT_ENERGY = three_names("department_energy", "joules")
WATER = three_names("water", "liters")
DEPARTMENT_WATER = three_names("department_water", "liters")
ABIOTIC_DEPLETION = three_names("abiotic_depletion_sbeq", "grams")
PRIMARY_ENERGY = three_names("primary_energy", "joules")
EMISSIONS_CO2E = three_names("emissions_co2e", "grams")
DEPARTMENT_EMISSIONS_CO2E = three_names("department_emissions_co2e", "grams")


def observe_exchange(
    metrics: Metrics,
    exchange: Exchange,
    impact: Impact | None,
    finding: Finding | None,
    departments: Mapping[str, str],
) -> None:
    """Count one exchange. `departments`: name to the name it is shown under.

    A finding that comes later than its exchange is counted by `observe_finding`.
    """
    department = departments.get(exchange.department, UNKNOWN)
    with metrics.together():
        _requests(metrics, exchange, department)
        _tokens(metrics, exchange, department)
        _reported(metrics, exchange)
        quality = impact.quality if impact else "none"
        metrics.add("jauge_estimated_requests_total", (exchange.tool, quality))
        if impact is not None:
            _impact(metrics, exchange, impact, department)
        if metrics.opentelemetry:
            observe_opentelemetry(metrics, exchange)
        if finding is not None:
            observe_finding(metrics, exchange.tool, finding)


def _requests(metrics: Metrics, exchange: Exchange, department: str) -> None:
    tool = exchange.tool
    metrics.add("jauge_requests_total", (tool, department, exchange.channel, exchange.status))
    metrics.add("jauge_parsed_requests_total", (tool, exchange.parse_status))
    metrics.add("jauge_policy_requests_total", (exchange.sanction, exchange.faces))
    metrics.add("jauge_tool_requests_total", (tool, exchange.sanction))
    metrics.add("jauge_department_requests_total", (department, exchange.sanction))
    if exchange.channel == "api":
        declared = "undeclared" if exchange.application is None else "declared"
        metrics.add("jauge_api_requests_total", (tool, declared))
    metrics.add("jauge_images_total", (tool,), exchange.images or 0)
    metrics.add("jauge_audio_seconds_total", (tool,), exchange.audio_s or 0)
    metrics.add("jauge_body_bytes_total", (tool, "request"), exchange.request_bytes)
    metrics.add("jauge_body_bytes_total", (tool, "response"), exchange.response_bytes)
    metrics.observe("jauge_request_duration_seconds", (tool,), exchange.duration_s)
    if exchange.time_to_first_byte_s is not None:
        first_byte = exchange.time_to_first_byte_s
        metrics.observe("jauge_time_to_first_byte_seconds", (tool,), first_byte)


def _tokens(metrics: Metrics, exchange: Exchange, department: str) -> None:
    tool, model = exchange.tool, metrics.model(exchange.model)
    counts = (
        ("input", exchange.input_tokens, exchange.input_source),
        ("output", exchange.output_tokens, exchange.output_source),
    )
    for direction, count, source in counts:
        metrics.add("jauge_tokens_total", (tool, model, direction, source), count or 0)
        metrics.add("jauge_department_tokens_total", (department, direction), count or 0)
    metrics.add("jauge_reasoning_tokens_total", (tool, model), exchange.reasoning_tokens or 0)
    metrics.add("jauge_cache_tokens_total", (tool, "read"), exchange.cache_read_tokens or 0)
    metrics.add("jauge_cache_tokens_total", (tool, "write"), exchange.cache_write_tokens or 0)
    if exchange.output_tokens is not None:
        metrics.observe("jauge_output_tokens", (exchange.channel,), exchange.output_tokens)


def _reported(metrics: Metrics, exchange: Exchange) -> None:
    reported = exchange.reported
    if reported is None:
        return
    # A zero means unknown: the other end then stands for both, as in the ledger.
    known = [end for end in (reported.energy_min_kwh, reported.energy_max_kwh) if end and end > 0]
    for name, ends in (("low", min), ("high", max)):
        if known:
            total = f"jauge_provider_reported_energy_{name}_joules_total"
            metrics.add(total, (exchange.tool,), ends(known) * J_PER_KWH)


def _impact(metrics: Metrics, exchange: Exchange, impact: Impact, department: str) -> None:
    tool, model = exchange.tool, metrics.model(exchange.model)
    energy = impact.energy_wh
    onsite, electricity = impact.water_onsite_ml, impact.water_electricity_ml
    use, hardware = impact.ghg_use_gco2e, impact.ghg_hardware_gco2e
    _ranged(metrics, ENERGY, (tool, model), energy, J_PER_WH)
    _ranged(metrics, DEPARTMENT_ENERGY, (department,), energy, J_PER_WH)
    _ranged(metrics, WATER, (tool, "onsite"), onsite, L_PER_ML)
    _ranged(metrics, WATER, (tool, "electricity"), electricity, L_PER_ML)
    _ranged(metrics, EMISSIONS_CO2E, (tool, "usage"), use)
    _ranged(metrics, EMISSIONS_CO2E, (tool, "embodied"), hardware)
    _ranged(metrics, ABIOTIC_DEPLETION, (tool,), impact.adpe_kgsb, G_PER_KG)
    _ranged(metrics, PRIMARY_ENERGY, (tool,), impact.primary_energy_mj, J_PER_MJ)
    for part in (onsite, electricity):
        _ranged(metrics, DEPARTMENT_WATER, (department,), part, L_PER_ML)
    for part in (use, hardware):
        _ranged(metrics, DEPARTMENT_EMISSIONS_CO2E, (department,), part)
    central = energy.central * J_PER_WH
    metrics.observe("jauge_request_energy_joules", (exchange.channel,), central)


def _ranged(
    metrics: Metrics,
    names: tuple[str, str, str],
    labels: tuple[str, ...],
    quantity: Range,
    factor: float = 1.0,
) -> None:
    low, central, high = names
    metrics.add(low, labels, quantity.low * factor)
    metrics.add(central, labels, quantity.central * factor)
    metrics.add(high, labels, quantity.high * factor)


def observe_finding(metrics: Metrics, tool: str, finding: Finding) -> None:
    """Count what a classifier said of one answer of a tool, or why it said nothing."""
    classifier, language = finding.classifier, finding.language
    with metrics.together():
        metrics.add("jauge_analysis_total", (classifier, finding.status))
        if finding.status != "scored":
            return
        metrics.add("jauge_scored_answers_total", (tool, language, classifier))
        toxicity = finding.scores.get("toxicity", 0.0)
        metrics.observe("jauge_toxicity_score", (classifier, language), toxicity)
        of_set = (language, classifier, finding.threshold_set)
        metrics.touch(FLAGGED, (tool, "toxicity", *of_set))
        for category in finding.flags:
            metrics.add(FLAGGED, (tool, category, *of_set))
        observe_bias(metrics, tool, finding)
