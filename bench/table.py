"""Rows of dictionaries as a plain-text table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def _cell(value: object) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}"
        case list() | tuple():
            return "–".join(_cell(part) for part in value)
        case _:
            return str(value)


def draw(rows: Sequence[Mapping[str, object]], columns: Sequence[tuple[str, str]]) -> str:
    """The table's lines; `columns` are (key, title), numbers to three significant digits."""
    cells = [[_cell(row.get(key)) for key, _ in columns] for row in rows]
    titles = [title for _, title in columns]
    widths = [
        max(len(title), *(len(line[place]) for line in cells)) if cells else len(title)
        for place, title in enumerate(titles)
    ]

    def line(parts: Sequence[str]) -> str:
        return "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True))

    rule = "  ".join("─" * width for width in widths)
    return "\n".join([line(titles), rule, *(line(row) for row in cells)])
