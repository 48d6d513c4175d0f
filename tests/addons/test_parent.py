"""Through a parent proxy, with credentials that go to it and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from addons.parent import Parent
from tests.support import edge, tls
from tests.support.client import connected
from tests.support.parentproxy import parent_proxy
from tests.support.upstream import serving

LOGIN = "Basic YWdlbnQ6cyUlOmNyw6l0"
"""agent:s%%:crét in base64 (RFC 7617)."""
USER = "agent:s%25%25:cr%C3%A9t"
"""The same, as a URL writes it."""


@pytest.mark.parametrize(
    ("url", "expected", "shown"),
    [
        ("http://p.test:3128", Parent("http", "p.test", 3128), "http://p.test:3128"),
        ("http://p.test", Parent("http", "p.test", 80), "http://p.test:80"),
        (
            "https://[2001:db8::1]/",
            Parent("https", "2001:db8::1", 443),
            "https://[2001:db8::1]:443",
        ),
        (f"http://{USER}@p.test:8", Parent("http", "p.test", 8, LOGIN), "http://p.test:8"),
    ],
)
def test_urls_are_read_and_shown_without_credentials(
    url: str, expected: Parent, shown: str
) -> None:
    parent = Parent.parse(url)
    assert parent == expected
    assert parent.url == shown
    assert "YWdl" not in repr(parent)


async def test_every_listener_goes_through_the_parent(tmp_path: Path) -> None:
    authority = tls.Authority.make(tmp_path)
    async with (
        serving(authority.server_context("127.0.0.1", "localhost")) as upstream,
        parent_proxy(LOGIN) as parent,
    ):
        settings = {
            "edge.listeners": [
                {"listen": "127.0.0.1:0"},
                {
                    "listen": "127.0.0.2:0",
                    "mode": "reverse",
                    "target": f"https://localhost:{upstream.port}",
                },
            ],
            "edge.upstream_ca": str(authority.certificate),
            "edge.parent": f"http://{USER}@127.0.0.1:{parent.port}",
        }
        config = edge.configure(tmp_path, settings)
        config.write_text(config.read_text().replace("  listen: 127.0.0.1:0\n", "", 1))
        with edge.worker(config, listeners=2) as worker:
            explicit, reverse = (one.getsockname()[1] for one in worker.sockets)
            key = [("Authorization", "Bearer key-of-the-application")]
            for alpn in ("http/1.1", "h2"):
                context = tls.client_context(worker.authority, [alpn])
                async with connected(upstream.port, proxy=explicit, tls=context) as client:
                    assert (await client.request("GET", "/explicit", headers=key)).status == 200
            async with connected(reverse) as client:
                for _ in range(2):
                    assert (await client.request("GET", "/reverse", headers=key)).status == 200
            async with connected(explicit) as client:
                answer = await client.request("GET", "http://plain.test/x")
    assert answer.body == b"parent"
    assert [head.split("\r\n")[0] for head in parent.heads] == [
        f"CONNECT 127.0.0.1:{upstream.port} HTTP/1.1",
        f"CONNECT 127.0.0.1:{upstream.port} HTTP/1.1",
        f"CONNECT localhost:{upstream.port} HTTP/1.1",
        "GET http://plain.test/x HTTP/1.1",
    ]
    assert [seen.target for seen in upstream.seen] == ["/explicit"] * 2 + ["/reverse"] * 2
    for seen in upstream.seen:
        assert seen.header("authorization") == "Bearer key-of-the-application"
        assert seen.header("proxy-authorization") is None


async def test_a_parent_that_refuses_is_told_in_the_answer(tmp_path: Path) -> None:
    async with parent_proxy("Basic other") as parent:
        url = f"http://127.0.0.1:{parent.port}"
        with edge.worker(edge.configure(tmp_path, {"edge.parent": url})) as worker:
            async with connected(worker.port) as client:
                answer = await client.request("GET", "http://plain.test/x")
    assert answer.status == 407
