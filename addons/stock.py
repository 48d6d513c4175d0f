"""The edge in a stock mitmdump: `JAUGE_CONFIG=… mitmdump -s addons/entry.py`.

Listening is mitmproxy's business there (`--mode`, `--listen-host`, `--listen-port`); all
else is as with `jauge`, but slower: the launcher's shortcuts are not pulled. A wrong
configuration ends the process, since a proxy that runs on without this addon would
buffer every stream and audit nothing.
"""

from __future__ import annotations

import logging
import sys

from mitmproxy import ctx
from mitmproxy.addons.errorcheck import ErrorCheckHandler
from mitmproxy.addons.proxyserver import Proxyserver

from addons import duplex, interim, quiet, tickets, trailers, unread, windows
from addons.assemble import build
from addons.knobs import options_for
from addons.login import logins
from proxy import hardening
from proxy.config import Config, load

__all__ = ["Stock", "assemble"]

logger = logging.getLogger("jauge.edge")

EX_CONFIG = 78
"""Exit status of a wrong configuration (sysexits.h)."""

NOT_OURS = ("mode", "connection_strategy", "http2", "http3")
"""Options that are left to mitmdump's own command line."""


class Stock:
    """Sets mitmproxy's options from ours, where its command line says nothing."""

    def __init__(self, config: Config) -> None:
        self._options = options_for(config, modes=())
        for name in NOT_OURS:
            del self._options[name]

    def load(self, _: object) -> None:
        """Apply the options, and keep mitmdump from printing what passes."""
        known = ctx.options._options  # noqa: SLF001 - tells a default from a choice
        chosen = {
            name: value for name, value in self._options.items() if not known[name].has_changed()
        }
        # Our own rule (edge.clients) decides which networks may connect.
        ctx.options.update(flow_detail=0, block_global=False, **chosen)  # type: ignore[no-untyped-call]

    def running(self) -> None:
        """Say what mitmdump would have said."""
        server = ctx.master.addons.get("proxyserver")  # type: ignore[no-untyped-call]
        if isinstance(server, Proxyserver):
            for host, port, *_ in server.listen_addrs():
                logger.info("proxy listening at %s:%d", host or "*", port)


def assemble() -> list[object]:
    """All addons for mitmdump, from the configuration that JAUGE_CONFIG names.

    Exits with EX_CONFIG when it cannot be served.
    """
    hardening.harden()
    try:
        config = load()
        _refuse_parent(config)
        auditing = build(config)
        login = logins(config, auditing)
        for one in login:
            one.name = "jauge-login"  # mitmdump has an addon of the other name, which stays idle
        addons = [Stock(config), *login, *auditing]
    except (ValueError, OSError) as error:
        sys.stderr.write(f"jauge: {error}\n")
        raise SystemExit(EX_CONFIG) from None
    trailers.mend()
    interim.mend()
    tickets.mend()
    duplex.mend()
    unread.mend()
    windows.mend()
    _be_quiet()
    return addons


def _be_quiet() -> None:
    """Our own log in place of mitmdump's; a port that is taken still ends the process."""
    checks = [one for one in logging.getLogger().handlers if isinstance(one, ErrorCheckHandler)]
    quiet.install("mitmdump")
    logging.getLogger().handlers.extend(checks)


def _refuse_parent(config: Config) -> None:
    if config.settings.edge.parent is not None:
        raise ValueError(
            "edge.parent: mitmdump goes through a parent proxy by its own options; remove the "
            "key and start it with --mode upstream:URL, or use the command jauge."
        )
