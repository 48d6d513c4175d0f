from __future__ import annotations

import msgspec
import pytest

from proxy.exchange import ReportedFootprint
from proxy.metrics import METRICS, Metrics
from proxy.metrics.observe import observe_exchange, observe_finding
from proxy.records import Finding
from tests.support.ledger import impact, plain

DEPARTMENTS = {"voirie": "voirie", "cabinet": "autres"}


def _observed(**changes: object) -> Metrics:
    metrics = Metrics(models=["mistral-large"])
    exchange = msgspec.structs.replace(plain(), **changes)
    observe_exchange(metrics, exchange, None, None, DEPARTMENTS)
    return metrics


def test_an_exchange_is_counted_by_tool_department_channel_and_status() -> None:
    metrics = _observed(department="voirie", status="client_error", request_bytes=7)
    assert metrics.values("jauge_requests_total") == {
        ("le-chat", "voirie", "api", "client_error"): 1.0
    }
    assert metrics.value("jauge_parsed_requests_total", ("le-chat", "ok")) == 1
    assert metrics.value("jauge_policy_requests_total", ("unknown", "undeclared")) == 1
    assert metrics.values("jauge_tool_requests_total") == {("le-chat", "unknown"): 1.0}
    assert metrics.values("jauge_department_requests_total") == {("voirie", "unknown"): 1.0}
    assert metrics.values("jauge_body_bytes_total") == {("le-chat", "request"): 7.0}
    assert metrics.value("jauge_estimated_requests_total", ("le-chat", "none")) == 1
    assert metrics.histograms("jauge_request_duration_seconds")["le-chat",][1] == 1.5
    assert metrics.histograms("jauge_time_to_first_byte_seconds") == {}


@pytest.mark.parametrize(
    ("department", "shown"),
    [("voirie", "voirie"), ("cabinet", "autres"), ("unknown", "unknown"), ("gone", "unknown")],
)
def test_departments_are_shown_as_privacy_allows(department: str, shown: str) -> None:
    metrics = _observed(department=department)
    assert {labels[1] for labels in metrics.values("jauge_requests_total")} == {shown}
    assert metrics.value("jauge_department_tokens_total", (shown, "input")) == 100


def test_tokens_keep_their_source_and_parts_are_apart() -> None:
    metrics = _observed(
        model="mistral-large",
        output_source="counted",
        reasoning_tokens=20,
        cache_read_tokens=30,
        cache_write_tokens=4,
    )
    assert metrics.values("jauge_tokens_total") == {
        ("le-chat", "mistral-large", "input", "reported"): 100.0,
        ("le-chat", "mistral-large", "output", "counted"): 50.0,
    }
    assert metrics.values("jauge_reasoning_tokens_total") == {("le-chat", "mistral-large"): 20.0}
    assert metrics.values("jauge_cache_tokens_total") == {
        ("le-chat", "read"): 30.0,
        ("le-chat", "write"): 4.0,
    }
    assert metrics.histograms("jauge_output_tokens")["api",][1] == 50


@pytest.mark.parametrize(
    ("application", "channel", "counted"),
    [
        (None, "api", {("le-chat", "undeclared"): 1.0}),
        ("assistant-demarches", "api", {("le-chat", "declared"): 1.0}),
        (None, "web", {}),
    ],
)
def test_programs_are_counted_by_whether_they_are_declared(
    application: str | None, channel: str, counted: dict[tuple[str, str], float]
) -> None:
    metrics = _observed(application=application, channel=channel)
    assert metrics.values("jauge_api_requests_total") == counted


def test_unknown_counts_add_nothing() -> None:
    metrics = _observed(input_tokens=None, output_tokens=None)
    assert metrics.values("jauge_tokens_total") == {}
    assert sum(metrics.histograms("jauge_output_tokens")["api",][0]) == 0


def test_models_of_no_catalogue_are_other() -> None:
    metrics = _observed(model="my-secret-model")
    assert {labels[1] for labels in metrics.values("jauge_tokens_total")} == {"other"}


def test_images_and_audio_are_counted() -> None:
    metrics = _observed(images=3, audio_s=2.5)
    assert metrics.value("jauge_images_total", ("le-chat",)) == 3
    assert metrics.value("jauge_audio_seconds_total", ("le-chat",)) == 2.5


@pytest.mark.parametrize("unknown", [0.0, None])
def test_a_zero_that_a_tool_reports_means_unknown(unknown: float | None) -> None:
    metrics = _observed(reported=ReportedFootprint(energy_min_kwh=unknown, energy_max_kwh=0.003))
    name = "jauge_provider_reported_energy_{}_joules_total"
    bounds = [metrics.value(name.format(one), ("le-chat",)) for one in ("low", "high")]
    assert bounds == pytest.approx([10_800, 10_800])
    nothing = _observed(reported=ReportedFootprint(energy_min_kwh=unknown, energy_max_kwh=unknown))
    assert nothing.values(name.format("low")) == nothing.values(name.format("high")) == {}


def test_what_a_tool_reports_is_kept_apart() -> None:
    reported = ReportedFootprint(energy_min_kwh=0.001, energy_max_kwh=0.003)
    metrics = _observed(reported=reported)
    name = "jauge_provider_reported_energy_{}_joules_total"
    assert metrics.value(name.format("low"), ("le-chat",)) == pytest.approx(3600)
    assert metrics.value(name.format("high"), ("le-chat",)) == pytest.approx(10800)
    assert metrics.values("jauge_energy_joules_total") == {}


