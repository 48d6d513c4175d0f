"""The world behind Jauge, in a thread: simulated services as a parent proxy on loopback.

A test may put an answer of its own in the place of the next one (`Stage.next`), and look at
every request as it arrived (`Stage.seen`).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from bench.simulated import services
from bench.simulated.certificates import Authority
from bench.simulated.http1 import Answer, Request
from bench.simulated.server import SimulatedServices

__all__ = ["REFERENCE", "Stage", "staged"]

REFERENCE = "x-reference"
"""Header by which a test finds its exchange again (`edge.reference_header`)."""


class Stage:
    """Simulated services that can be told what to answer."""

    def __init__(self, ca: Path, *, credentials: str | None, speak_http2: bool) -> None:
        self.server = SimulatedServices(
            self._answer, credentials=credentials, speak_http2=speak_http2
        )
        self.ca = ca
        self.credentials = credentials
        self.seen: list[Request] = []
        self.next: deque[Answer] = deque()
        """Answers to the next requests, in order; without one, the services answer."""
        self.impostors: set[str] = set()
        """Hosts whose certificate is signed by somebody whom nobody trusts."""
        self._trust(Authority())
        self.loop = asyncio.new_event_loop()
        ca.write_bytes(self.server.authority.pem())

    def _trust(self, nobody: Authority) -> None:
        trusted = self.server.authority.context

        def context(host: str) -> ssl.SSLContext:
            return nobody.context(host) if host in self.impostors else trusted(host)

        self.server.authority.context = context  # type: ignore[assignment]

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def url(self) -> str:
        """Of the parent proxy, with the credentials that it wants."""
        login = f"{self.credentials}@" if self.credentials else ""
        return f"http://{login}127.0.0.1:{self.port}"

    def request(self, reference: str) -> Request:
        """The one request with this reference."""
        (found,) = [one for one in self.seen if one.headers.get(REFERENCE) == reference]
        return found

    def _answer(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.next.popleft() if self.next else services.answer(request)

    async def run(self, started: threading.Event, stop: asyncio.Event) -> None:
        await self.server.start()
        started.set()
        await stop.wait()
        await self.server.stop()


@contextlib.contextmanager
def staged(
    folder: Path, *, credentials: str | None = None, speak_http2: bool = False
) -> Iterator[Stage]:
    """The services for the length of a `with` block; their authority lies in `folder`."""
    stage = Stage(folder / "services-ca.pem", credentials=credentials, speak_http2=speak_http2)
    started, stop = threading.Event(), asyncio.Event()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: stage.loop) as runner:
            runner.run(stage.run(started, stop))

    thread = threading.Thread(target=run, name="stage", daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield stage
    finally:
        stage.loop.call_soon_threadsafe(stop.set)
        thread.join(30)
