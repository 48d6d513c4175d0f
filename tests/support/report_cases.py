"""Reports at the edges: one exchange, other factors, gaps, departments that come and go."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from proxy.report import keys
from proxy.report.figures import Share
from proxy.report.model import Report
from proxy.report.model_cost import Change, ChangeLine, Footprint
from proxy.report.model_uses import Breakdown, Incident, UseLine
from tests.support.report_uses import cost, use
from tests.support.reports import empty_report, example_report, example_year

__all__ = ["CASES", "long_names", "one_exchange"]

replace = msgspec.structs.replace


def one_exchange() -> Report:
    """A single request, by one tool, that nobody scored."""
    full, empty = example_report(), empty_report()

    def only(by: str, key: str, label: str = "") -> Breakdown:
        line = use(key, label, 1)
        return Breakdown(by=by, lines=(replace(line, whole=1),))

    one = Share(part=1, whole=1, unit="requests")
    costs = tuple(cost(name, 1) for name in keys.QUANTITIES)
    return replace(
        empty,
        head=full.head,
        uses=replace(
            full.uses,
            requests=1, input_tokens=420, output_tokens=310, reasoning_tokens=0, images=0,
            audio_s=0.0, requests_per_100_agents=100 / 870, merged_departments=0, trend=(),
            breakdowns=(
                only("tool", "albert-api", "Albert API"),
                only("model", "openweight-large"),
                only("department", "dsi", "Systèmes d’information"),
                only("channel", "api"),
                only("sanction", "sanctioned"),
            ),
        ),
        adoption=replace(empty.adoption, phase="diffuse", sanctioned=one),
        coverage=replace(
            empty.coverage,
            lines=tuple(
                replace(line, count=1) if line.key in {"seen", "recorded", "unscored"} else line
                for line in empty.coverage.lines
            ),
            hours_with_requests=1,
        ),
        method=replace(
            full.method, factor_sets=(replace(full.method.factor_sets[0], requests=1),)
        ),
        footprint=Footprint(
            requests=1, whole=1, totals=costs, per_request=costs, quality=(), tiers=(), places=(),
            sensitivity=(), sensitivity_of=Share(part=0, whole=1, unit="requests"),
            equivalents=(), reported=(),
        ),
        glass=replace(full.glass, lines=(replace(full.glass.lines[0], requests=1),), published=()),
        charter=replace(empty.charter, sanctioned=one),
        elus=replace(
            full.elus,
            figures=tuple(
                replace(figure, amount=cost(figure.key, 1), equivalent="")
                for figure in full.elus.figures
            ),
            resident_applications=(),
        ),
        agents=replace(full.agents, per_request=costs),
    )  # fmt: skip


def factors_changed() -> Report:
    """The same uses, dearer by today's figures alone; one old factor set is not at hand."""
    full = example_report()

    def line(quantity: str) -> ChangeLine:
        before, after = cost(quantity, 39_170), cost(quantity, 47_900)
        return ChangeLine(
            quantity=quantity, before=before, after_method=None, after_uses=None, after=after
        )

    return replace(
        full,
        change=Change(
            rule="change-1",
            before="2026-09",
            comparable=True,
            split="factor_set_missing",
            requests_before=39_170,
            requests=48_210,
            lines=tuple(line(quantity) for quantity in ("energy", "water", "ghg")),
            factor_sets_before=("2026.06-0badcafe", "2026.09-0badcafe"),
            factor_sets=("2026.11-5507575d",),
            missing_sets=("2026.06-0badcafe",),
        ),
        method=replace(full.method, rows_kept=False),
    )


def with_gaps() -> Report:
    """An auditor that stood still for days, a full disk, a clock out of step."""
    full = example_report()
    gaps = [
        ("tunnels", 2_100, "connections", ("chatgpt", "copilot"), 22, "2026-10-14", 340),
        ("outbox_lost", 5_000, "records", (), 3, "2026-10-01", 4_200),
        ("record_damaged", 1, "records", (), 1, "2026-10-02", 1),
        ("clock", 7, "requests", ("le-chat",), 1, "2026-10-02", 7),
    ]
    return replace(
        full,
        coverage=replace(full.coverage, hours_watched=400.2),
        own=replace(full.own, watched=replace(full.own.watched, part=400)),
        incidents=replace(
            full.incidents,
            gaps=tuple(
                Incident(
                    key=key, count=count, unit=unit, tools=tools, days=days, worst_day=worst,
                    worst_count=most,
                )
                for key, count, unit, tools, days, worst, most in gaps
            ),
            forbidden_requests=1,
        ),
    )  # fmt: skip


