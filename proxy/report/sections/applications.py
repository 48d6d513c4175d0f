"""Programs that call an LLM: those that answer residents, and those that nobody declared."""

from __future__ import annotations

from proxy.config.organisation import Application
from proxy.exchange import Faces
from proxy.privacy import MERGED
from proxy.report.facts import Facts
from proxy.report.model_uses import Applications, ApplicationUse, UndeclaredClient
from proxy.report.sections.common import flagged, judged, scored, tool_label
from proxy.report.slices import Names, Pot

__all__ = ["applications"]

_ORDER = {"resident": 0, "undeclared": 1, "agent": 2}


def applications(facts: Facts) -> Applications:
    """The section."""
    pots = facts.now.pots(lambda names: names["application"] or None)
    declared = {one.name: one for one in facts.config.organisation.applications}
    seen = _seen_faces(facts)
    lines = [
        _use(facts, name, declared.get(name), seen.get(name, "undeclared"), pots.get(name, Pot()))
        for name in declared.keys() | pots.keys()
    ]
    return Applications(
        declared=tuple(sorted(lines, key=lambda one: (_ORDER[one.faces], -one.requests, one.key))),
        undeclared=_undeclared(facts),
        resident_requests=facts.now.count(lambda names: names["faces"] == "resident"),
        api_requests=facts.now.count(lambda names: names["channel"] == "api"),
    )


def _seen_faces(facts: Facts) -> dict[str, Faces]:
    """Whom applications faced while they were used, for those that are declared no more."""
    faces: dict[str, Faces] = {}
    for names, _ in facts.now.cells:
        if names["application"]:
            faces[names["application"]] = names["faces"]  # type: ignore[assignment]
    return faces


def _use(
    facts: Facts, name: str, declared: Application | None, seen: Faces, pot: Pot
) -> ApplicationUse:
    place = 1  # of by=("tool", "application", "faces")
    many = scored(facts, lambda one: one.key[place] == name)
    of = judged(facts, lambda one: one.key[place] == name)
    faces = declared.faces if declared else seen
    decides = declared.individual_decisions if declared else None
    return ApplicationUse(
        key=name,
        label=(declared.label or "") if declared else "",
        department=_department(facts, declared),
        faces=faces,
        individual_decisions=decides,
        requests=pot.requests,
        whole=facts.now.requests,
        scored=many,
        flagged=flagged(sum(one.flagged_requests for one in of), sum(one.requests for one in of)),
        energy=pot.amount("energy"),
        ghg=pot.amount("ghg"),
        water=pot.amount("water"),
        duties=_duties(faces, decides),
    )


def _department(facts: Facts, declared: Application | None) -> str:
    if declared is None or declared.department is None:
        return ""
    shown = facts.departments.of.get(declared.department, declared.department)
    return MERGED if shown == MERGED else facts.departments.label(shown)


def _duties(faces: Faces, decides: bool | None) -> tuple[str, ...]:  # noqa: FBT001 - declared so
    found = {
        "ai_act_50": faces == "resident",
        "crpa_l311_3_1": decides is True,
        "say_who_reads": faces == "undeclared",
        "say_decisions": decides is None,
    }
    return tuple(name for name, holds in found.items() if holds)


def _undeclared(facts: Facts) -> tuple[UndeclaredClient, ...]:
    def key(names: Names) -> str | None:
        if names["channel"] != "api" or names["application"]:
            return None
        return f"{names['tool']} {facts.departments.shown(names)}"

    found = facts.now.requests_by(key)
    lines = []
    for at, many in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        tool, department = at.split(" ", 1)
        lines.append(
            UndeclaredClient(
                tool=tool,
                label=tool_label(facts, tool),
                department=department,
                department_label=facts.departments.label(department),
                requests=many,
            )
        )
    return tuple(lines)
