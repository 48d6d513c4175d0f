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
    by_set: dict[tuple[str, str], int] = {}
    of = [one for one in heard(facts) if one.basis.status == "scored"]
    for one in of:
        by_set[_set(one)] = by_set.get(_set(one), 0) + one.requests
    most = max(sorted(by_set), key=by_set.__getitem__, default=None)
    return [one for one in of if _set(one) == most and where(one)]


def _set(one: FindingTotal) -> tuple[str, str]:
    return one.basis.version, one.basis.threshold_set


def answers(facts: Facts) -> int:
    """Requests whose answer a classifier was asked about, or should have been: all of them."""
    return max(facts.now.requests, sum(one.requests for one in heard(facts)))


def scored(facts: Facts, where: Callable[[FindingTotal], bool] = lambda _: True) -> int:
    """Answers that were scored."""
    return sum(one.requests for one in heard(facts, where) if one.basis.status == "scored")
