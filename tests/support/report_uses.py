"""Made-up coverage, uses and applications of a report."""

from __future__ import annotations

import msgspec

from proxy.records import Range
from proxy.report import keys
from proxy.report.figures import Amount, Share, amount
from proxy.report.model import Head, Period
from proxy.report.model_uses import (
    Applications,
    ApplicationUse,
    Breakdown,
    Coverage,
    CoverageLine,
    Incident,
    Incidents,
    TrendPoint,
    UndeclaredClient,
    UseLine,
    Uses,
)

SET = "estimate/2026.11-5507575d"
REQUESTS = 48_210
FACES = {"undeclared": 34_000, "resident": 9_000, "agent": 5_210}
PER_REQUEST = {
    "energy": Range(0.41, 1.3, 4.2),
    "water_onsite": Range(0.02, 0.9, 4.1),
    "water_electricity": Range(0.4, 2.6, 9.8),
    "water": Range(0.42, 3.5, 13.9),
    "ghg_use": Range(0.03, 0.11, 0.9),
    "ghg_hardware": Range(0.01, 0.03, 0.1),
    "ghg": Range(0.04, 0.14, 1.0),
    "adpe": Range(1e-10, 4e-10, 2e-9),
    "primary_energy": Range(0.004, 0.013, 0.05),
}


def cost(quantity: str, requests: float, source: str = SET) -> Amount:
    one = PER_REQUEST[quantity]
    span = Range(one.low * requests, one.central * requests, one.high * requests)
    return amount(quantity, keys.QUANTITIES[quantity], span, source)


def use(key: str, label: str, requests: int, before: int | None = None, **more: object) -> UseLine:
    line = UseLine(
        key=key,
        label=label,
        requests=requests,
        whole=REQUESTS,
        input_tokens=requests * 420,
        output_tokens=requests * 310,
        energy=cost("energy", requests),
        water=cost("water", requests),
        ghg=cost("ghg", requests),
        requests_before=before,
    )
    return msgspec.structs.replace(line, **more)


def split(by: str, *lines: UseLine) -> Breakdown:
    assert sum(line.requests for line in lines) == REQUESTS, by
    return Breakdown(by=by, lines=lines)


def head(**changes: object) -> Head:
    base = Head(
        organisation="Ville de Montexemple",
        simulated=True,
        period=Period(
            kind="month",
            name="2026-10",
            since="2026-10-01T00:00:00+02:00",
            until="2026-11-01T00:00:00+01:00",
            timezone="Europe/Paris",
            months=("2026-10",),
            observed_months=("2026-10",),
            complete=True,
        ),
        data_until="2026-11-01T00:00:00+01:00",
        empty=False,
        k=5,
        product_version="0.1.0",
    )
    return msgspec.structs.replace(base, **changes)


def coverage() -> Coverage:
    def line(key: str, count: int, unit: str = "requests", whole: int | None = REQUESTS) -> object:
        return CoverageLine(key=key, count=count, unit=unit, whole=whole)

    def group(name: str, **counts: int) -> tuple[CoverageLine, ...]:
        return tuple(
            CoverageLine(key=f"{name}/{key}", count=many, unit="requests", whole=REQUESTS)
            for key, many in counts.items()
        )

    main = (
        line("seen", 61_400, whole=None),
        line("recorded", REQUESTS, whole=61_400),
        line("undecrypted", 2_310, "connections", None),
        line("passed", 13_100, whole=61_400),
        line("unparsed", 1_204),
        line("without_impact", 310),
        line("unscored", 9_120, "answers"),
        line("lost", 12, "records", REQUESTS + 12),
    )
    return Coverage(
        lines=main,  # type: ignore[arg-type]
        parse=group("parse", ok=47_006, partial=804, unknown_format=400),
        tokens=group("tokens", reported=39_000, counted=4_000, estimated=4_900, none=310),
        words=group("words", sent=39_400, off=8_000, dropped=110, empty=700),
        scores=group("scores", scored=39_090, off=8_000, too_short=420, language=700),
        hours_watched=738.5,
        hours_with_requests=341,
        hours=745,
    )


def trend() -> tuple[TrendPoint, ...]:
    months = [*(f"2025-{n:02d}" for n in (10, 11, 12)), *(f"2026-{n:02d}" for n in range(1, 11))]
    points = []
    for place, month in enumerate(months):
        requests = 0 if place == 2 else 4_000 + 3_400 * place + (10 if place == 12 else 0)
        requests = REQUESTS if place == 12 else requests
        points.append(
            TrendPoint(
                month=month,
                observed=place != 2,
                requests=requests,
                sanctioned=Share(
                    part=requests * (20 + 4 * place) // 100, whole=requests, unit="requests"
                ),
                energy=cost("energy", requests),
                water=cost("water", requests),
                ghg=cost("ghg", requests),
                phase="none" if place == 2 else "diffuse" if place < 7 else "experimental",
                gaps=place * 40,
                factor_sets=("2026.11-5507575d",),
            )
        )
    return tuple(points)


