"""The edge's addons, put together in the order of their hooks. The only place that knows all.

They belong after mitmproxy's own login addon (a request that it refuses is not ours) and
before its `next_layer`, whose choice inside CONNECT tunnels `scope` makes first.
"""

from __future__ import annotations

import os
from pathlib import Path

from addons.capture import Capture
from addons.handover import Handover
from addons.health import Health
from addons.identity import Identities
from addons.passthrough import Passthrough
from addons.refusals import Refusals
from addons.scope import Scope
from addons.tally import OTHER, Tally
from proxy.config import Config
from proxy.identity import Directory
from proxy.networks import Networks
from proxy.providers import Catalogue
from proxy.spool.channel import Farewell, WordsSender
from proxy.spool.outbox import Outbox
from proxy.wire.formats import FORMATS

__all__ = ["build", "private_folder"]

MEBIBYTE = 1024 * 1024


def build(config: Config, *, worker: str | None = None) -> list[object]:
    """The addons of one worker, in order.

    `worker` names it in what the edge tells of itself (default: JAUGE_WORKER of the
    environment, else by its process). Creates the state folder. Raises CatalogueError, and
    OSError when the folder cannot be made.
    """
    settings, organisation = config.settings, config.organisation
    name = worker or os.environ.get("JAUGE_WORKER") or f"pid-{os.getpid()}"
    state = private_folder(config.state_dir)
    catalogue = Catalogue.load(
        config.catalogue_folders,
        enable=settings.catalogue.enable,
        disable=settings.catalogue.disable,
        formats=FORMATS,
    )
    directory = Directory(
        organisation, listeners=config.listeners, observe=settings.content.observe
    )
    tally = Tally()
    outbox = Outbox(
        state / "outbox",
        worker=name,
        limit_bytes=settings.content.outbox_mebibytes * MEBIBYTE,
    )
    socket = state / "words.sock"
    sender = WordsSender(socket)
    passthrough = _passthrough(config, catalogue, directory, tally)
    scope = Scope(
        catalogue,
        passthrough,
        tally=tally,
        clients=Networks((net, True) for net in settings.edge.clients),
    )
    identities = Identities(directory, tally=tally)
    capture = Capture(
        settings,
        catalogue=catalogue,
        scope=scope,
        passthrough=passthrough,
        identities=identities,
        directory=directory,
        handover=Handover(outbox, sender, directory, tally=tally),
        tally=tally,
    )
    health = Health(
        tally,
        edge=settings.edge.name,
        worker=name,
        outbox=outbox,
        sender=sender,
        farewell=Farewell(socket),
    )
    return [scope, passthrough, identities, capture, health]


def private_folder(path: Path) -> Path:
    """The folder, made for its owner alone if it was not there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _passthrough(
    config: Config, catalogue: Catalogue, directory: Directory, tally: Tally
) -> Passthrough:
    edge = config.settings.edge
    refusals = Refusals(
        config.state_dir,
        hours=edge.passthrough_hours,
        on_error=lambda kind: tally.add("passthrough_errors", kind),
    )

    def may_pass(address: str) -> bool:
        return edge.passthrough_proxies or not directory.is_proxy(address)

    def tool_of(name: str) -> str:
        host = catalogue.host(name)
        return host.tool if host else OTHER

    return Passthrough(refusals, tally=tally, may_pass=may_pass, tool_of=tool_of)
