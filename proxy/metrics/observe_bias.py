"""What answers say of people, as metrics: the few sums that a curve over time can show.

The month's figures, with their intervals, are made from the ledger; these counters only show
that counting goes on and where it moves. Keys are those of proxy.bias.KEYS; a test holds the
two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.metrics.store import Metrics
from proxy.records import Finding

__all__ = ["GENDER", "LEAST_MENTIONS", "observe_bias"]

type _Sums = Mapping[str, float]


def _of(*terms: tuple[str, int]) -> Callable[[_Sums], float]:
    return lambda sums: sum(sign * sums.get(key, 0.0) for key, sign in terms)


GENDER: Mapping[str, Callable[[_Sums], float]] = {
    "women": _of(("gendered/women.x", 1)),
    "men": _of(("gendered.n", 1), ("gendered/women.x", -1)),
    "generic_masculine": _of(("forms.n", 1), ("forms/inclusive.x", -1)),
    "paired": _of(("forms/paired.x", 1)),
    "epicene": _of(("forms/inclusive.x", 1), ("forms/paired.x", -1)),
    "title_feminised": _of(("titles/feminised.x", 1)),
    "title_not_feminised": _of(("titles.n", 1), ("titles/feminised.x", -1)),
}
"""Kind of mention to its count in an answer's sums."""

LEAST_MENTIONS = 5
"""Answers that must name a group before the counter moves, as many as a month's figures want
(proxy.bias.month; a test holds the two together)."""

_GROUP, _COUNT, _NONE = "group/", ".n", "group/none.n"


def observe_bias(metrics: Metrics, tool: str, finding: Finding) -> None:
    """Count what one answer of a tool said of people."""
    sums = finding.bias
    for kind, count in GENDER.items():
        found = count(sums)
        if found > 0:
            metrics.add("jauge_gender_mentions_total", (tool, finding.language, kind), found)
    for key, found in sums.items():
        if key.startswith(_GROUP) and key.endswith(_COUNT) and key != _NONE:
            group = key.removeprefix(_GROUP).removesuffix(_COUNT)
            labels = (tool, finding.language, group)
            metrics.add_held("jauge_group_mentions_total", labels, found, LEAST_MENTIONS)
