"""Which connections are opened: a real worker, and real certificates on both sides."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy.connection import Client
from mitmproxy.proxy.layers import TCPLayer
from mitmproxy.test import tflow
from mitmproxy.test.tutils import tresp

from addons.assemble import build
from addons.scope import Scope
from addons.tally import Tally
from proxy.config import load
from proxy.networks import Networks
from tests.support.answers import QUESTION, answered, asked
from tests.support.client import Http1
from tests.support.edge import configure
from tests.support.tls import Authority, client_context
from tests.support.upstream import Reply, serving
from tests.support.visit import Edge, visit

OPENAI = "api.openai.com"
JSON = ("Content-Type", "application/json")


async def count(town: Edge, name: str, label: str) -> float:
    return (await town.counted()).get(name, {}).get(label, 0.0)


@contextlib.asynccontextmanager
async def speaking(greeting: bytes = b"") -> AsyncIterator[int]:
    """A service that is no web server: greets, then echoes. Its port."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("www.example.org", "other"),
        ("auth.openai.com", "chatgpt"),  # never decrypted
        ("cdn.oaistatic.com", "chatgpt"),
        ("platform.openai.com", "openai-playground"),  # tier 2, not enabled
        (None, "other"),  # an address without a name
    ],
)
async def test_all_else_is_a_tunnel_and_shows_the_real_certificate(
    town: Edge, authority: Authority, name: str | None, tool: str
) -> None:
    before = await count(town, "tunnels", tool)
    names = [name] if name else ["127.0.0.1"]
    real = client_context(authority.certificate, ["h2", "http/1.1"])
    async with serving(authority.server_context(*names)) as upstream:
        upstream.replies["/v1/chat/completions"] = Reply([answered()])
        async with visit(town.port, upstream.port, real, name) as client:
            answer = await client.request(
                "POST", "/v1/chat/completions", headers=[JSON], body=asked()
            )
    assert (answer.body, upstream.seen[0].body) == (answered(), asked())
    assert upstream.seen[0].protocol == "HTTP/2"
    assert await count(town, "tunnels", tool) == before + 1
    assert town.next(0) == []


async def test_a_host_of_the_catalogue_is_opened(town: Edge, authority: Authority) -> None:
    before = await count(town, "opened", "openai-api")
    async with (
        serving(authority.server_context(OPENAI)) as upstream,
        visit(town.port, upstream.port, town.trust(), OPENAI) as client,
    ):
        assert isinstance(client, Http1)
        shown = client.writer.get_extra_info("peercert")
    assert {"mitmproxy"} == {v for ((k, v),) in shown["issuer"] if k == "commonName"}
    assert ("DNS", OPENAI) in shown["subjectAltName"]
    assert await count(town, "opened", "openai-api") == before + 1


async def test_the_name_in_connect_decides_over_that_in_the_hello(
    town: Edge, authority: Authority
) -> None:
    real = client_context(authority.certificate)
    async with (
        serving(authority.server_context(OPENAI)) as upstream,
        visit(town.port, upstream.port, real, OPENAI, host="localhost") as client,
    ):
        answer = await client.request("GET", "/")
    assert answer.body == b'{"ok":true}'


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("greeting", [b"", b"220 mail.example ESMTP\r\n"])
async def test_other_protocols_pass(town: Edge, host: str, greeting: bytes) -> None:
    async with speaking(greeting) as port, visit(town.port, port, None, host=host) as client:
        assert isinstance(client, Http1)
        assert await client.reader.readexactly(len(greeting)) == greeting
        for said in (b"EHLO mairie\r\n", b"GET / HTTP/1.1\r\nnot really: \0\r\n", b"\x80" * 9):
            client.writer.write(said)
            assert await asyncio.wait_for(client.reader.readexactly(len(said)), 20) == said


async def test_what_only_looks_like_tls_passes(town: Edge) -> None:
    async with speaking() as port, visit(town.port, port, None, host="localhost") as client:
        assert isinstance(client, Http1)
        said = b"\x16\x03\x01\x00\x05hello and more"
        client.writer.write(said)
        assert await asyncio.wait_for(client.reader.readexactly(len(said)), 20) == said


