"""Beyond loopback, the page needs a login, the metrics a token, and both encryption."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from proxy.config.exposure import exposure, is_exposed, page_url
from proxy.config.settings import Auditor, Settings


def problems(**auditor: object) -> dict[str, str]:
    settings = msgspec.convert({"auditor": auditor}, Settings)
    return {one.key: one.expected for one in exposure(settings)}


GUARDED: dict[str, object] = {
    "listen": "10.0.0.1:9464",
    "htpasswd": "/etc/jauge/page.htpasswd",
    "metrics_token_file": "/etc/jauge/token",
    "tls_certificate": "/etc/jauge/page.pem",
    "tls_key": "/etc/jauge/page.key",
}
LOGIN = "beyond loopback the page asks for a login"
TOKEN = "beyond loopback the metrics ask for a token"
TLS = "beyond loopback passwords travel encrypted"


def without(*keys: str, **more: object) -> dict[str, object]:
    return {key: value for key, value in GUARDED.items() if key not in keys} | more


@pytest.mark.parametrize("listen", ["127.0.0.1:9464", "[::1]:9464", "localhost:0"])
def test_loopback_needs_nothing(listen: str) -> None:
    assert problems(listen=listen) == {}


def test_what_is_guarded_may_be_reached() -> None:
    assert problems(**GUARDED) == {}
    assert problems(**without("tls_certificate", "tls_key", tls_proxies=["10.0.0.8"])) == {}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (without("htpasswd"), {"auditor.htpasswd": LOGIN}),
        (without("metrics_token_file"), {"auditor.metrics_token_file": TOKEN}),
        (without("tls_certificate", "tls_key"), {"auditor.tls_certificate": TLS}),
        (
            {"listen": "0.0.0.0:9464"},
            {
                "auditor.htpasswd": LOGIN,
                "auditor.metrics_token_file": TOKEN,
                "auditor.tls_certificate": TLS,
            },
        ),
        (without("tls_key"), {"auditor.tls_key": "a certificate and its key go together"}),
        (
            without("tls_certificate"),
            {"auditor.tls_certificate": "a certificate and its key go together"},
        ),
        (
            without(tls_proxies=["10.0.0.8"]),
            {
                "auditor.tls_proxies": "either the page is served over TLS, or a proxy in front "
                "of it ends TLS"
            },
        ),
        # A proxy in front of loopback opens it to others, too.
        (
            {"listen": "127.0.0.1:9464", "tls_proxies": ["127.0.0.1"]},
            {"auditor.htpasswd": LOGIN, "auditor.metrics_token_file": TOKEN},
        ),
        (
            {"hosts": ["jauge.mairie.example", "https://jauge"]},
            {"auditor.hosts.1": "expected a host name, without scheme and port"},
        ),
    ],
)
def test_what_is_not_guarded_is_refused(document: dict[str, Any], expected: dict[str, str]) -> None:
    assert problems(**document) == expected


def test_an_address_that_is_none_is_another_checks_affair() -> None:
    assert problems(listen="9464") == {}


def test_every_remedy_names_what_to_do() -> None:
    settings = msgspec.convert({"auditor": {"listen": "0.0.0.0:9464"}}, Settings)
    remedies = [one.remedy for one in exposure(settings)]
    assert ["htpasswd -B" in remedies[0], "openssl rand" in remedies[1]] == [True, True]
    assert "auditor.tls_proxies" in remedies[2]
    assert all(one.endswith("Or listen on 127.0.0.1.") for one in remedies)


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "http://127.0.0.1:9464"),
        ({"listen": "0.0.0.0:443", "tls_certificate": "x"}, "https://127.0.0.1:443"),
        ({"listen": "[::]:9464"}, "http://[::1]:9464"),
    ],
)
def test_where_the_page_is(changes: dict[str, str], url: str) -> None:
    assert page_url(Auditor(**changes)) == url  # type: ignore[arg-type]
    assert is_exposed(Auditor(**changes)) == bool(changes)  # type: ignore[arg-type]
