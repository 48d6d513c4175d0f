"""The name by which the catalogue is asked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from addons.destination import authority, clean_host, destination, is_numeric


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("API.OpenAI.com", "api.openai.com"),
        ("api.openai.com:443", "api.openai.com"),
        ("api.openai.com.", "api.openai.com"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("[::1]:8080", "::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_clean_host(text: str, host: str) -> None:
    assert clean_host(text) == host


@pytest.mark.parametrize(
    ("host", "numeric"),
    [("127.0.0.1", True), ("::1", True), ("host-7", False), ("example.org", False), ("", False)],
)
def test_is_numeric(host: str, *, numeric: bool) -> None:
    assert is_numeric(host) is numeric


@pytest.mark.parametrize(
    ("address", "sni", "name"),
    [
        (("Api.OpenAI.com", 443), "other.example", "api.openai.com"),
        (("192.0.2.1", 443), "Api.OpenAI.com", "api.openai.com"),
        (("192.0.2.1", 443), None, "192.0.2.1"),
        (None, "proxy.example", None),
    ],
)
def test_destination(address: tuple[str, int] | None, sni: str | None, name: str | None) -> None:
    context = SimpleNamespace(
        server=SimpleNamespace(address=address), client=SimpleNamespace(sni=sni)
    )
    assert destination(context) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scheme", "mode", "host", "sni", "named", "name"),
    [
        ("https", "regular", "a.example", "a.example", "b.example:443", "b.example"),
        ("https", "regular", "a.example", "a.example", "", "a.example"),
        ("https", "regular", "a.example", "a.example", "192.0.2.1", "a.example"),
        ("https", "regular", "192.0.2.1", "a.example", "192.0.2.1:443", "a.example"),
        ("https", "regular", "192.0.2.1", None, "192.0.2.1", "192.0.2.1"),
        ("http", "regular", "a.example", None, "b.example", "a.example"),
        ("https", "reverse:https://a.example", "a.example", "x", "b.example", "a.example"),
    ],
)
def test_authority(  # noqa: PLR0917 - one table
    scheme: str, mode: str, host: str, sni: str | None, named: str, name: str
) -> None:
    flow = tflow.tflow()
    flow.request.scheme = scheme
    flow.request.data.host = host
    flow.client_conn.sni = sni
    flow.client_conn.proxy_mode = ProxyMode.parse(mode)
    assert authority(flow, named) == name