async def test_plain_http_elsewhere_passes_unread(town: Edge) -> None:
    before = await count(town, "requests_plain", "other")
    large = b"z" * 300_000
    async with serving() as upstream:
        upstream.replies["/v1/chat/completions"] = Reply([large], framing="chunked")
        reader, writer = await asyncio.open_connection("127.0.0.1", town.port, limit=2**24)
        client = Http1(reader, writer, f"127.0.0.1:{upstream.port}")
        answer = await client.request(
            "POST",
            f"http://127.0.0.1:{upstream.port}/v1/chat/completions",
            headers=[JSON, ("Proxy-Authorization", "Basic dXNlcjpwYXNz"), ("X-Mine", "1")],
            body=asked(),
        )
        client.close()
    assert answer.body == large
    assert upstream.seen[0].body == asked()
    assert upstream.seen[0].header("proxy-authorization") is None
    assert upstream.seen[0].header("x-mine") == "1"
    assert await count(town, "requests_plain", "other") == before + 1
    assert town.next(0) == []


async def test_nothing_of_a_tunnel_is_written(town: Edge) -> None:
    told = town.files()
    for mark in (QUESTION, "www.example.org", "platform.openai.com", "EHLO mairie", "127.0.0.1:"):
        assert not [name for name, data in told.items() if mark.encode() in data], mark
    assert "hook_errors" not in await town.counted()


# Without a network


@pytest.fixture
def scope(tmp_path: Path) -> Scope:
    config = load(configure(tmp_path, {"edge.clients": ["10.20.0.0/16"]}))
    found = build(config)
    for one in reversed(found):
        if hasattr(one, "done"):
            one.done()
    assert isinstance(found[0], Scope)
    return found[0]


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("127.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("10.20.3.4", False),
        ("::ffff:10.20.3.4", False),
        ("10.21.0.1", True),
        ("203.0.113.9", True),
        ("2001:db8::1", True),
        ("", True),
    ],
)
def test_clients_from_other_networks_are_refused(
    scope: Scope, address: str, *, refused: bool
) -> None:
    client = tflow.tclient_conn()
    client.peername = (address, 4711)
    client.error = None
    scope.client_connected(client)
    assert bool(client.error) is refused
    assert address == "" or address not in (client.error or "")


def hello(client: Client, address: tuple[str, int] | None) -> Any:  # noqa: ANN401 - ClientHelloData
    server = SimpleNamespace(address=address)
    context = SimpleNamespace(client=client, server=server)
    return SimpleNamespace(context=context, ignore_connection=False)


def test_tls_towards_the_proxy_itself_is_not_a_tunnel(scope: Scope) -> None:
    data = hello(tflow.tclient_conn(), None)
    scope.tls_clienthello(data)
    assert data.ignore_connection is False


def test_in_doubt_a_connection_is_left_alone() -> None:
    tally = Tally()

    class Broken:
        def host(self, name: str) -> None:
            raise RuntimeError(name)

    broken: Any = Broken()
    scope = Scope(broken, broken, tally=tally, clients=Networks())
    data = hello(tflow.tclient_conn(), (OPENAI, 443))
    scope.tls_clienthello(data)
    assert data.ignore_connection is True
    assert tally.value("hook_errors", "tls_clienthello") == 1


def test_mitmproxy_keeps_no_bytes_of_other_protocols(scope: Scope) -> None:
    flow = tflow.ttcpflow()
    context: Any = SimpleNamespace(
        client=flow.client_conn, server=flow.server_conn, layers=[], options=SimpleNamespace()
    )
    chosen = TCPLayer(context)
    assert chosen.flow is not None
    data: Any = SimpleNamespace(context=context, layer=chosen)
    scope.next_layer(data)
    assert chosen.flow is None


def test_a_service_that_cannot_be_reached_is_counted_by_its_tool(scope: Scope) -> None:
    flow = tflow.tflow(resp=tresp(status_code=502))
    flow.request.host = OPENAI
    scope.http_connect_error(flow)
    login = tflow.tflow(resp=tresp(status_code=407))
    login.request.host = OPENAI
    scope.http_connect_error(login)
    assert scope.tally.value("connect_errors", "openai-api") == 1
