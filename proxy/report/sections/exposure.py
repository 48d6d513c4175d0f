"""Use and training against the exposure of posts, from typed aggregates alone.

Nothing here is inferred from traffic, and nothing is said of fewer than k agents:
departments are merged as everywhere, and filières are sums of what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from proxy.config.organisation import Department
from proxy.impact.figures import Figure
from proxy.impact.ranges import scaled, total
from proxy.privacy import MERGED
from proxy.report.facts import Facts
from proxy.report.figures import Amount, Share, Span, amount
from proxy.report.model_people import Exposure, ExposureClass, ExposureLine
from proxy.report.sections.common import of_staff
from proxy.report.slices import Names

__all__ = ["exposure"]


def exposure(facts: Facts) -> Exposure:
    """The section; without lines where organisation.yaml declares no aggregates."""
    study = facts.catalogues.exposure
    everyone = facts.config.organisation.departments
    declared = any(_categories([one]) or one.filiere for one in everyone)
    return Exposure(
        declared=declared,
        classes=tuple(ExposureClass(key=key, share=value) for key, value in study.classes.items()),
        category_a=_share("category_a", study.touched.a),
        category_b=_share("category_b", study.touched.b),
        category_c=_share("category_c", study.touched.c),
        source=study.source,
        urls=study.urls,
        checked=study.checked.isoformat(),
        corrections=study.corrections,
        departments=_departments(facts) if declared else (),
        filieres=_filieres(facts) if declared else (),
        whole=_line(facts, "", everyone, facts.now.count(of_staff)) if declared else None,
    )


def _share(quantity: str, figure: Figure) -> Amount:
    return amount(quantity, figure.unit, figure.range, "exposure")


def _requests(facts: Facts) -> dict[str, int]:
    """Requests of each department's own staff, by its shown name."""

    def key(names: Names) -> str | None:
        return facts.departments.shown(names) if of_staff(names) else None

    return facts.now.requests_by(key)


def _departments(facts: Facts) -> tuple[ExposureLine, ...]:
    declared = {one.name: one for one in facts.config.organisation.departments}
    requests = _requests(facts)
    lines = []
    for shown in facts.departments.headcounts:
        members = [declared[name] for name in facts.departments.members(shown)]
        if members:
            lines.append(
                _line(facts, shown, members, requests.get(shown, 0), facts.departments.label(shown))
            )
    return tuple(sorted(lines, key=lambda one: (-one.requests, one.key)))


def _filieres(facts: Facts) -> tuple[ExposureLine, ...]:
    """Departments, as they are shown, by their declared filière.

    A filière is a sum of lines that are shown too: taking those away from it must not leave
    a department under k. So merged departments stay one line of their own.
    """
    declared = {one.name: one for one in facts.config.organisation.departments}
    requests = _requests(facts)
    members: dict[str, list[Department]] = {}
    used: dict[str, int] = {}
    for shown in facts.departments.headcounts:
        of = [declared[name] for name in facts.departments.members(shown)]
        name = MERGED if shown == MERGED else _filiere_of(of)
        if of and name:
            members.setdefault(name, []).extend(of)
            used[name] = used.get(name, 0) + requests.get(shown, 0)
    lines = [_line(facts, name, of, used[name]) for name, of in members.items()]
    return tuple(sorted(lines, key=lambda one: (-one.requests, one.key)))


def _line(
    facts: Facts, key: str, members: Sequence[Department], requests: int, label: str = ""
) -> ExposureLine:
    heads = sum(one.headcount for one in members)
    shares, touched = _categories(members), _touched(facts, members)
    trained = _trained(members)
    women = _mean((one.women, one.headcount) for one in members)
    return ExposureLine(
        key=key,
        label=label,
        filiere=_filiere_of(members),
        headcount=heads,
        category_a=shares[0] if shares else None,
        category_b=shares[1] if shares else None,
        category_c=shares[2] if shares else None,
        women=women,
        touched=touched,
        trained=trained,
        requests=requests,
        requests_per_100_agents=100 * requests / heads if heads else None,
        trained_per_touched=_per_touched(trained, touched),
    )


def _filiere_of(members: Sequence[Department]) -> str:
    found = {one.filiere or "" for one in members}
    return found.pop() if len(found) == 1 else "mixed"


def _categories(members: Sequence[Department]) -> tuple[float, float, float] | None:
    """Shares weighted with headcounts; None unless every member declares them."""
    parts = [(one.categories, one.headcount) for one in members]
    if not members or any(of.a + of.b + of.c == 0 for of, _ in parts):
        return None
    heads = sum(many for _, many in parts)
    if not heads:
        return None
    return (
        sum(of.a * many for of, many in parts) / heads,
        sum(of.b * many for of, many in parts) / heads,
        sum(of.c * many for of, many in parts) / heads,
    )


def _touched(facts: Facts, members: Sequence[Department]) -> Amount | None:
    """Agents whose posts the study would call touched: headcount by category times its share."""
    shares = _categories(members)
    if shares is None:
        return None
    heads, study = sum(one.headcount for one in members), facts.catalogues.exposure.touched
    parts = zip(shares, (study.a, study.b, study.c), strict=True)
    span = total(*(scaled(figure.range, heads * share) for share, figure in parts))
    return amount("agents", "agents", span, "exposure")


def _trained(members: Sequence[Department]) -> Share | None:
    if not members or any(one.trained is None for one in members):
        return None
    return Share(
        part=sum(one.trained or 0 for one in members),
        whole=sum(one.headcount for one in members),
        unit="agents",
    )


def _mean(parts: Iterable[tuple[float | None, int]]) -> float | None:
    known = list(parts)
    heads = sum(many for _, many in known)
    if not heads or any(value is None for value, _ in known):
        return None
    return sum((value or 0.0) * many for value, many in known) / heads


def _per_touched(trained: Share | None, touched: Amount | None) -> Span | None:
    if trained is None or touched is None or touched.low <= 0:
        return None
    return Span(
        low=trained.part / touched.high,
        central=trained.part / touched.central,
        high=trained.part / touched.low,
        unit="1",
        source="exposure",
    )
