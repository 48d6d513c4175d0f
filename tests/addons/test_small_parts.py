"""Headers, names, counters and the guard: the parts that the hooks are made of."""

from __future__ import annotations

import errno
import logging
from types import SimpleNamespace

import pytest
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from addons import headers as headers_module
from addons.destination import authority, clean_host, destination, is_numeric
from addons.guard import guarded
from addons.headers import SECRET, readable
from addons.tally import LATENCY_BOUNDS_S, Stopwatch, Tally, kind_of

# headers


def test_headers_are_readable_and_hold_no_secret() -> None:
    fields = (
        (b"Content-Type", b"application/json"),
        (b"AUTHORIZATION", b"Bearer x"),
        (b"X-Api-Key", b"x"),
        (b"Accept", b"a"),
        (b"accept", b"b"),
        (b"X-Name", "é".encode("latin-1")),
    )
    expected = {"content-type": "application/json", "accept": "a, b", "x-name": "é"}
    assert readable(fields) == expected
    assert readable(fields) == expected  # the names are known by now
    assert all(name == name.lower() for name in SECRET)
    for name in SECRET:
        assert readable(((name.upper(), b"x"), (name, b"x"))) == {}


def test_names_that_clients_invent_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers_module, "_KNOWN_LIMIT", 10)
    for n in range(50):
        assert readable(((b"X-%d" % n, b"v"),)) == {f"x-{n}": "v"}
    assert len(headers_module._known) <= 10


# destination


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


# tally


def test_buckets_hold_their_bound() -> None:
    watch = Stopwatch()
    for value in (-1.0, 0.0, 0.00005, 0.000051, 0.25, 0.2500001, 60.0):
        watch.observe(value)
    histogram = watch.snapshot()
    assert histogram.counts[0] == 3
    assert histogram.counts[1] == 1
    assert histogram.counts[len(LATENCY_BOUNDS_S) - 1] == 1
    assert histogram.counts[-1] == 2
    assert histogram.sum_s == pytest.approx(60.5001011)


def test_counters_that_counted_nothing_are_not_sent() -> None:
    tally = Tally()
    assert tally.counters() == {}
    tally.add("words", "sent")
    tally.add("words", "sent", 2)
    assert tally.counters() == {"words": {"sent": 3}}
    assert (tally.value("words", "sent"), tally.value("words", "off")) == (3, 0)
    assert tally.counters() == {"words": {"sent": 3}}
    with pytest.raises(KeyError):
        tally.add("invented", "x")


def test_errors_are_told_by_kind() -> None:
    assert kind_of(OSError(errno.ENOSPC, "No space left", "/secret/path")) == "ENOSPC"
    assert kind_of(OSError("no number")) == "OSError"
    assert kind_of(ValueError("secret")) == "ValueError"


# guard


def test_a_guarded_hook_counts_what_it_raises(caplog: pytest.LogCaptureFixture) -> None:
    class Addon:
        def __init__(self) -> None:
            self.tally = Tally()
            self.seen: list[str] = []

        @guarded
        def request(self, data: str) -> None:
            self.seen.append(data)
            if data == "secret":
                raise ValueError(data)

    addon = Addon()
    with caplog.at_level(logging.DEBUG):
        addon.request("plain")
        addon.request("secret")
    assert addon.seen == ["plain", "secret"]
    assert addon.tally.counters() == {"hook_errors": {"request": 1}}
    assert caplog.messages == ["request: ValueError"]
    assert "secret" not in caplog.text
