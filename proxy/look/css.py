"""The look as CSS: colours as custom properties, sizes of type, and what charts need."""

from __future__ import annotations

from collections.abc import Mapping

from proxy.look.palette import DARK, LIGHT

__all__ = ["SCALE", "tokens"]

SCALE = {
    "small": "0.8125rem",
    "text": "1rem",
    "lead": "1.125rem",
    "h3": "1.0625rem",
    "h2": "1.375rem",
    "h1": "2rem",
    "figure": "2.125rem",
}
"""Sizes of type by use."""

_CHART = """\
.c-text{fill:var(--ink)}.c-soft{fill:var(--soft)}.c-axis{stroke:var(--edge)}
.c-grid{stroke:var(--line)}.c-band{fill:var(--band);stroke:var(--accent)}.c-central{fill:var(--accent)}
.c-line{stroke:var(--accent)}.c-page{fill:var(--card)}.c-cut{stroke:var(--card)}
"""
_SERIES = "".join(
    f".c-fill-{n}{{fill:var(--series-{n})}}.c-stroke-{n}{{stroke:var(--series-{n})}}\n"
    for n in range(1, 6)
)


def _properties(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())


def tokens(*, dark: bool = True) -> str:
    """Custom properties for both schemes, and the classes of charts.

    `dark` False leaves the dark scheme out. Print is always light.
    """
    sizes = "".join(f"--size-{name}:{value};" for name, value in SCALE.items())
    families = (
        '--font:"Inter",system-ui,"Segoe UI",Roboto,Arial,sans-serif;'
        '--font-display:"Inter Display","Inter",system-ui,"Segoe UI",Roboto,Arial,sans-serif;'
    )
    light = f":root{{color-scheme:light{' dark' if dark else ''};{_properties(LIGHT)}"
    rules = [f"{light}{sizes}{families}}}\n"]
    if dark:
        rules.append(
            f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(DARK)}}}}}\n"
        )
    return "".join((*rules, _CHART, _SERIES))
