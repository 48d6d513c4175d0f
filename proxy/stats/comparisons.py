"""Many comparisons at once: some differ by chance alone."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["benjamini_hochberg"]


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values corrected for their number, in the same order; empty for none.

    Keeping those under 0.05 leaves at most 5 % false ones among the kept, on average:
    Y. Benjamini and Y. Hochberg (1995), Journal of the Royal Statistical Society B 57,
    289-300. Raises ValueError for values outside 0..1.
    """
    if not all(0.0 <= p <= 1.0 for p in p_values):
        raise ValueError("expected every p-value between 0 and 1")
    corrected = [1.0] * len(p_values)
    least = 1.0
    by_size = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank in range(len(by_size), 0, -1):
        place = by_size[rank - 1]
        least = min(least, p_values[place] * (len(by_size) / rank))
        corrected[place] = least
    return tuple(corrected)
