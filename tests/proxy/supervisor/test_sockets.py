"""Listening sockets that outlive every worker."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from proxy.config import Listener
from proxy.supervisor.sockets import Sockets, SupervisorError

ANY = Listener(listen="127.0.0.1:0")


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    opened = Sockets()
    yield opened
    opened.close()


def test_an_open_address_stays_open_and_a_new_one_is_added(sockets: Sockets) -> None:
    other = Listener(listen="127.0.0.2:0")
    assert sockets.prepare([ANY]) == ["127.0.0.1:0"]
    before = sockets.descriptors([ANY])
    assert sockets.prepare([other, ANY]) == ["127.0.0.2:0"]
    assert sockets.descriptors([other, ANY])[1] == (1, before[0][1])
    sockets.retain([other])
    assert sockets.addresses([other])[0][0] == "127.0.0.2"
    with pytest.raises(KeyError):
        sockets.addresses([ANY])[0]


def test_any_free_port_twice_is_two_ports(sockets: Sockets) -> None:
    reverse = Listener(listen=ANY.listen, mode="reverse", target="https://api.openai.com")
    sockets.prepare([ANY, reverse])
    first, second = sockets.addresses([ANY, reverse])
    assert first[1] != second[1]
    (_, one), (_, other) = sockets.descriptors([ANY, reverse])
    assert one != other
    sockets.retain([ANY])
    assert sockets.addresses([ANY]) == [first]
    with pytest.raises(KeyError):
        sockets.addresses([ANY, reverse])


def test_connections_wait_and_dead_clients_are_noticed(sockets: Sockets) -> None:
    sockets.prepare([ANY])
    with socket.create_connection(sockets.addresses([ANY])[0], 1):
        [(_, descriptor)] = sockets.descriptors([ANY])
        given = socket.socket(fileno=descriptor)
        try:
            accepted, _ = given.accept()
        finally:
            given.detach()
        with accepted:
            assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60


def test_when_one_address_cannot_be_had_none_is_opened(sockets: Sockets) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        text = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(SupervisorError, match=f"listen on {text}: another program") as caught:
            sockets.prepare([ANY, Listener(listen=text)])
    assert "choose another port" in str(caught.value)
    with pytest.raises(KeyError):
        sockets.addresses([ANY])[0]


def test_an_address_of_another_machine_is_told(sockets: Sockets) -> None:
    with pytest.raises(SupervisorError, match="this machine has no such address"):
        sockets.prepare([Listener(listen="192.0.2.1:0")])


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_the_wildcard_of_ipv6_serves_ipv4_too(sockets: Sockets) -> None:
    wildcard, loopback = Listener(listen="[::]:0"), Listener(listen="[::1]:0")
    sockets.prepare([wildcard, loopback])
    socket.create_connection(("127.0.0.1", sockets.addresses([wildcard])[0][1]), 1).close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sockets.addresses([loopback])[0][1]), 1)
