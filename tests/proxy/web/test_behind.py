from __future__ import annotations

import pytest

from proxy.web.behind import Behind, NotBehind
from tests.support.web import ask, telling

PROXIES = ("10.0.0.8", "10.0.1.0/24")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.8", "10.40.3.4", "10.40.3.4"),
        ("10.0.0.8", "127.0.0.1, 10.40.3.4", "10.40.3.4"),  # what a client made up is not believed
        ("10.0.0.8", "10.40.3.4, 10.0.1.7", "10.40.3.4"),  # two proxies of ours
        ("10.0.0.8", "", ""),
        ("10.0.0.8", None, "10.0.0.8"),
        ("127.0.0.1", "10.40.3.4", "127.0.0.1"),  # this machine is no proxy here
        ("127.0.0.1", None, "127.0.0.1"),
    ],
)
async def test_whose_word_counts(peer: str, forwarded: str | None, client: str) -> None:
    app = Behind(telling(lambda request: request.client.host), PROXIES)  # type: ignore[union-attr]
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    assert (await ask(app, client=peer, headers=headers)).text == client


@pytest.mark.parametrize("peer", ["10.40.3.4", "10.0.0.9", "unix", ""])
async def test_nobody_else_is_served(peer: str) -> None:
    app = Behind(telling(lambda _: "shown"), PROXIES)
    assert (await ask(app, client=peer)).status_code == 403


async def test_what_the_proxy_got_over_tls_is_https() -> None:
    app = Behind(telling(lambda request: request.url.scheme), PROXIES)
    assert (await ask(app, client="10.0.0.8")).text == "https"
    assert (await ask(app, client="127.0.0.1")).text == "http"


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded"])
async def test_a_proxy_that_nobody_declared_opens_nothing(name: str) -> None:
    app = NotBehind(telling(lambda _: "shown"))
    assert (await ask(app)).text == "shown"
    refused = await ask(app, headers={name: "for=10.40.3.4"})
    assert refused.status_code == 403
    assert "auditor.tls_proxies" in refused.text
