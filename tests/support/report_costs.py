"""Made-up costs, answers and declarations of a report."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.records import Range
from proxy.report import keys
from proxy.report.figures import Amount, Share, Span, amount
from proxy.report.model_answers import (
    Bias,
    BiasComparison,
    BiasLine,
    Prevalence,
    Toxicity,
    ToxicityClass,
    ToxicityLine,
    ToxicityOf,
)
from proxy.report.model_cost import (
    Change,
    ChangeLine,
    EquivalentLine,
    Footprint,
    FootprintLine,
    GlassLine,
    GlassOfWater,
    PublishedFigure,
    Reported,
    SensitivityLine,
)
from proxy.report.model_people import (
    Charter,
    ElusFigure,
    Exposure,
    ExposureClass,
    ExposureLine,
    ToolPolicyLine,
)
from tests.support.report_uses import REQUESTS, SET, cost


def footprint() -> Footprint:
    def part(key: str, requests: int) -> FootprintLine:
        return FootprintLine(
            key=key,
            requests=requests,
            whole=REQUESTS - 310,
            energy=cost("energy", requests),
            water=cost("water", requests),
            ghg=cost("ghg", requests),
        )

    def drives(factor: str, low: float, high: float, part: float) -> SensitivityLine:
        return SensitivityLine(
            quantity="energy", factor=factor, low=low, high=high, low_now=0.3, high_now=3.2,
            share=part,
            source="factors/method.yaml",
        )  # fmt: skip

    priced = REQUESTS - 310
    ghg = cost("ghg", priced)
    car = amount(
        "ghg", "gCO2e", Range(142.25341, 142.25341, 142.25341), "equivalents/car_thermal_km"
    )
    glass = amount("water", "mL", Range(200.0, 200.0, 200.0), "equivalents/glass")
    water = cost("water", priced)
    return Footprint(
        requests=priced,
        whole=REQUESTS,
        totals=tuple(cost(name, priced) for name in keys.QUANTITIES),
        per_request=tuple(cost(name, 1) for name in keys.QUANTITIES),
        quality=(part("A", 0), part("B", 33_900), part("C", 14_000)),
        tiers=(part("2", 33_900), part("3", 14_000)),
        places=(part("FRA", 12_210), part("SWE", 21_690), part("USA", 14_000)),
        sensitivity=(
            drives("utilisation", 0.6, 2.2, 0.55),
            drives("model_method", 0.7, 1.6, 0.3),
            drives("pue", 0.95, 1.15, 0.15),
        ),
        sensitivity_of=Share(part=priced - 210, whole=priced, unit="requests"),
        equivalents=(
            EquivalentLine(
                id="car_thermal_km", of="ghg", low=ghg.low / car.central,
                central=ghg.central / car.central, high=ghg.high / car.central, unit="km", each=car,
            ),
            EquivalentLine(
                id="glass", of="water", low=water.low / 200, central=water.central / 200,
                high=water.high / 200, unit="1", each=glass,
            ),
        ),
        reported=(
            Reported(
                quantity="energy", unit="kWh", requests=9_000, whole=REQUESTS, low=7.2, high=21.0,
                estimated=cost("energy", 12_210), estimated_requests=12_210,
            ),
        ),
    )  # fmt: skip


def water_glass() -> GlassOfWater:
    def line(tool: str, label: str, requests: int) -> GlassLine:
        return GlassLine(
            tool=tool,
            label=label,
            requests=requests,
            onsite=cost("water_onsite", 1),
            total=cost("water", 1),
            per_glass_onsite=Span(low=48.8, central=222.2, high=None, unit="requests", source=SET),
            per_glass_total=Span(low=14.4, central=57.1, high=476.2, unit="requests", source=SET),
        )

    return GlassOfWater(
        glass=amount("water", "mL", Range(200.0, 200.0, 200.0), "equivalents/glass"),
        lines=(line("", "", REQUESTS - 310), line("le-chat", "Le Chat", 20_000)),
        published=(
            PublishedFigure(
                id="invented", value=0.5, unit="mL", per_glass=400.0, scope="water on site",
                scope_fr="eau sur site", source="an invented source, for tests",
            ),
        ),
    )  # fmt: skip


def flagged(part: int, whole: int, low: float, high: float) -> Share:
    return Share(part=part, whole=whole, unit="answers", low=low, high=high)


def toxicity() -> Toxicity:
    def line(
        language: str, answers: int, scored: int, part: int, low: float | None
    ) -> ToxicityLine:
        state = "below_detection" if low is None else "at_least"
        rate = flagged(part, scored, 0.0 if part == 0 else 0.0006, 0.0019)
        return ToxicityLine(
            classifier="embedded",
            version="1",
            threshold_set="t1",
            language=language,
            answers=answers,
            flagged=rate,
            classes=(ToxicityClass(key="toxicity", flagged=rate),),
            prevalence=Prevalence(
                state=state, low=low, false_positive_rate=0.001, false_positive_high=0.0035,
                benign_answers=460, source="thresholds/embedded (2026-11-27)",
            ),
            windows_scored=scored * 3,
            windows=answers * 3,
        )  # fmt: skip

    return Toxicity(
        measured=True,
        answers=48_210,
        scored=Share(part=39_090, whole=48_210, unit="answers"),
        lines=(
            line("fr", 46_000, 37_500, 41, 0.0002),
            line("en", 2_210, 1_590, 0, None),
        ),
        tools=(
            ToxicityOf(key="le-chat", label="Le Chat", answers=20_000,
                       flagged=flagged(21, 17_000, 0.0008, 0.0019)),
            ToxicityOf(key="chatgpt", label="ChatGPT", answers=14_000,
                       flagged=flagged(17, 12_000, 0.0009, 0.0023)),
        ),
        faces=(
            ToxicityOf(key="resident", label="", answers=9_000,
                       flagged=flagged(3, 8_100, 0.0001, 0.0011)),
        ),
        limits=keys.TOXICITY_LIMITS,
    )  # fmt: skip


def bias() -> Bias:
    return Bias(
        measured=True,
        reason="",
        lines=(
            BiasLine(
                key="masculine_generic", language="fr", version="1",
                counted=Share(part=3_911, whole=9_870, unit="answers", low=0.387, high=0.406),
            ),
            BiasLine(
                key="gendered/women", language="fr", version="1", note="apart",
                counted=Share(part=2_204, whole=6_120, unit="mentions", low=0.339, high=0.382),
                reference=0.61, reference_source="Rapport social unique 2025",
            ),
            BiasLine(
                key="titles/feminised", language="fr", version="1", note="within",
                counted=Share(part=118, whole=121, unit="mentions", low=0.93, high=1.0),
                reference=1.0, reference_source="hce",
            ),
        ),
        limits=keys.BIAS_LIMITS,
        comparisons=(
            BiasComparison(
                key="about/women/care", language="fr", tool="", tool_label="",
                state="measured", part=61,
                whole=840, other_part=33, other_whole=1_102, ratio=2.43, low=1.58, high=3.72,
                p_adjusted=0.0004, differs=True, version="1",
            ),
            BiasComparison(
                key="group/old/insult", language="fr", tool="le-chat", tool_label="Le Chat",
                state="not_distinguishable", part=2, whole=310, other_part=14,
                other_whole=9_200, ratio=4.24, low=0.97, high=18.6, p_adjusted=0.21,
                differs=False, version="1",
            ),
        ),
        too_few=31,
        not_claimed=112,
    )  # fmt: skip


def change() -> Change:
    def line(quantity: str) -> ChangeLine:
        stages = [cost(quantity, many) for many in (39_130, 38_200, 49_400, REQUESTS - 310)]
        unit = keys.QUANTITIES[quantity]

        def part(at: int) -> Amount:
            new, old = stages[at], stages[at - 1]
            span = Range(new.low - old.low, new.central - old.central, new.high - old.high)
            return amount(quantity, unit, span, SET)

        return ChangeLine(
            quantity=quantity, before=stages[0], after_method=stages[1], after_uses=stages[2],
            after=stages[3], method=part(1), uses=part(2), models=part(3),
        )  # fmt: skip

    return Change(
        rule="change-1",
        before="2026-09",
        comparable=True,
        split="done",
        requests_before=39_170,
        requests=REQUESTS,
        lines=tuple(line(quantity) for quantity in ("energy", "water", "ghg")),
        factor_sets_before=("2026.09-0badcafe",),
        factor_sets=("2026.11-5507575d",),
    )


def charter() -> Charter:
    return Charter(
        version="2",
        adopted="2026-03-02",
        tools_classified=Share(part=4, whole=4, unit="tools"),
        sanctioned=Share(part=34_210, whole=REQUESTS, unit="requests"),
        sanctioned_before=Share(part=23_000, whole=39_130, unit="requests"),
        tools=(
            ToolPolicyLine(tool="le-chat", label="Le Chat", sanction="sanctioned", requests=20_000),
            ToolPolicyLine(tool="chatgpt", label="ChatGPT", sanction="tolerated", requests=14_000),
        ),
        trained=Share(part=212, whole=870, unit="agents"),
        training_target=0.8,
        training_by="2027-06-30",
    )


def exposure() -> Exposure:
    def touched(low: float, central: float, high: float) -> Amount:
        return amount("agents", "agents", Range(low, central, high), "exposure")

    def category(name: str, central: float) -> Amount:
        return amount(name, "1", Range(central, central, central), "exposure")

    def line(key: str, label: str, filiere: str, heads: int, trained: int) -> ExposureLine:
        return ExposureLine(
            key=key, label=label, filiere=filiere, headcount=heads, category_a=0.2, category_b=0.3,
            category_c=0.5, women=0.61, touched=touched(heads * 0.36, heads * 0.36, heads * 0.36),
            trained=Share(part=trained, whole=heads, unit="agents"), requests=18_000,
            requests_per_100_agents=1_800_000 / heads,
            trained_per_touched=Span(low=0.5, central=0.5, high=0.5, unit="1", source="exposure"),
        )  # fmt: skip

    shares = {"untouched": 0.55, "little": 0.25, "concerned": 0.15, "very": 0.05}
    return Exposure(
        declared=True,
        classes=tuple(ExposureClass(key=key, share=value) for key, value in shares.items()),
        category_a=category("category_a", 0.8),
        category_b=category("category_b", 0.25),
        category_c=category("category_c", 0.25),
        source="INET, April 2024",
        urls=("https://archimag.com/",),
        checked="2026-11-23",
        corrections=("office_clerks", "administrative"),
        departments=(line("accueil-citoyen", "Accueil et état civil", "administrative", 31, 12),),
        filieres=(line("administrative", "", "administrative", 31, 12),),
        whole=line("", "", "", 870, 212),
    )


def figures(requests: int) -> Sequence[ElusFigure]:
    best = {"ghg": "car_thermal_km", "water": "glass", "energy": ""}
    return [
        ElusFigure(key=key, amount=cost(key, requests), equivalent=best[key])
        for key in ("ghg", "water", "energy")
    ]
