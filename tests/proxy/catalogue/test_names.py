from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.catalogue.entry import Entry, Host, Match
from proxy.catalogue.names import NameIndex, normal, problem_with


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        ("example.org:8443", "example.org"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("192.0.2.1:80", "192.0.2.1"),
        ("mairie-h\u00e9nin.fr", "xn--mairie-hnin-ibb.fr"),
        ("\u00e9" * 70 + ".fr", ""),
        ("a" * 256, ""),
        ("", ""),
    ],
)
def test_normal(written: str, expected: str) -> None:
    assert normal(written) == expected


@given(st.text(max_size=300))
def test_normal_takes_any_text(text: str) -> None:
    once = normal(text)
    assert once == once.lower() or not once.isascii()
    _index(("example.org", "suffix"), ("api-*.example.org", "glob")).find(once)


def _index(*patterns: tuple[str, Match]) -> NameIndex:
    host = Host("tool", "provider", 1, decrypt=True, channel="api")
    return NameIndex(Entry(pattern, match, host) for pattern, match in patterns)


def _found(index: NameIndex, name: str) -> tuple[str, str | None] | None:
    found = index.find(name)
    return (found[0].pattern, found[1]) if found else None


def test_the_most_precise_pattern_wins() -> None:
    index = _index(
        ("example.org", "suffix"),
        ("*.example.org", "glob"),
        ("api-*.eu.example.org", "glob"),
        ("api-1.eu.example.org", "exact"),
    )
    assert _found(index, "api-1.eu.example.org") == ("api-1.eu.example.org", None)
    assert _found(index, "api-2.eu.example.org") == ("api-*.eu.example.org", "2")
    assert _found(index, "www.eu.example.org") == ("*.example.org", "www.eu")
    assert _found(index, "example.org") == ("example.org", None)
    assert _found(index, "anexample.org") is None
    assert _found(index, "example.org.evil.net") is None


def test_a_leading_star_is_labels_and_an_inner_star_part_of_one() -> None:
    index = _index(("*.a.org", "glob"), ("x.*.b.org", "glob"), ("*-y.c.org", "glob"))
    assert _found(index, "1.2.a.org") == ("*.a.org", "1.2")
    assert _found(index, "a.org") is None
    assert _found(index, "x.1.b.org") == ("x.*.b.org", "1")
    assert _found(index, "x.1.2.b.org") is None
    assert _found(index, "1-y.c.org") == ("*-y.c.org", "1")
    assert _found(index, "-y.c.org") is None


@pytest.mark.parametrize(
    ("pattern", "match"),
    [
        ("example.org", "exact"),
        ("localhost", "exact"),
        ("10.0.0.1", "exact"),
        ("fd00::1", "exact"),
        ("example.org", "suffix"),
        ("*.example.org", "glob"),
        ("a-*.b.example.org", "glob"),
    ],
)
def test_well_formed(pattern: str, match: Match) -> None:
    assert problem_with(pattern, match) is None


@pytest.mark.parametrize(
    ("pattern", "match"),
    [
        ("Example.org", "exact"),
        ("https://example.org", "exact"),
        ("example.org:443", "exact"),
        ("example.org/v1", "exact"),
        ("*.example.org", "exact"),
        (".example.org", "suffix"),
        ("fd00::1", "suffix"),
        ("example.org", "glob"),
        ("example.*", "glob"),
        ("*", "glob"),
        ("exa mple.*.org", "glob"),
    ],
)
def test_ill_formed(pattern: str, match: Match) -> None:
    assert "host name" in (problem_with(pattern, match) or "")
