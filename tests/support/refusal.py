"""A product whose processes cannot write: how to make it so, and what is lost then."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator

from proxy.audit.edges import LOST
from proxy.ledger import Ledger
from tests.support.raw import Raw
from tests.support.running import Product
from tests.support.scenes import HOST, chat

__all__ = ["WORKERS", "alive", "ask", "lost", "unwritable"]

WORKERS = ("worker-1", "worker-2")


@contextlib.contextmanager
def unwritable(jauge: Product, *names: str) -> Iterator[None]:
    """No file can be written by these children (as on a disk that went read-only)."""
    pids = [jauge.pid(name) for name in names]
    before = [
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)) for pid in pids
    ]
    try:
        yield
    finally:
        for pid, limits in zip(pids, before, strict=True):
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def ask(jauge: Product, prefix: str, count: int = 20) -> list[str]:
    """Ask over several connections, so that every worker has some; the references."""
    names = [f"{prefix}-{number}" for number in range(count)]
    for name in names:
        with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
            answer = connection.ask(chat(name))
            assert answer.complete
            assert answer.body.endswith(b"data: [DONE]\n\n")
    return names


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def lost(jauge: Product) -> int:
    """Losses that the ledger knows of."""
    with Ledger.open(
        f"sqlite:///{jauge.state_dir / 'ledger.sqlite'}", timezone="Europe/Paris", create=False
    ) as ledger:
        return sum(gap.count for gap in ledger.gaps(0, 1e11) if gap.kind == LOST)
