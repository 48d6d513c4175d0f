"""The tokens are whole, and the reader's scheme is followed."""

from __future__ import annotations

import re

from proxy.look import DARK, LIGHT, SCALE, tokens


def test_each_colour_and_size_is_a_property() -> None:
    css = tokens()
    for name, value in LIGHT.items():
        assert f"--{name}:{value};" in css
    for name, value in DARK.items():
        assert f"--{name}:{value};" in css.partition("prefers-color-scheme:dark")[2]
    assert all(f"--size-{name}:{value};" in css for name, value in SCALE.items())


def test_the_dark_scheme_can_be_left_out() -> None:
    assert "prefers-color-scheme" not in tokens(dark=False)


def test_what_is_used_is_defined() -> None:
    css = tokens()
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", css)) <= set(
        re.findall(r"--([a-z0-9-]+):", css)
    )
