"""What several sections count."""

from __future__ import annotations

from collections.abc import Callable

from proxy import coverage
from proxy.ledger import FindingTotal
from proxy.report.facts import Facts
from proxy.report.rates import flagged
from proxy.report.slices import Names

__all__ = [
    "answers",
    "flagged",
    "heard",
    "judged",
    "of_staff",
    "sanctioned",
    "scored",
    "tool_label",
]


def tool_label(facts: Facts, tool: str) -> str:
    """The name of a tool; "" where the catalogue knows none."""
    return facts.catalogues.tools.get(tool, "")


def sanctioned(names: Names) -> bool:
    """Whether a cell went to a tool that the charter sanctions."""
    return names["sanction"] == "sanctioned"


def of_staff(names: Names) -> bool:
    """Whether a cell says anything of the staff: what answers residents does not."""
    return names["faces"] != "resident"


def heard(
    facts: Facts, where: Callable[[FindingTotal], bool] = lambda _: True
) -> list[FindingTotal]:
    """Findings about answers that match, of the classifier that was asked most."""
    return [one for one in coverage.heard(facts.findings) if where(one)]


def judged(
    facts: Facts, where: Callable[[FindingTotal], bool] = lambda _: True
) -> list[FindingTotal]:
    """Scored answers that match, by the one version and threshold set that judged most of all.

    Flags of another version, or given at another rate, are another series: never one share.
    """
    return [one for one in coverage.prevailing(heard(facts)) if where(one)]


def answers(facts: Facts) -> int:
    """Requests whose answer a classifier was asked about, or should have been: all of them."""
    return max(facts.now.requests, sum(one.requests for one in heard(facts)))


def scored(facts: Facts, where: Callable[[FindingTotal], bool] = lambda _: True) -> int:
    """Answers that were scored."""
    return sum(one.requests for one in heard(facts, where) if one.basis.status == "scored")
