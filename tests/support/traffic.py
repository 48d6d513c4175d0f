"""Clients that ask one question after the other, for tests that disturb the product."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.support.raw import Raw
from tests.support.running import Product
from tests.support.scenes import HOST, chat
from tests.support.waiting import wait_until

__all__ = ["Traffic", "traffic"]

PAUSE_S = 0.03
"""Between two questions of a client, so that the machine has time for the disturbance."""


@dataclass
class Traffic:
    """What the clients have got so far."""

    answered: dict[str, float] = field(default_factory=dict)
    """References of whole answers, and when they had arrived (time.monotonic)."""
    failed: list[str] = field(default_factory=list)
    """References of requests that got no whole answer."""
    stop: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, more: int) -> None:
        """Until so many more questions have been answered."""
        wanted = len(self.answered) + more
        wait_until(lambda: len(self.answered) >= wanted, f"{more} more answers", pause_s=0.02)


@contextlib.contextmanager
def traffic(jauge: Product, prefix: str, *, clients: int = 4) -> Iterator[Traffic]:
    """Clients that ask for the length of a `with` block; half of them fetch streams."""
    found = Traffic()
    threads = [
        threading.Thread(target=_client, args=(jauge, f"{prefix}-{number}", found), daemon=True)
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        found.stop.set()
        for thread in threads:
            thread.join(30)


def _client(jauge: Product, name: str, found: Traffic) -> None:
    number = 0
    while not found.stop.is_set():
        reference = f"{name}-{number}"
        try:
            with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
                while not found.stop.is_set():
                    number += 1
                    reference = f"{name}-{number}"
                    if not _ask(connection, reference, found, stream=bool(number % 2)):
                        break
                    time.sleep(PAUSE_S)
        except OSError:
            number += 1
            found.failed.append(reference)
            time.sleep(0.05)


def _ask(connection: Raw, reference: str, found: Traffic, *, stream: bool) -> bool:
    """One question; whether the connection can be used again."""
    answer = connection.ask(chat(reference, stream=stream))
    if not answer.complete:
        found.failed.append(reference)
        return False
    found.answered[reference] = time.monotonic()
    return (answer.header("connection") or "").lower() != "close"
