from __future__ import annotations

from typing import Any

import pytest

from proxy.config import Organisation, Settings
from proxy.config.organisation_checks import CHECKS, department_references, nested_networks
from proxy.config.shape import convert


def problems(document: dict[str, Any], settings: dict[str, Any] | None = None) -> dict[str, str]:
    """Key to what was expected, for every check."""
    found = convert(document, Organisation)
    given = convert(settings or {}, Settings)
    return {p.key: p.expected for check in CHECKS for p in check(found, given)}


def departments(*given: dict[str, Any]) -> dict[str, Any]:
    return {"departments": [{"name": f"d{i}"} | one for i, one in enumerate(given)]}


def test_nothing_is_needed() -> None:
    assert problems({}) == {}


def test_what_is_right() -> None:
    document = departments(
        {"networks": ["10.0.0.0/8"], "listeners": ["127.0.0.1:8080"], "credentials": ["a"]},
        {"networks": ["10.1.0.0/16", "2001:db8::/64"]},
    ) | {
        "tools": [{"tool": "chatgpt", "sanction": "tolerated"}],
        "applications": [
            {"name": "a", "department": "d0", "recognise": {"user_agent": "x/"}},
            {"name": "b", "recognise": {"listener": "127.0.0.1:8080", "credential": "b"}},
        ],
        "proxies": ["10.0.0.1"],
    }
    assert problems(document, {"edge": {"htpasswd": "x"}}) == {}


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (
        departments({"name": "État civil"}),
        "departments.0.name",
        "expected a short name of a-z, 0-9 and -",
    ),
    (departments({"name": "unknown"}), "departments.0.name", "this name is reserved"),
    (departments({"name": "autres"}), "departments.0.name", "this name is reserved"),
    (
        departments({"name": "x"}, {"name": "x"}),
        "departments.1.name",
        "this is also departments.0.name",
    ),
    (
        {"tools": [{"tool": "a"}, {"tool": "a"}]},
        "tools.1.tool",
        "this is also tools.0.tool",
    ),
    (departments({"networks": ["10.0.0.1/8"]}), "departments.0.networks.0", "expected a network"),
    ({"proxies": ["x"]}, "proxies.0", "expected a network"),
    (
        departments({"networks": ["10.0.0.0/8"]}, {"networks": ["10.0.0.0/8"]}),
        "departments.1.networks.0",
        "this network is also departments.0.networks.0",
    ),
    (
        departments({"listeners": ["127.0.0.1:1"]}),
        "departments.0.listeners.0",
        "the edge does not listen there",
    ),
    (
        departments({"listeners": ["127.0.0.1:8080"]}, {"listeners": ["127.0.0.1:8080"]}),
        "departments.1.listeners.0",
        "this listening address is also that of departments.0.listeners.0",
    ),
    (
        departments({"credentials": ["a"]}),
        "departments.0.credentials.0",
        "proxy user names need a file of credentials",
    ),
    (
        {"applications": [{"name": "a", "recognise": {"credential": "x"}}]},
        "applications.0.recognise.credential",
        "proxy user names need a file of credentials",
    ),
    (
        {"applications": [{"name": "a", "recognise": {"listener": "127.0.0.1:9"}}]},
        "applications.0.recognise.listener",
        "the edge does not listen there",
    ),
    (
        {"applications": [{"name": "a"}]},
        "applications.0.recognise",
        "nothing says how this application is recognised",
    ),
    (
        departments({})
        | {"applications": [{"name": "a", "department": "d1", "recognise": {"user_agent": "x"}}]},
        "applications.0.department",
        "organisation.yaml has no such department",
    ),
    (
        {"applications": [{"name": "a", "recognise": {"networks": ["x"]}}]},
        "applications.0.recognise.networks.0",
        "expected a network",
    ),
]


@pytest.mark.parametrize(("document", "key", "expected"), WRONG)
def test_what_is_wrong(document: dict[str, Any], key: str, expected: str) -> None:
    assert problems(document) == {key: expected}


def test_a_listener_names_a_department_that_exists() -> None:
    organisation = convert(departments({"name": "finances"}), Organisation)
    settings = convert(
        {"edge": {"listeners": [{"department": "finances"}, {"department": "finance"}]}}, Settings
    )
    (found,) = department_references(organisation, settings)
    assert found.key == "edge.listeners.1.department"
    assert found.remedy == "Did you mean finances?"


def test_networks_inside_those_of_another_department_are_found() -> None:
    organisation = convert(
        departments(
            {"networks": ["10.0.0.0/8", "10.3.0.0/16"]},
            {"networks": ["10.1.0.0/16", "192.168.0.0/24"]},
            {"networks": ["10.1.2.0/24", "2001:db8::/64"]},
        ),
        Organisation,
    )
    assert list(nested_networks(organisation)) == [
        ("d1", "10.1.0.0/16", "d0", "10.0.0.0/8"),
        ("d2", "10.1.2.0/24", "d1", "10.1.0.0/16"),
    ]
