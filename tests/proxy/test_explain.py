from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from proxy.config import SHIPPED, ConfigError, load
from proxy.explain import Subject, explain, notes
from proxy.references import load_catalogue


def subject(folder: Path, settings: dict[str, Any], organisation: dict[str, Any]) -> Subject:
    (folder / "jauge.yaml").write_text(yaml.safe_dump(settings))
    (folder / "organisation.yaml").write_text(yaml.safe_dump(organisation))
    config = load(folder / "jauge.yaml", environ={})
    return Subject(config, load_catalogue(config))


def section(text: str, title: str) -> list[str]:
    """The points of one section, each on one line."""
    block = next(part for part in text.split("\n\n") if part.startswith(f"{title}\n"))
    joined = " ".join(block.splitlines()[1:])
    return [" ".join(point.split()) for point in joined.split("  - ") if point.strip()]


def test_the_whole_of_a_configuration(tmp_path: Path) -> None:
    text = explain(
        subject(
            tmp_path,
            {
                "edge": {
                    "listeners": [
                        {"listen": "10.0.0.5:8080"},
                        {
                            "listen": "10.0.0.5:8081",
                            "mode": "reverse",
                            "target": "https://api.mistral.ai",
                            "department": "dsi",
                        },
                    ],
                    "clients": ["10.0.0.0/8"],
                    "parent": "http://user:hunter2@parent.example:3128",
                },
                "ledger": {"keep_months": 1, "url": "sqlite:////srv/ledger.sqlite?key=hunter2"},
                "catalogue": {"enable": ["compar-ia"], "disable": ["grok"]},
                "impact": {"own_hosts": [{"tool": "ollama-cloud", "zone": "FRA"}]},
            },
            {
                "departments": [
                    {"name": "dsi", "headcount": 20},
                    {"name": "cabinet", "headcount": 4, "networks": ["10.0.1.0/24"]},
                    {
                        "name": "rh",
                        "headcount": 9,
                        "networks": ["10.0.2.0/24"],
                        "observe": "counts",
                    },
                ],
                "tools": [{"tool": "chatgpt", "sanction": "tolerated"}],
                "applications": [
                    {"name": "bot", "faces": "resident", "recognise": {"user_agent": "bot/"}},
                ],
            },
        )
    )
    assert section(text, "Listens on") == [
        "10.0.0.5:8080: proxy",
        "10.0.0.5:8081: base URL in place of https://api.mistral.ai, all of it of department dsi",
        "127.0.0.1:9464: page, metrics and health, for this machine only",
    ]
    assert section(text, "Serves") == ["clients in 10.0.0.0/8 and this machine, nobody else"]
    assert section(text, "Reaches the services")[0] == (
        "through the proxy parent.example:3128, with credentials"
    )
    decrypted = section(text, "Decrypts")
    assert "compar-ia" in decrypted[0]
    assert "grok" not in decrypted[0]
    assert decrypted[1:3] == [
        "among them on your demand: compar-ia",
        "not decrypted on your demand: grok",
    ]
    assert section(text, "Reads of the words")[1] == "but counts only for the departments rh"
    assert section(text, "Shows departments") == [
        "on their own: dsi (20)",
        "together as “autres” (13 agents): cabinet (4), rh (9)",
        "no group of fewer than 5 agents is shown",
    ]
    assert section(text, "Knows applications") == ["1 answer residents directly: bot"]
    assert section(text, "Charter")[0] == "tolerated: chatgpt"
    assert section(text, "Runs on your own machines") == [
        "ollama-cloud: estimated with the electricity of FRA"
    ]
    assert section(text, "Keeps")[0] == "one row of counts per exchange for 1 month"
    assert section(text, "Keeps")[2] == "in the database of ledger.url (sqlite)"
    assert section(text, "Worth a second look") == [
        "clients reach a base URL unencrypted: keep it to networks that you trust"
    ]
    assert "hunter2" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_nothing_configured_is_explained_too(tmp_path: Path) -> None:
    text = explain(subject(tmp_path, {}, {}))
    assert section(text, "Serves") == ["programs on this machine only"]
    assert section(text, "Reaches the services")[0] == "directly"
    assert "Shows departments" not in text
    assert "Charter" not in text
    assert "Worth a second look" not in text


