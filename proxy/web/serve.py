"""Serving the application with uvicorn, quietly, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from proxy.config import Address

__all__ = ["Tls", "listen", "serve"]

BACKLOG = 128
GRACE_S = 3
"""How long requests may take to end when the server stops, in seconds."""


class _Server(uvicorn.Server):
    """A uvicorn that leaves signals to its caller."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(address: Address) -> socket.socket:
    """A listening socket. Raises OSError."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    return found


@dataclass(frozen=True, slots=True)
class Tls:
    """By which certificate a listener is served over TLS."""

    certificate: Path
    key: Path


async def serve(
    app: ASGIApp, listener: socket.socket, stop: asyncio.Event, tls: Tls | None = None
) -> None:
    """Serve until `stop` is set. No access log: addresses and paths are nobody's business.

    Raises OSError (ssl.SSLError among them) for a certificate that cannot be used.
    """
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        # Whose word counts about a client's address is our own affair: see behind.py.
        proxy_headers=False,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving
    stopping.cancel()
