"""Rows of cells as a plain-text table."""

from __future__ import annotations

from collections.abc import Container, Sequence

__all__ = ["draw", "span"]

LEAST = 0.001
"""Below it, a figure is only said to be below it."""


def span(*bounds: float | None) -> str:
    """A range, each bound to two significant digits; a dash where there is none."""
    if None in bounds:
        return "—"
    return " – ".join(_figure(bound) for bound in bounds if bound is not None)


def _figure(value: float) -> str:
    """Two significant digits, without an exponent; what is smaller than any use as "<0.001"."""
    if 0 < value < LEAST:
        return f"<{LEAST}"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    digits = max(0, 1 - int(exponent))
    return f"{float(mantissa) * 10 ** int(exponent):,.{digits if value else 0}f}"


def draw(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Container[int] = (),
    total: bool = False,
) -> str:
    """The table's lines. `right`: columns of numbers; `total`: a rule before the last row."""
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]

    def line(parts: Sequence[str]) -> str:
        cells = (
            part.rjust(width) if place in right else part.ljust(width)
            for place, (part, width) in enumerate(zip(parts, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    rule = "  ".join("─" * width for width in widths)
    lines = [line(titles), rule, *map(line, rows)]
    if total:
        lines.insert(-1, rule)
    return "\n".join(lines)