def departments_moved() -> Report:
    """One department is new, one is gone, and more are merged than before."""
    full = example_report()

    def moved(breakdown: Breakdown) -> Breakdown:
        if breakdown.by != "department":
            return breakdown
        lines: list[UseLine] = [
            replace(one, novelty="new", requests_before=0) if one.key == "dsi" else one
            for one in breakdown.lines
        ]
        return replace(breakdown, lines=tuple(lines))

    uses = replace(
        full.uses,
        breakdowns=tuple(moved(one) for one in full.uses.breakdowns),
        merged_departments=5,
    )
    return replace(full, uses=uses)


_LONG = (
    "Direction de la transition numérique, de la relation aux usagers, des archives "
    "municipales et du patrimoine documentaire"
)


def long_names() -> Report:
    """Names as long as a town hall may type them, and many of them."""
    full = example_report()

    def named(breakdown: Breakdown) -> Breakdown:
        lines = [replace(one, label=f"{_LONG} {at}") for at, one in enumerate(breakdown.lines)]
        return replace(breakdown, lines=tuple(lines))

    first = full.applications.declared[0]
    facing = tuple(replace(first, key=f"a{n}", label=f"{_LONG} {n}") for n in range(6))
    return replace(
        full,
        head=replace(full.head, organisation="Communauté d’agglomération de " + _LONG),
        uses=replace(full.uses, breakdowns=tuple(named(one) for one in full.uses.breakdowns)),
        applications=replace(full.applications, declared=facing),
        agents=replace(
            full.agents,
            counts_only=(_LONG, _LONG),
            contact=_LONG,
            dpo=_LONG,
            notice_url="https://www.example.org/" + "a" * 60,
        ),
        elus=replace(
            full.elus,
            decision=replace(
                full.elus.decision, origin="typed", text_fr=_LONG * 2, text_en=_LONG * 2
            ),
        ),
    )


def crowded() -> Report:
    """Many of everything, and a decision that somebody wrote at length."""
    full = example_report()
    by = {one.by: one.lines[0] for one in full.uses.breakdowns}
    many = tuple(
        Breakdown(
            by=name,
            lines=tuple(replace(line, key=f"{name}-{n}", label=f"{name} {n}") for n in range(40)),
        )
        for name, line in by.items()
        if name in {"tool", "model", "department"}
    )
    rest = tuple(one for one in full.uses.breakdowns if one.by not in {of.by for of in many})
    application, client = full.applications.declared[0], full.applications.undeclared[0]
    exposed = full.exposure.departments[0]
    return replace(
        full,
        uses=replace(full.uses, breakdowns=(*many, *rest)),
        applications=replace(
            full.applications,
            declared=tuple(replace(application, key=f"a{n}") for n in range(30)),
            undeclared=tuple(replace(client, tool=f"t{n}") for n in range(30)),
        ),
        exposure=replace(
            full.exposure,
            departments=tuple(replace(exposed, key=f"d{n}", label=f"d{n}") for n in range(40)),
        ),
        incidents=replace(full.incidents, gaps=full.incidents.gaps * 10),
        footprint=replace(
            full.footprint,
            places=full.footprint.places * 4,
            sensitivity=tuple(
                replace(line, factor=factor)
                for line in full.footprint.sensitivity[::3]
                for factor in keys.FACTORS
            ),
        ),
        toxicity=replace(full.toxicity, tools=full.toxicity.tools * 4),
        bias=replace(full.bias, lines=full.bias.lines * 20, comparisons=full.bias.comparisons * 20),
        elus=replace(
            full.elus,
            decision=replace(
                full.elus.decision, origin="typed", text_fr=_LONG * 20, text_en=_LONG * 20
            ),
        ),
    )


CASES: dict[str, Callable[[], Report]] = {
    "month": example_report,
    "year": example_year,
    "empty": empty_report,
    "one-exchange": one_exchange,
    "factors-changed": factors_changed,
    "gaps": with_gaps,
    "departments": departments_moved,
    "long-names": long_names,
    "crowded": crowded,
}
