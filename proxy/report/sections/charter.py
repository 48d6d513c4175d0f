"""Charter and training: what was typed in, beside what was used."""

from __future__ import annotations

from proxy.report.facts import Facts
from proxy.report.figures import Share
from proxy.report.model_people import Charter, ToolPolicyLine
from proxy.report.sections.adoption import sanctioned_share
from proxy.report.sections.common import tool_label

__all__ = ["charter", "trained"]


def charter(facts: Facts) -> Charter:
    """The section."""
    organisation = facts.config.organisation
    used = facts.now.requests_by(lambda names: f"{names['sanction']} {names['tool']}")
    lines = []
    for key, many in sorted(used.items(), key=lambda item: (-item[1], item[0])):
        sanction, tool = key.split(" ", 1)
        lines.append(
            ToolPolicyLine(
                tool=tool, label=tool_label(facts, tool), sanction=sanction, requests=many
            )
        )
    tools = {line.tool for line in lines}
    unknown = {line.tool for line in lines if line.sanction == "unknown"}
    return Charter(
        version=organisation.charter.version or "",
        adopted=organisation.charter.adopted or "",
        tools_classified=Share(part=len(tools - unknown), whole=len(tools), unit="tools"),
        sanctioned=sanctioned_share(facts.now),
        sanctioned_before=sanctioned_share(facts.before) if facts.before.cells else None,
        tools=tuple(lines),
        trained=trained(facts),
        training_target=organisation.training.target,
        training_by=organisation.training.by or "",
    )


def trained(facts: Facts) -> Share | None:
    """Agents trained, of those of the departments that say how many; None where none does."""
    known = [one for one in facts.config.organisation.departments if one.trained is not None]
    if not known:
        return None
    return Share(
        part=sum(one.trained or 0 for one in known),
        whole=sum(one.headcount for one in known),
        unit="agents",
    )