def test_counts_only(tmp_path: Path) -> None:
    found = subject(
        tmp_path,
        {"content": {"observe": "counts"}},
        {
            "departments": [{"name": "dsi", "headcount": 9, "observe": "words"}],
            "tools": [
                {"tool": "le-chat", "observe": "words"},
                {"tool": "chatgpt", "observe": "counts"},
            ],
        },
    )
    words = section(explain(found), "Reads of the words")
    assert words[:3] == [
        "nothing: no text leaves the edge's parser, only counts do",
        "but answers are scored for the departments dsi",
        "but counts only for the tools chatgpt, whatever the department",
    ]


def test_what_is_worth_a_second_look(tmp_path: Path) -> None:
    found = subject(
        tmp_path,
        {},
        {
            "departments": [
                {"name": "a", "headcount": 50, "networks": ["10.0.0.0/8"]},
                {"name": "b", "networks": ["10.1.0.0/16"]},
                {"name": "c", "headcount": 7},
            ],
            "tools": [{"tool": "deepl"}],
            "applications": [{"name": "x", "recognise": {"user_agent": "x"}}],
        },
    )
    assert list(notes(found)) == [
        "10.1.0.0/16 of b lies inside 10.0.0.0/8 of a: the smaller network wins",
        "without a headcount, hence never shown on their own: b",
        "nothing says whose traffic is theirs: c",
        "departments have networks, but only this machine is served: they will not be seen",
        (
            "the charter names them, but they are only seen, not measured: deepl "
            "(catalogue.enable adds those of tier 2)"
        ),
        "say whom they answer (faces: agent or resident): x",
    ]


def test_a_base_url_of_which_nothing_is_measured(tmp_path: Path) -> None:
    targets = [
        "https://api.mistral.ai",
        "https://10.20.0.15:8000",
        "https://www.deepl.com",
        "https://api.openai.com",
    ]
    off = {"catalogue": {"disable": ["openai-api"]}}
    listeners = [
        {"listen": f"127.0.0.1:{8081 + n}", "mode": "reverse", "target": target}
        for n, target in enumerate(targets)
    ]
    found = subject(tmp_path, {"edge": {"listeners": listeners}, **off}, {})
    assert list(notes(found)) == [
        (
            "nothing is measured of what passes 127.0.0.1:8082: the catalogue does not know "
            "10.20.0.15 (docs/howto/add-a-provider.md)"
        ),
        (
            "nothing is measured of what passes 127.0.0.1:8083: www.deepl.com is only seen "
            "(see catalogue.enable and catalogue.disable)"
        ),
        (
            "nothing is measured of what passes 127.0.0.1:8084: api.openai.com is only seen "
            "(see catalogue.enable and catalogue.disable)"
        ),
    ]


def test_an_unknown_tool_is_a_mistake_of_its_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        subject(tmp_path, {}, {"tools": [{"tool": "chatgtp"}, {"tool": "zzzzzz"}]})
    assert str(caught.value) == (
        f"{tmp_path / 'organisation.yaml'}, line 2: tools.0.tool: the catalogue has no such tool. "
        "Did you mean chatgpt?"
    )
    (other,) = caught.value.others
    assert other.remedy == "See docs/howto/add-a-provider.md."


@pytest.mark.parametrize(
    ("host", "key"),
    [({"tool": "olama-cloud"}, "tool"), ({"provider": "mistrall"}, "provider")],
)
def test_machines_of_ones_own_run_something_known(
    tmp_path: Path, host: dict[str, str], key: str
) -> None:
    with pytest.raises(ConfigError, match="Did you mean") as caught:
        subject(tmp_path, {"impact": {"own_hosts": [host]}}, {})
    assert caught.value.key == f"impact.own_hosts.0.{key}"
    assert caught.value.line == 3


def test_an_unknown_tool_that_is_enabled(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean chatgpt"):
        subject(tmp_path, {"catalogue": {"enable": ["chatgtp"]}}, {})


def test_the_shipped_configuration_names_tools_that_exist() -> None:
    config = load(SHIPPED / "jauge.yaml", environ={})
    tools = load_catalogue(config).tools
    assert {policy.tool for policy in config.organisation.tools} <= set(tools)


def test_who_scores_and_how_much_is_explained(tmp_path: Path) -> None:
    settings = {"content": {"classifier": "detoxify-onnx", "sample": 0.25}}
    words = section(explain(subject(tmp_path, settings, {})), "Reads of the words")
    assert "detoxify-onnx scores, and flags as it would 1 % of harmless answers" in words
    assert "only 25% of the exchanges, drawn by chance, are scored" in words
