from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proxy.config.checks import CHECKS
from proxy.config.exposure import exposure
from proxy.config.settings import Settings
from proxy.config.shape import convert
from tests.support.tls import Authority


def problems(document: dict[str, Any]) -> dict[str, str]:
    """Key to what was expected, for every check."""
    settings = convert(document, Settings)
    checks = [check for check in CHECKS if check is not exposure]  # test_exposure.py has them
    return {p.key: p.expected for check in checks for p in check(settings)}


def test_the_defaults_hold() -> None:
    assert problems({}) == {}


OPENAI = "https://api.openai.com"

RIGHT: list[dict[str, Any]] = [
    {"edge": {"listen": "0.0.0.0:8080", "clients": ["10.0.0.0/8", "2001:db8::/32"]}},
    {"edge": {"listen": "[::1]:0"}, "auditor": {"listen": "localhost:0"}},
    {"edge": {"listeners": [{"listen": "127.0.0.1:0"}, {"listen": "127.0.0.1:0"}]}},
    {"edge": {"mode": "reverse", "target": f"{OPENAI}:443/"}},
    {"edge": {"mode": "reverse", "target": "http://localhost:11434"}},
    {"edge": {"parent": "http://user:p%40ss@proxy.example:3128"}},
    {"edge": {"reference_header": "X-Request-Id"}},
    {"ledger": {"url": "sqlite:////var/lib/jauge/ledger.sqlite"}},
    {"ledger": {"url": "sqlite+pysqlite:///ledger.sqlite?timeout=9"}},
    {"timezone": "Indian/Reunion"},
]


@pytest.mark.parametrize("document", RIGHT)
def test_what_is_right(document: dict[str, Any]) -> None:
    assert problems(document) == {}


NAMED = "beyond loopback the client networks must be named"
ORIGIN = "expected scheme and host of a service, nothing else"

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"edge": {"listen": "0.0.0.0:8080"}}, "edge.listen", NAMED),
    ({"edge": {"listeners": [{"listen": "[::]:1"}]}}, "edge.listeners.0.listen", NAMED),
    ({"auditor": {"tls_proxies": ["x"]}}, "auditor.tls_proxies.0", "expected a network"),
    ({"edge": {"clients": ["0.0.0.0/0"]}}, "edge.clients.0", "this network is the whole Internet"),
    ({"edge": {"clients": ["::/0"]}}, "edge.clients.0", "this network is the whole Internet"),
    ({"edge": {"clients": ["a"]}}, "edge.clients.0", "expected a network"),
    ({"edge": {"listen": "8080"}}, "edge.listen", "expected an address and a port"),
    ({"auditor": {"listen": "x"}}, "auditor.listen", "expected an address and a port"),
    (
        {"edge": {"listen": "127.0.0.1:9464"}},
        "auditor.listen",
        "this address is already that of edge.listen",
    ),
    (
        {"edge": {"listeners": [{}, {}]}},
        "edge.listeners.1.listen",
        "this address is already that of edge.listeners.0.listen",
    ),
    (
        {"edge": {"listen": "127.0.0.1:1", "listeners": [{}]}},
        "edge.listeners",
        "edge.listeners replaces edge.listen, edge.mode and edge.target",
    ),
    (
        {"edge": {"mode": "reverse"}},
        "edge.target",
        "mode reverse needs the service it stands before",
    ),
    ({"edge": {"target": OPENAI}}, "edge.target", "a target is for mode reverse only"),
    ({"edge": {"mode": "reverse", "target": "api.openai.com"}}, "edge.target", ORIGIN),
    ({"edge": {"mode": "reverse", "target": f"{OPENAI}/v1"}}, "edge.target", ORIGIN),
    ({"edge": {"mode": "reverse", "target": "https://u@x"}}, "edge.target", ORIGIN),
    ({"edge": {"mode": "reverse", "target": f"{OPENAI}?k=1"}}, "edge.target", ORIGIN),
    ({"edge": {"mode": "reverse", "target": "https://x:port"}}, "edge.target", ORIGIN),
    ({"edge": {"parent": "proxy:3128"}}, "edge.parent", "expected the URL of a proxy"),
    ({"edge": {"parent": "socks5://proxy"}}, "edge.parent", "expected the URL of a proxy"),
    ({"edge": {"htpasswd": "/nowhere"}}, "edge.htpasswd", "there is no such file"),
    ({"edge": {"upstream_ca": "/nowhere"}}, "edge.upstream_ca", "there is no such file"),
    ({"catalogue": {"folders": ["/nowhere"]}}, "catalogue.folders.0", "there is no such folder"),
    ({"edge": {"name": "Mairie 1"}}, "edge.name", "expected a short name of a-z, 0-9 and -"),
    (
        {"edge": {"reference_header": "X Request"}},
        "edge.reference_header",
        "expected the name of an HTTP header",
    ),
    ({"timezone": "Europe/Lutece"}, "timezone", "expected the name of a time zone"),
    ({"timezone": "../etc/passwd"}, "timezone", "expected the name of a time zone"),
    ({"timezone": ""}, "timezone", "expected the name of a time zone"),
    *(
        ({"ledger": {"url": url}}, "ledger.url", "expected the URL of an SQLite file")
        for url in ("mysql://db", "postgresql://h/db", "sqlite://", "sqlite:///:memory:", "x.db")
    ),
    (
        {"catalogue": {"enable": ["a", "b"], "disable": ["c", "b"]}},
        "catalogue.disable.1",
        "this tool is enabled and disabled",
    ),
    (
        {"impact": {"own_hosts": [{"zone": "FRA"}]}},
        "impact.own_hosts.0",
        "expected a tool or a provider",
    ),
    (
        {"impact": {"own_hosts": [{"tool": "a"}, {"tool": "a"}]}},
        "impact.own_hosts.1",
        "this tool or provider stands here twice",
    ),
]


@pytest.mark.parametrize(("document", "key", "expected"), WRONG)
def test_what_is_wrong(document: dict[str, Any], key: str, expected: str) -> None:
    assert problems(document) == {key: expected}


def test_files_that_are_there(tmp_path: Path) -> None:
    file = tmp_path / "htpasswd"
    file.write_text("")
    certificate = Authority.make(tmp_path).certificate
    document = {
        "edge": {"htpasswd": str(file), "upstream_ca": str(certificate)},
        "catalogue": {"folders": [str(tmp_path)]},
    }
    assert problems(document) == {}
