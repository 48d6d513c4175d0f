"""Asking a real server how it is, over TLS and with the token."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from proxy.config import Address, Config, load
from proxy.doctor.probe import healthz
from proxy.web import Surface, Tls, create_app, guard_of, listen, serve
from tests.support.tls import Authority
from tests.support.web import htpasswd, token_file


def guarded(folder: Path, port: int, pem: Path) -> Config:
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: {folder}\n")
    sets = {
        "listen": f"127.0.0.1:{port}",
        "htpasswd": htpasswd(folder),
        "metrics_token_file": token_file(folder),
        "tls_certificate": pem,
        "tls_key": pem,
    }
    return load(file, [f"auditor.{key}={value}" for key, value in sets.items()], {})


async def test_the_token_opens_what_strangers_are_not_told(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    pem, other = authority.issue("jauge.example"), authority.issue("other.example")
    listener = listen(Address("127.0.0.1", 0))
    config = guarded(tmp_path, listener.getsockname()[1], pem)
    surface = Surface(lambda _: (b"", ""), lambda: ("ok", {}), lambda: True, "1")
    app, stop = create_app(surface, guard=guard_of(config)), asyncio.Event()
    serving = asyncio.create_task(serve(app, listener, stop, Tls(pem, pem)))
    assert await asyncio.to_thread(healthz, config) == (
        200,
        {"status": "ok", "version": "1", "components": {}},
    )
    with pytest.raises(ssl.SSLError):
        await asyncio.to_thread(healthz, guarded(tmp_path, listener.getsockname()[1], other))
    stop.set()
    await serving
