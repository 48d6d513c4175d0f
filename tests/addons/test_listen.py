"""Several listeners of several modes on inherited sockets."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from addons.listen import ListenError, Place, inherit, mode_of, with_addresses
from addons.parent import Parent
from proxy.config import Listener, load
from tests.support import edge, tls
from tests.support.client import connected
from tests.support.upstream import Upstream, serving


@pytest.fixture
def authority(tmp_path: Path) -> tls.Authority:
    return tls.Authority.make(tmp_path)


@pytest.fixture
async def upstream(authority: tls.Authority) -> AsyncIterator[Upstream]:
    async with serving(authority.server_context("127.0.0.1", "localhost")) as service:
        yield service


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as given:
        yield given


@pytest.mark.parametrize(
    ("listener", "parent", "spec"),
    [
        (Listener(), None, "regular@127.0.0.1:{}"),
        (Listener(), "http://u:p@p.test:3128", "upstream:http://p.test:3128@127.0.0.1:{}"),
        (Listener(), "https://[::2]", "upstream:https://[::2]:443@127.0.0.1:{}"),
        (
            Listener(mode="reverse", target="https://api.openai.com/"),
            "http://p.test:3128",
            "reverse:https://api.openai.com@127.0.0.1:{}",
        ),
        (
            Listener(mode="reverse", target="http://[::1]:11434"),
            None,
            "reverse:http://[::1]:11434@127.0.0.1:{}",
        ),
    ],
)
def test_a_listener_becomes_a_mode(
    listening: socket.socket, listener: Listener, parent: str | None, spec: str
) -> None:
    through = Parent.parse(parent) if parent else None
    expected = spec.format(listening.getsockname()[1])
    assert mode_of(Place(listener, listening), through) == expected


def test_a_target_with_a_path_is_refused(listening: socket.socket) -> None:
    listener = Listener(listen="127.0.0.1:8081", mode="reverse", target="https://x.test/v1")
    with pytest.raises(ListenError, match=r"127\.0\.0\.1:8081.*without a path"):
        mode_of(Place(listener, listening), None)


@pytest.mark.parametrize("text", ["", "[[0]]", "[[7, 3]]", '[[0, "x"]]', "[[0, 987654]]", "{}x"])
def test_sockets_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ListenError, match="--sockets"):
        inherit(text, [Listener()])


def test_any_free_port_becomes_the_real_one(tmp_path: Path, listening: socket.socket) -> None:
    config = load(edge.configure(tmp_path))
    real = with_addresses(config, [Place(config.listeners[0], listening)])
    assert real.listeners == (Listener(listen=f"127.0.0.1:{listening.getsockname()[1]}"),)
    assert dataclasses.replace(real, settings=config.settings) == config


async def test_listeners_of_all_modes_serve_at_once(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    async with serving() as plain:
        listeners = [
            {"listen": "127.0.0.1:0"},
            {
                "listen": "127.0.0.2:0",
                "mode": "reverse",
                "target": f"https://localhost:{upstream.port}",
            },
            {
                "listen": "127.0.0.3:0",
                "mode": "reverse",
                "target": f"http://127.0.0.1:{plain.port}",
            },
        ]
        settings = {
            "edge.listeners": listeners,
            "edge.upstream_ca": str(authority.certificate),
        }
        config = edge.configure(tmp_path, settings)
        config.write_text(config.read_text().replace("  listen: 127.0.0.1:0\n", "", 1))
        with edge.worker(config, listeners=3) as worker:
            ports = [one.getsockname()[1] for one in worker.sockets]
            context = tls.client_context(worker.authority)
            async with connected(upstream.port, proxy=ports[0], tls=context) as client:
                assert (await client.request("GET", "/explicit")).status == 200
            async with connected(ports[1]) as client:
                assert (await client.request("GET", "/tls")).status == 200
            async with connected(ports[2]) as client:
                assert (await client.request("GET", "/plain")).status == 200
    assert [seen.target for seen in upstream.seen] == ["/explicit", "/tls"]
    assert upstream.seen[1].header("host") == f"localhost:{upstream.port}"
    assert [seen.target for seen in plain.seen] == ["/plain"]


async def test_two_workers_share_a_socket(
    tmp_path: Path, authority: tls.Authority, upstream: Upstream
) -> None:
    config = edge.configure(tmp_path, {"edge.upstream_ca": str(authority.certificate)})
    with (
        socket.create_server(("127.0.0.1", 0)) as given,
        edge.worker(config, sockets=[given], name="one") as one,
        edge.worker(config, sockets=[given], name="two") as two,
    ):
        async with asyncio.timeout(20):
            for stopped in (one, two):
                async with connected(
                    upstream.port, proxy=one.port, tls=tls.client_context(one.authority)
                ) as client:
                    assert (await client.request("GET", "/")).status == 200
                    stopped.process.kill()
                    await asyncio.to_thread(stopped.process.wait)
    assert len(upstream.seen) == 2