@pytest.mark.parametrize(("bound", "infix"), [("low", "_low"), ("central", ""), ("high", "_high")])
def test_an_impact_is_counted_with_its_range_in_base_units(bound: str, infix: str) -> None:
    metrics = Metrics()
    one = impact()
    observe_exchange(metrics, plain(department="voirie"), one, None, DEPARTMENTS)

    def of(name: str) -> float:
        return float(getattr(getattr(one, name), bound))

    def counted(stem: str, unit: str, *labels: str) -> float:
        return metrics.value(f"jauge_{stem}{infix}_{unit}_total", labels)

    assert counted("energy", "joules", "le-chat", "other") == pytest.approx(of("energy_wh") * 3600)
    assert counted("department_energy", "joules", "voirie") == pytest.approx(of("energy_wh") * 3600)
    assert counted("water", "liters", "le-chat", "onsite") == pytest.approx(
        of("water_onsite_ml") / 1000
    )
    assert counted("water", "liters", "le-chat", "electricity") == pytest.approx(
        of("water_electricity_ml") / 1000
    )
    assert counted("department_water", "liters", "voirie") == pytest.approx(
        (of("water_onsite_ml") + of("water_electricity_ml")) / 1000
    )
    assert counted("abiotic_depletion_sbeq", "grams", "le-chat") == pytest.approx(
        of("adpe_kgsb") * 1000
    )
    assert counted("primary_energy", "joules", "le-chat") == pytest.approx(
        of("primary_energy_mj") * 1e6
    )
    assert counted("emissions_co2e", "grams", "le-chat", "usage") == pytest.approx(
        of("ghg_use_gco2e")
    )
    assert counted("emissions_co2e", "grams", "le-chat", "embodied") == pytest.approx(
        of("ghg_hardware_gco2e")
    )
    assert counted("department_emissions_co2e", "grams", "voirie") == pytest.approx(
        of("ghg_use_gco2e") + of("ghg_hardware_gco2e")
    )
    assert metrics.value("jauge_estimated_requests_total", ("le-chat", "B")) == 1


def test_a_finding_is_counted_with_its_flags() -> None:
    metrics = Metrics()
    found = Finding(
        classifier="embedded-lexicon",
        version="1",
        threshold_set="t1",
        language="fr",
        scores={"toxicity": 0.9, "insult": 0.9},
        flags=("toxicity", "insult"),
    )
    observe_exchange(metrics, plain(), None, found, {})
    assert metrics.value("jauge_analysis_total", ("embedded-lexicon", "scored")) == 1
    assert metrics.values("jauge_toxicity_flagged_total") == {
        ("le-chat", flag, "fr", "embedded-lexicon", "t1"): 1.0 for flag in ("toxicity", "insult")
    }
    assert metrics.values("jauge_scored_answers_total") == {
        ("le-chat", "fr", "embedded-lexicon"): 1.0
    }
    assert metrics.histograms("jauge_toxicity_score")["embedded-lexicon", "fr"][1] == 0.9


def test_a_finding_that_comes_later_is_counted_the_same() -> None:
    found = Finding(
        classifier="c", version="1", language="en", scores={"toxicity": 0.2}, windows_scored=1
    )
    at_once, later = Metrics(), Metrics()
    observe_exchange(at_once, plain(), impact(), found, {})
    observe_exchange(later, plain(), impact(), None, {})
    assert later.values("jauge_scored_answers_total") == {}
    observe_finding(later, "le-chat", found)
    for name in ("jauge_analysis_total", "jauge_scored_answers_total"):
        assert later.values(name) == at_once.values(name)


def test_an_answer_that_is_not_flagged_starts_the_count_at_0() -> None:
    metrics = Metrics()
    found = Finding(
        classifier="c", version="1", threshold_set="t", language="fr", scores={"toxicity": 0.1}
    )
    observe_finding(metrics, "le-chat", found)
    flagged = metrics.values("jauge_toxicity_flagged_total")
    assert flagged == {("le-chat", "toxicity", "fr", "c", "t"): 0.0}


def test_a_finding_without_scores_is_counted_by_its_reason_alone() -> None:
    metrics = Metrics()
    found = Finding(classifier="embedded-lexicon", version="1", status="lost")
    observe_exchange(metrics, plain(), None, found, {})
    assert metrics.value("jauge_analysis_total", ("embedded-lexicon", "lost")) == 1
    assert metrics.histograms("jauge_toxicity_score") == {}


def test_a_busy_year_of_a_large_town_stays_within_the_budget_of_series() -> None:
    metrics = Metrics(models=[f"m{number}" for number in range(60)])
    departments = {f"d{number}": f"d{number}" for number in range(30)}
    found = Finding(
        classifier="c", version="1", language="fr", scores={"toxicity": 0.9}, flags=("toxicity",)
    )
    for number in range(4000):
        exchange = plain(
            tool=f"tool{number % 40}",
            department=f"d{(number * 7) % 30}",
            model=f"m{(number % 40) * 3 // 2 % 60}",
            channel=("web", "api", "ide")[number % 3],
            time_to_first_byte_s=0.1,
            cache_read_tokens=1,
            reasoning_tokens=1,
            status=("ok", "ok", "ok", "aborted")[number % 4],
        )
        observe_exchange(metrics, exchange, impact(), found, departments)
    series = 0
    for metric in METRICS:
        if metric.kind == "histogram":
            series += len(metrics.histograms(metric.name)) * (len(metric.buckets) + 3)
        else:
            series += len(metrics.values(metric.name))
    assert series < 10_000
