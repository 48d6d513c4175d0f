from __future__ import annotations

import pytest
from msgspec import inspect

from proxy.config import Organisation, Settings
from proxy.config.part import Part
from proxy.config.shape import ShapeError, convert, known_keys, type_of


def problem(document: object, target: type[Part] = Settings) -> tuple[str, str, str]:
    with pytest.raises(ShapeError) as caught:
        convert(document, target)
    found = caught.value.problem
    return found.key, found.expected, found.remedy


@pytest.mark.parametrize(
    ("document", "key", "expected", "remedy"),
    [
        (
            {"edge": {"workers": "x"}},
            "edge.workers",
            "expected a whole number, 0 or more, found text",
            "configuration.md",
        ),
        (
            {"edge": {"workers": -1}},
            "edge.workers",
            "expected a whole number, 0 or more",
            "configuration.md",
        ),
        (
            {"ledger": {"keep_months": 13}},
            "ledger.keep_months",
            "expected a whole number, 1 or more, at most 12",
            "configuration.md",
        ),
        (
            {"edge": {"mode": "transparent"}},
            "edge.mode",
            "expected one of explicit, reverse",
            "configuration.md",
        ),
        (
            {"edge": {"listeners": [{}, {"listen": 80}]}},
            "edge.listeners.1.listen",
            "expected text, found a whole number",
            "between quotes",
        ),
        (
            {"edge": {"levers": ["checks", "chekcs"]}},
            "edge.levers.1",
            "expected one of checks, coalesce, dispatch, headers, options",
            "configuration.md",
        ),
        (
            {"detoxify": {"sha256": "abc"}},
            "detoxify.sha256",
            "expected 64 hex digits in lower case, or nothing",
            "configuration.md",
        ),
        (
            {"detoxify": {"sha256": 12}},
            "detoxify.sha256",
            "expected 64 hex digits in lower case, or nothing, found a whole number",
            "between quotes",
        ),
        (
            {"detoxify": {"model": "a/b"}},
            "detoxify.model",
            "expected a name of letters, digits and . _ - that begins with a letter or a digit",
            "configuration.md",
        ),
        (
            {"edge": {"clients": "10.0.0.0/8"}},
            "edge.clients",
            "expected a list, each item text, found text",
            "Write it as a list",
        ),
        (
            {"edge": [1]},
            "edge",
            "expected a group of keys, found a list",
            "configuration.md",
        ),
        (
            {"edge": {"passthrough_hours": 0}},
            "edge.passthrough_hours",
            "expected a number, above 0",
            "configuration.md",
        ),
    ],
)
def test_a_wrong_value_names_its_key_and_what_was_expected(
    document: object, key: str, expected: str, remedy: str
) -> None:
    found = problem(document)
    assert found[:2] == (key, expected)
    assert remedy in found[2]


@pytest.mark.parametrize(
    ("document", "key", "remedy"),
    [
        ({"edge": {"wrokers": 2}}, "edge.wrokers", "Did you mean workers?"),
        ({"workers": 2}, "workers", "Did you mean edge.workers?"),
        (
            {"listen": "a:1"},
            "listen",
            "Did you mean edge.listen or edge.listeners.0.listen or auditor.listen?",
        ),
        ({"privacy": {"zzz": 2}}, "privacy.zzz", "The keys here are k."),
        ({"edge": {"listeners": [{}, {"port": 1}]}}, "edge.listeners.1.port", "The keys here"),
        ({3: 1}, "3", "The keys here are state_dir"),
    ],
)
def test_an_unknown_key_is_answered_with_the_one_that_was_meant(
    document: object, key: str, remedy: str
) -> None:
    found = problem(document)
    assert found[:2] == (key, "there is no such key")
    assert found[2].startswith(remedy)


def test_a_missing_key_of_a_list_item_is_named() -> None:
    key, expected, _ = problem({"departments": [{"label": "X"}]}, Organisation)
    assert (key, expected) == ("departments.0.name", "this key is missing")


def test_no_value_is_ever_shown() -> None:
    secret = "http://user:hunter2@proxy.example"
    found = problem({"edge": {"workers": secret}}) + problem({"edge": {"mode": secret}})
    assert "hunter2" not in " ".join(found)


def test_keys_without_a_value_keep_their_defaults() -> None:
    document = {"edge": {"workers": None, "clients": None}, "auditor": None, "timezone": None}
    assert convert(document, Settings) == Settings()


def test_every_known_key_has_its_type() -> None:
    shape = inspect.type_info(Settings)
    keys = dict(known_keys(shape))
    assert {"edge.workers", "edge.listeners.0.target", "privacy.k"} <= set(keys)
    for key, field in keys.items():
        assert type_of(shape, key) == field.type
    assert type_of(shape, "edge.workers.deeper") is None
