"""Which departments are shown on their own, and which only together with others.

The rule of the product: nothing is shown of a group of fewer than k agents, k being held
against the declared headcount. Departments under k are merged; while the merged group is
itself under k, it takes in the next smallest department. Metrics, reports and exports use
this one function.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["MERGED", "merge_small"]

MERGED = "autres"
"""Name under which merged departments are shown."""


def merge_small(departments: Mapping[str, int], k: int) -> dict[str, str]:
    """The name under which each department is shown: its own, or MERGED.

    `departments` maps a department to its headcount; a headcount that nobody declared is
    0. Where all of them together have fewer than k agents, they are one group, which only
    says what the whole town hall does. A department that is itself called MERGED always
    belongs to that group.
    """
    smallest_first = sorted(departments, key=lambda name: (departments[name], name))
    merged: set[str] = set()
    together = 0
    if MERGED in departments:
        smallest_first.remove(MERGED)
        merged.add(MERGED)
        together = departments[MERGED]
    for name in smallest_first:
        if departments[name] >= k and (not merged or together >= k):
            break
        merged.add(name)
        together += departments[name]
    return {name: MERGED if name in merged else name for name in departments}
