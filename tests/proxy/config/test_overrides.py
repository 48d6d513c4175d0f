from __future__ import annotations

import pytest

from proxy.config import ConfigError
from proxy.config.overrides import apply, parse_override


def applied(document: dict[str, object], *texts: str) -> dict[str, object]:
    for text in texts:
        apply(document, parse_override(text))
    return document


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("edge.workers=2", {"edge": {"workers": 2}}),
        ("edge.clients=[10.0.0.0/8, '::1']", {"edge": {"clients": ["10.0.0.0/8", "::1"]}}),
        ("edge.clients.0=10.0.0.0/8", {"edge": {"clients": ["10.0.0.0/8"]}}),
        ("edge.listeners.0.listen=a:1", {"edge": {"listeners": [{"listen": "a:1"}]}}),
        ("edge.parent=http://u:p=w@h:1", {"edge": {"parent": "http://u:p=w@h:1"}}),
        ("edge.listen=[::1]:8080", {"edge": {"listen": "[::1]:8080"}}),
        ("edge.target=", {"edge": {"target": None}}),
        ("timezone=no", {"timezone": "no"}),
    ],
)
def test_a_value_lands_at_its_dotted_key(text: str, document: dict[str, object]) -> None:
    assert applied({}, text) == document


def test_the_last_one_wins_and_lists_grow_by_one() -> None:
    document = applied(
        {"edge": {"clients": ["a"], "workers": 4}},
        "edge.workers=2",
        "edge.workers=3",
        "edge.clients.1=b",
        "edge.clients.0=c",
    )
    assert document == {"edge": {"clients": ["c", "b"], "workers": 3}}


@pytest.mark.parametrize("text", ["edge.clients.5=a", "edge.clients.x=a", "edge.clients.9.x=a"])
def test_a_place_that_a_list_does_not_have(text: str) -> None:
    with pytest.raises(ConfigError, match="numbered from 0") as caught:
        applied({"edge": {"clients": ["a"]}}, text)
    assert caught.value.file == f"--set {text.partition('=')[0]}"


@pytest.mark.parametrize("text", ["edge.workers", "=2", "edge..x=2", ".x=1", ""])
def test_what_is_no_override(text: str) -> None:
    with pytest.raises(ConfigError, match=r"Write, for example, --set edge\.workers=2"):
        parse_override(text)


def test_several_listeners_replace_the_short_form_and_the_other_way_round() -> None:
    short: dict[str, object] = {"edge": {"listen": "a:1", "mode": "reverse", "target": "https://x"}}
    assert applied(short, "edge.listeners.0.listen=b:2") == {
        "edge": {"listeners": [{"listen": "b:2"}]}
    }
    several: dict[str, object] = {"edge": {"listeners": [{"listen": "b:2"}]}}
    assert applied(several, "edge.listen=a:1") == {"edge": {"listen": "a:1"}}
