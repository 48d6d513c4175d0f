"""Session tickets do not race with the client's first bytes."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from mitmproxy.proxy.layers.tls import ClientTLSLayer

from addons import tickets
from addons.levers import put
from tests.support import edge
from tests.support.raw import Raw, context
from tests.support.scenes import HOST, chat
from tests.support.stage import Stage, staged


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as one:
        yield one


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[edge.Worker]:
    settings = {"edge.parent": stage.url, "edge.upstream_ca": str(stage.ca)}
    with edge.worker(edge.configure(tmp_path_factory.mktemp("worker"), settings)) as one:
        yield one


class Tls:
    """A client of which a test sees every byte that arrives."""

    def __init__(self, port: int, authority: Path) -> None:
        raw = Raw.plain(port)
        raw.connect(HOST)
        self.socket: socket.socket = raw.socket
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context(authority).wrap_bio(self._incoming, self._outgoing, server_hostname=HOST)
        while not self._shake():
            self._receive()

    def _shake(self) -> bool:
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self.socket.sendall(self._outgoing.read())
        return True

    def _receive(self) -> None:
        self._incoming.write(self.socket.recv(65536))

    def silent(self) -> bool:
        """Whether nothing has arrived that was not read."""
        return not select.select([self.socket], [], [], 0)[0]

    def ask(self, data: bytes) -> bytes:
        """Send; the beginning of the answer."""
        self.tls.write(data)
        self.socket.sendall(self._outgoing.read())
        while True:
            try:
                return self.tls.read(65536)
            except ssl.SSLWantReadError:
                self._receive()


def visit(worker: edge.Worker) -> None:
    """A whole exchange on another connection: the worker has then read what came before it."""
    with Raw.tunnel(worker.port, HOST, worker.authority) as connection:
        assert connection.ask(chat("visit", stream=False)).complete


def test_they_come_after_the_client_s_first_bytes(worker: edge.Worker) -> None:
    client = Tls(worker.port, worker.authority)
    visit(worker)
    assert client.silent()
    assert client.ask(chat("x", stream=False)).startswith(b"HTTP/1.1 200 ")
    assert client.tls.version() == "TLSv1.3"
    session = client.tls.session
    assert session is not None
    assert session.has_ticket
    client.socket.close()


def test_a_session_can_be_taken_up_again(worker: edge.Worker) -> None:
    trust = context(worker.authority)
    reused = []
    session = None
    for _ in range(2):
        with Raw.plain(worker.port) as connection:
            connection.connect(HOST)
            connection.socket = tls = trust.wrap_socket(
                connection.socket, server_hostname=HOST, session=session
            )
            assert connection.ask(chat("x", stream=False)).complete
            session = tls.session
            reused.append(tls.session_reused)
    assert reused == [False, True]


def test_older_tls_is_as_before(worker: edge.Worker) -> None:
    trust = context(worker.authority)
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    with Raw.plain(worker.port) as connection:
        connection.connect(HOST)
        connection.socket = trust.wrap_socket(connection.socket, server_hostname=HOST)
        assert connection.ask(chat("x", stream=False)).complete


def test_an_unknown_mitmproxy_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = ClientTLSLayer.tls_interact
    assert tickets.mend("99.0") == []
    assert ClientTLSLayer.tls_interact is before
    assert "unknown mitmproxy 99.0" in caplog.text


def test_it_can_be_undone() -> None:
    before = ClientTLSLayer.tls_interact
    undo = tickets.mend()
    assert ClientTLSLayer.tls_interact is not before
    put(undo)
    assert ClientTLSLayer.tls_interact is before