def uses() -> Uses:
    return Uses(
        requests=REQUESTS,
        input_tokens=REQUESTS * 420,
        output_tokens=REQUESTS * 310,
        reasoning_tokens=1_200_000,
        images=212,
        audio_s=8_400.0,
        headcount=870,
        requests_per_100_agents=REQUESTS / 8.7,
        breakdowns=(
            split(
                "tool",
                use("le-chat", "Le Chat", 20_000, 15_000),
                use("chatgpt", "ChatGPT", 14_000, 16_000),
                use("albert-api", "Albert API", 12_210, 8_000),
                use("mistral-api", "API Mistral", 2_000, 0, novelty="new"),
                use("deepseek", "DeepSeek", 0, 130, novelty="gone"),
            ),
            split(
                "model",
                use("mistral-medium-latest", "", 22_000, 15_000),
                use("gpt-5.5", "", 14_000, 16_000),
                use("openweight-large", "", 11_900, 8_000),
                use("", "", 310, 130),
            ),
            split(
                "department",
                use("communication", "Communication", 21_000, 18_000, headcount=9),
                use("accueil-citoyen", "Accueil et état civil", 18_000, 15_000, headcount=31),
                use("dsi", "Systèmes d'information", 5_210, 4_000, headcount=18),
                use("autres", "", 3_000, 1_500, headcount=7),
                use("unknown", "", 1_000, 630),
                use("urbanisme", "Urbanisme et habitat", 0, 40, headcount=24, novelty="gone"),
            ),
            split("channel", use("web", "", 30_000), use("api", "", 16_000), use("ide", "", 2_210)),
            split(
                "sanction",
                use("sanctioned", "", 34_210, 23_000),
                use("tolerated", "", 14_000, 16_000),
                use("forbidden", "", 0, 130, novelty="gone"),
            ),
            split("operation", use("chat", "", 48_000), use("image", "", 210)),
            split("faces", *(use(key, "", many) for key, many in FACES.items())),
            split("status", use("ok", "", 47_000), use("client_error", "", 1_210)),
        ),
        trend=trend(),
        merged_departments=2,
        tools_unclassified=(),
    )


def applications() -> Applications:
    def one(key: str, label: str, requests: int, flagged: int, **more: object) -> ApplicationUse:
        base = ApplicationUse(
            key=key,
            label=label,
            department="Accueil et état civil",
            faces="resident",
            individual_decisions=None,
            requests=requests,
            whole=REQUESTS,
            scored=requests * 9 // 10,
            flagged=Share(
                part=flagged, whole=requests * 9 // 10, unit="answers", low=0.0, high=0.001
            ),
            energy=cost("energy", requests),
            ghg=cost("ghg", requests),
            water=cost("water", requests),
        )
        return msgspec.structs.replace(base, **more)

    return Applications(
        declared=(
            one(
                "assistant-usagers", "Assistant du site internet", 9_000, 3,
                duties=("ai_act_50", "say_decisions"),
            ),
            one(
                "reponse-courrier", "Aide à la réponse aux courriers", 5_210, 0,
                faces="agent", department="Direction générale des services",
                individual_decisions=True, duties=("crpa_l311_3_1",),
            ),
            one("recherche", "Recherche dans les délibérations", 0, 0, faces="agent",
                department="autres", individual_decisions=False),
        ),
        undeclared=(
            UndeclaredClient(
                tool="mistral-api", label="API Mistral", department="dsi",
                department_label="Systèmes d'information", requests=1_790,
            ),
        ),
        resident_requests=9_000,
        api_requests=16_000,
    )  # fmt: skip


def incidents() -> Incidents:
    return Incidents(
        gaps=(
            Incident(key="tunnels", count=2_100, unit="connections", tools=("chatgpt", "copilot"),
                     days=22, worst_day="2026-10-14", worst_count=340),
            Incident(key="record_lost", count=12, unit="records", tools=(), days=1,
                     worst_day="2026-10-03", worst_count=12),
        ),
        failures=(
            Incident(key="status/client_error", count=1_210, unit="requests",
                     tools=("chatgpt",), days=0, worst_day="", worst_count=0),
        ),
        forbidden_requests=0,
    )  # fmt: skip
