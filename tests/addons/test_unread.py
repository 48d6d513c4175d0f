"""A request that is answered here gets its answer, however large its body is."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import bcrypt
import pytest
from mitmproxy.proxy.layers.http import HttpStream

from addons import unread
from addons.levers.patch import put
from tests.support import edge

PIECE = b"3e8\r\n" + b"a" * 1000 + b"\r\n"
BODIES = {
    "known length": (b"Content-Length: 9000\r\n\r\n", b"a" * 9000),
    "chunked": (b"Transfer-Encoding: chunked\r\n\r\n", PIECE * 9 + b"0\r\n\r\n"),
    "with trailers": (
        b"Transfer-Encoding: chunked\r\n\r\n",
        PIECE * 9 + b"0\r\nX-Sum: 1\r\n\r\n",
    ),
    "small": (b"Content-Length: 3\r\n\r\n", b"abc"),
}


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[edge.Worker]:
    folder = tmp_path_factory.mktemp("worker")
    hashed = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
    (folder / "htpasswd").write_text(f"marie:{hashed}\n")
    settings = {"edge.htpasswd": str(folder / "htpasswd"), "edge.stream_request_bytes": 2000}
    config = edge.configure(folder, settings)
    with edge.worker(config, addons="addons.assemble:build") as one:
        yield one


@pytest.mark.parametrize("body", BODIES)
def test_who_must_log_in_is_told_so(worker: edge.Worker, body: str) -> None:
    fields, content = BODIES[body]
    start = b"POST http://127.0.0.1:9/ HTTP/1.1\r\nHost: 127.0.0.1:9\r\n"
    with socket.create_connection(("127.0.0.1", worker.port), timeout=60) as client:
        for _ in range(2):  # the connection is still good afterwards
            client.sendall(start + fields)
            client.sendall(content)
            answer = b""
            while b"Log in at the proxy.\n" not in answer:
                piece = client.recv(4096)
                assert piece, answer
                answer += piece
            assert answer.startswith(b"HTTP/1.1 407 ")
    assert "internal error" not in worker.log.read_text()


def test_other_versions_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = HttpStream.start_request_stream
    assert unread.mend("99.0") == []
    assert HttpStream.start_request_stream is before
    assert "99.0" in caplog.text
    put(unread.mend())
    assert HttpStream.start_request_stream is before
