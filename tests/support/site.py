"""The page of a made-up town on a real server on loopback, in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from proxy.audit.health import Component
from proxy.config import Address, Config
from proxy.impact.factors import load as load_factors
from proxy.ledger import Entry, Gap, Ledger, LedgerError, url_of
from proxy.reasons import Reason
from proxy.web import Guard, Surface, create_app, guard_of, listen, make_site, serve
from tests.support import town
from tests.support.web import ask

HEALTH = {
    "ledger": Component("ok"),
    "inbox": Component("ok"),
    "outbox": Component("ok"),
    "edges": Component("degraded", (Reason("edges_silent", "no worker was heard of lately"),)),
    "words": Component("ok"),
    "disk": Component("ok"),
}


@dataclass(frozen=True)
class Served:
    """A site that answers."""

    url: str
    config: Config


def opened(config: Config) -> Ledger | None:
    """The ledger of a configuration, as an auditor would hold it."""
    try:
        return Ledger.open(url_of(config), timezone=config.settings.timezone, create=False)
    except LedgerError:
        return None


@contextlib.contextmanager
def served(config: Config, *, now: float = town.NOW) -> Iterator[Served]:
    """Serve the site of a configuration, its ledger as it is, until the end of the block."""
    ledger = opened(config)
    site = make_site(
        config,
        ledger=lambda: ledger,
        health=lambda: ("degraded", HEALTH),
        factor_set=load_factors().name,
        clock=lambda: now,
    )
    surface = Surface(
        lambda _: (b"", "text/plain"), lambda: ("degraded", HEALTH), lambda: True, "0"
    )
    app = create_app(surface, guard=guard_of(config), site=site)
    listener = listen(Address("127.0.0.1", 0))
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve(app, listener, stop)))
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", config)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        if ledger is not None:
            ledger.close()


@contextlib.contextmanager
def recording(
    config: Config, entries: Sequence[Entry] = (), *, gaps: Sequence[Gap] = ()
) -> Iterator[Starlette]:
    """The application over a ledger that holds these."""
    ledger = Ledger.open(url_of(config), timezone="Europe/Paris", clock=lambda: town.NOW)
    with ledger:
        ledger.write(list(entries), gaps=gaps)
        yield bare(config, ledger)


def bare(config: Config, ledger: Ledger | None) -> Starlette:
    """The application over an open ledger, or none, its health failing."""
    full = Reason("ledger_fails", "the ledger cannot be written (full)", {"kind": "full"})
    health = {"ledger": Component("fail", (full,))}
    made = make_site(
        config,
        ledger=lambda: ledger,
        health=lambda: ("fail", health),
        factor_set="2026.11-f00d",
        clock=lambda: town.NOW,
    )
    surface = Surface(lambda _: (b"", "text/plain"), lambda: ("ok", {}), lambda: True, "0")
    return create_app(surface, guard=Guard(), site=made)


async def text_of(app: Starlette, path: str) -> str:
    """The words of a page, with every run of spaces made one."""
    answer = await ask(app, path)
    assert answer.status_code == 200
    main = answer.text.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def configure(
    folder: Path, organisation: Mapping[str, object] | None = None, *settings: str
) -> Config:
    """The shipped organisation, or another one, its state in `folder`."""
    if organisation is None:
        return town.configure(folder, *settings)
    file = folder / "organisation.yaml"
    file.write_text(json.dumps(organisation))  # JSON is YAML
    return town.configure(folder, f"organisation={file}", *settings)


def authority_in(folder: Path) -> None:
    """An authority in a state folder, with its key, as the edge leaves it."""
    from cryptography.hazmat.primitives import serialization

    from tests.support.tls import Authority

    ca = folder / "ca"
    ca.mkdir(parents=True)
    made = Authority.make(ca)
    made.certificate.rename(ca / "mitmproxy-ca-cert.pem")
    key = ca / "mitmproxy-ca.pem"
    key.write_bytes(
        made.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    key.chmod(0o600)
