"""Reports to render: made up by hand, marked as simulated."""

from __future__ import annotations

import msgspec

from proxy.records import Range
from proxy.report import keys
from proxy.report.figures import Share, Span, amount
from proxy.report.model import (
    SCHEMA_VERSION,
    FactorSetUse,
    FileHash,
    Method,
    Period,
    Report,
    RestatedMonth,
    Restatement,
)
from proxy.report.model_answers import Bias, Toxicity
from proxy.report.model_cost import Change, Footprint, OwnCost
from proxy.report.model_people import Agents, Decision, Elus, Objective, Reen
from proxy.report.model_uses import Adoption, Applications, Coverage, Incidents, PhaseOf
from tests.support.report_costs import (
    bias,
    change,
    charter,
    exposure,
    figures,
    footprint,
    toxicity,
    water_glass,
)
from tests.support.report_uses import (
    REQUESTS,
    SET,
    applications,
    cost,
    coverage,
    head,
    incidents,
    uses,
)

__all__ = ["empty_report", "example_report", "example_year"]


def example_report() -> Report:
    """A month in which much happened."""
    return Report(
        schema_version=SCHEMA_VERSION,
        head=head(),
        coverage=coverage(),
        uses=uses(),
        adoption=Adoption(
            phase="experimental", rule="adoption-1",
            sanctioned=Share(part=34_210, whole=REQUESTS, unit="requests"),
            equipped=Share(part=4, whole=12, unit="departments"), sanctioned_from=0.5,
            equipped_experimental=0.1, equipped_general=0.5, requests_per_agent=1.0,
            history=(PhaseOf(month="2026-09", phase="diffuse"),),
        ),
        applications=applications(),
        footprint=footprint(),
        glass=water_glass(),
        toxicity=toxicity(),
        bias=bias(),
        change=change(),
        incidents=incidents(),
        own=OwnCost(
            energy=amount("energy", "Wh", Range(2_100.0, 4_300.0, 6_100.0), "own"),
            ghg=amount("ghg", "gCO2e", Range(80.0, 180.0, 300.0), "own"),
            measured=cost("energy", REQUESTS - 310),
            ratio=Span(low=0.01, central=0.069, high=0.31, unit="1", source="own"),
            watched=Share(part=738, whole=745, unit="hours"),
            sources=("estimated",),
        ),
        charter=charter(),
        exposure=exposure(),
        elus=Elus(
            figures=tuple(figures(REQUESTS - 310)),
            resident_applications=("assistant-usagers",),
            decision=Decision(
                origin="proposed", rule="training_gap",
                values={"trained": 212.0, "headcount": 870.0, "target": 0.8},
            ),
        ),
        agents=Agents(
            observe="words", counts_only=("Ressources humaines",), keep_months=6,
            score_prompts=False,
            per_request=tuple(cost(key, 1) for key in ("energy", "water", "ghg")),
            measured=keys.MEASURED, not_measured=keys.NOT_MEASURED, gestures=keys.GESTURES,
            contact="numerique@montexemple.example", dpo="dpo@montexemple.example",
            notice_url="https://www.montexemple.example/ia",
        ),
        method=Method(
            factor_sets=(FactorSetUse(name="2026.11-5507575d", origin="live", requests=47_900),),
            current_set="2026.11-5507575d",
            files=(FileHash(file="factors/method.yaml", sha256="0" * 64),),
            equivalents_release="an invented release",
            classifiers=("embedded/1/t1",),
            rules=("adoption-1", "change-1", "decision-2", "sensitivity-1"),
            restatements=(
                Restatement(number=1, factor_set="2026.11-5507575d", since="2026-08-01",
                            until="2026-10-01", finished="2026-10-12"),
            ),
            restated_months=(
                RestatedMonth(
                    month="2026-09", energy_before=cost("energy", 39_130),
                    energy=cost("energy", 38_200), water_before=cost("water", 39_130),
                    water=cost("water", 38_200), ghg_before=cost("ghg", 39_130),
                    ghg=cost("ghg", 38_200),
                ),
            ),
            rows_kept=True,
        ),
    )  # fmt: skip


