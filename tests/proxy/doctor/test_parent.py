from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxy.config import Config, load
from proxy.doctor import Finding, parent, probe
from tests.support.tls import Authority

LOGIN = b"Proxy-Authorization: Basic YWdlbnQ6cyUlOmNyw6l0\r\n"
"""agent:s%%:crét in base64 (RFC 7617)."""
USER = "agent:s%25%25:cr%C3%A9t"
"""The same, as a URL writes it."""


def asked(folder: Path, url: str | None, *sets: str) -> list[Finding]:
    """What the doctor finds where `url` is the parent."""
    named = [] if url is None else [f"edge.parent={url}"]
    return list(parent.parent(config_of(folder, *named, *sets)))


def config_of(folder: Path, *sets: str) -> Config:
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: {folder}\n")
    return load(file, sets, {})


@contextmanager
def proxy(answer: bytes, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """A proxy that says this to one who asks; its port, and what it was asked."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            plain, _ = listening.accept()
            try:
                with tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
                    heard.append(connection.recv(65_536))
                    if answer:
                        connection.sendall(answer)
                        connection.recv(1)  # until the doctor has gone
            except OSError:
                plain.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join()


def test_without_a_parent_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert asked(tmp_path, None) == []


@pytest.mark.parametrize(
    "answer", ["200 Connection established", "502 Bad Gateway", "403 Forbidden"]
)
def test_a_parent_that_lets_jauge_in(tmp_path: Path, answer: str) -> None:
    with proxy(f"HTTP/1.1 {answer}\r\n\r\n".encode()) as (port, heard):
        [found] = asked(tmp_path, f"http://{USER}@127.0.0.1:{port}")
    assert (found.state, found.text) == ("ok", f"127.0.0.1:{port} answers and lets Jauge in")
    [request] = heard
    assert request.startswith(b"CONNECT jauge.invalid:443 HTTP/1.1\r\n")
    assert LOGIN in request


@pytest.mark.parametrize(
    ("user", "said"),
    [("", "asks for a login"), (f"{USER}@", "refuses the name and password of edge.parent")],
)
def test_a_parent_that_wants_another_login(tmp_path: Path, user: str, said: str) -> None:
    with proxy(b"HTTP/1.1 407 Who?\r\nContent-Length: 0\r\n\r\n") as (port, heard):
        [found] = asked(tmp_path, f"http://{user}127.0.0.1:{port}")
    assert (found.state, found.text) == (
        "fail",
        f"127.0.0.1:{port} {said}; no service is reached",
    )
    assert (LOGIN in heard[0]) == bool(user)
    assert "cr" not in found.text.replace("refuses", "")


def test_a_parent_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    [found] = asked(tmp_path, f"http://127.0.0.1:{port}")
    assert (found.state, found.text) == (
        "fail",
        f"127.0.0.1:{port} cannot be reached (Connection refused)",
    )


@pytest.mark.parametrize("answer", [b"", b"220 mail.example ESMTP\r\n"])
def test_something_else_listens_there(tmp_path: Path, answer: bytes) -> None:
    with proxy(answer) as (port, _):
        [found] = asked(tmp_path, f"http://127.0.0.1:{port}")
    assert (found.state, found.text) == (
        "fail",
        f"127.0.0.1:{port} does not answer as a proxy does",
    )


def test_a_parent_that_keeps_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parent, "TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        [found] = asked(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert (found.state, "does not answer within 0.1 s" in found.text) == ("warn", True)
    assert probe.TIMEOUT_S > 1


def test_a_parent_over_tls_is_trusted_by_the_configured_authority(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    known = f"edge.upstream_ca={authority.certificate}"
    for sets, state in (((), "fail"), ((known,), "ok")):
        tls = authority.server_context("127.0.0.1")
        with proxy(b"HTTP/1.1 200 OK\r\n\r\n", tls) as (port, _):
            [found] = asked(tmp_path, f"https://127.0.0.1:{port}", *sets)
        assert (found.state, "not trusted" in found.text) == (state, state == "fail")