def example_year() -> Report:
    """A year with its goals."""
    month = example_report()
    period = Period(
        kind="year",
        name="2026",
        since="2026-01-01T00:00:00+01:00",
        until="2027-01-01T00:00:00+01:00",
        timezone="Europe/Paris",
        months=tuple(f"2026-{n:02d}" for n in range(1, 11)),
        observed_months=tuple(f"2026-{n:02d}" for n in range(2, 11)),
        complete=False,
    )
    goal = Objective(
        id="energie", label_fr="Contenir l’électricité", label_en="Contain electricity",
        indicator="energy_kwh", target=150.0, unit="kWh", year=2026,
        measured=amount("energy_kwh", "kWh", Range(19.0, 62.0, 201.0), SET), reached="unsure",
        direction="at_most", action_fr="Préférer les petits modèles",
        action_en="Prefer small models",
    )  # fmt: skip
    return msgspec.structs.replace(
        month, head=head(period=period), reen=Reen(objectives=(goal,), sources=("reen",))
    )


def empty_report() -> Report:
    """A month of which nothing was recorded."""
    full, none = example_report(), Share(part=0, whole=0, unit="requests")
    nothing = tuple(cost(name, 0, "estimate") for name in keys.QUANTITIES)
    zero = {line.key: 0 for line in full.coverage.lines}
    return msgspec.structs.replace(
        full,
        head=head(empty=True, period=msgspec.structs.replace(head().period, observed_months=())),
        coverage=Coverage(
            lines=tuple(
                msgspec.structs.replace(line, count=zero[line.key], whole=None)
                for line in full.coverage.lines
            ),
            parse=(), tokens=(), words=(), scores=(),
            hours_watched=738.0, hours_with_requests=0, hours=745,
        ),
        uses=msgspec.structs.replace(
            full.uses, requests=0, input_tokens=0, output_tokens=0, reasoning_tokens=0, images=0,
            audio_s=0.0, requests_per_100_agents=0.0, breakdowns=(), trend=(),
        ),
        adoption=msgspec.structs.replace(
            full.adoption, phase="none", sanctioned=none, history=(),
            equipped=Share(part=0, whole=12, unit="departments"),
        ),
        applications=Applications(
            declared=(), undeclared=(), resident_requests=0, api_requests=0
        ),
        footprint=Footprint(
            requests=0, whole=0, totals=nothing, per_request=(), quality=(), tiers=(), places=(),
            sensitivity=(), sensitivity_of=none, equivalents=(), reported=(),
        ),
        glass=msgspec.structs.replace(full.glass, lines=()),
        toxicity=Toxicity(
            measured=False, answers=0, scored=Share(part=0, whole=0, unit="answers"), lines=(),
            tools=(), faces=(), limits=keys.TOXICITY_LIMITS,
        ),
        bias=Bias(measured=False, reason="no_answers", lines=(), limits=keys.BIAS_LIMITS),
        change=Change(
            rule="change-1", before="2026-09", comparable=False, split="no_before",
            requests_before=0, requests=0, lines=(),
        ),
        incidents=Incidents(gaps=(), failures=(), forbidden_requests=0),
        own=msgspec.structs.replace(
            full.own, measured=nothing[0],
            ratio=Span(low=None, central=None, high=None, unit="1", source="own"),
        ),
        method=msgspec.structs.replace(full.method, factor_sets=()),
        charter=msgspec.structs.replace(
            full.charter, sanctioned=none, sanctioned_before=None, tools=(),
            tools_classified=Share(part=0, whole=0, unit="tools"),
        ),
        elus=Elus(
            figures=(), resident_applications=(),
            decision=Decision(origin="none", rule="keep_watching"),
        ),
        agents=msgspec.structs.replace(full.agents, per_request=()),
    )  # fmt: skip
