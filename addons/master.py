"""The edge of one worker: mitmproxy's core with the few addons that it needs.

Of mitmproxy's thirty-one default addons seven are used as they are. Four have a
counterpart of ours: `proxyauth` is addons.login, `upstream_auth` is addons.parent,
`block` is addons.scope (which networks may connect), and `update_alt_svc` is left out,
since it changes a header of the service. The rest serves mitmproxy's own user interface.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Sequence

import uvloop
from mitmproxy.addons.core import Core
from mitmproxy.addons.disable_h2c import DisableH2C
from mitmproxy.addons.dns_resolver import DnsResolver
from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.addons.strip_dns_https_records import StripDnsHttpsRecords
from mitmproxy.addons.tlsconfig import TlsConfig
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.utils import asyncio_utils

from addons import duplex, interim, levers, tickets, trailers, unread, windows
from addons.drain import Drain
from addons.health import Health
from addons.knobs import options_for
from addons.listen import InheritedServer, Place, with_addresses
from addons.login import logins
from addons.parent import Parent, ParentAuth
from proxy.config import Config

__all__ = ["Assemble", "Edge", "serve"]

logger = logging.getLogger("jauge.edge")

type Assemble = Callable[[Config], Sequence[object]]
"""Makes the addons that look at the traffic (addons.assemble.build)."""


class Edge(Master):
    """One worker's mitmproxy. Raises ValueError when the configuration cannot be served."""

    def __init__(self, config: Config, places: Sequence[Place], assemble: Assemble) -> None:
        super().__init__(Options())
        self._legacy_log_events.uninstall()  # it hands every log record to every addon
        edge = config.settings.edge
        parent = Parent.parse(edge.parent) if edge.parent else None
        self.server = InheritedServer(places, parent)
        self.draining = Drain()
        self._drain_s = edge.drain_s
        auditing = assemble(with_addresses(config, places))
        self._healths = [one for one in auditing if isinstance(one, Health)]
        levers.pull(levers.chosen(edge.levers))
        trailers.mend()  # after the levers, one of which replaces what it wraps
        interim.mend()
        tickets.mend()
        duplex.mend()
        unread.mend()
        windows.mend()
        levers.put(self.draining.patches())
        self.addons.add(  # type: ignore[no-untyped-call]
            Core(),
            StripDnsHttpsRecords(),
            DisableH2C(),
            *logins(config, auditing),
            self.server,
            *auditing,
            DnsResolver(),
            NextLayer(),
            TlsConfig(),
            *([ParentAuth(parent)] if parent else []),
            self.draining,
        )
        self.options.update(**options_for(config, self.server.modes))  # type: ignore[no-untyped-call]

    async def serve(self, ready: Callable[[], None]) -> None:
        """Serve until `stop`. `ready` is called when connections are accepted."""
        with (
            asyncio_utils.install_exception_handler(self._asyncio_exception_handler),
            asyncio_utils.set_eager_task_factory(),
        ):
            try:
                await self.server.setup_servers()
                await self.running()
                gc.collect()
                gc.freeze()  # what is there now stays: no later collection looks at it
                ready()
                await self.should_exit.wait()
                await self._drain()
            finally:
                await self.done()
                for one in self._healths:
                    await one.farewell()

    def stop(self) -> None:
        """Accept no more, finish what is live, then return from `serve`. Twice: at once."""
        if self.should_exit.is_set():
            self.draining.hurry()
            for one in self._healths:
                one.hurry()
        self.should_exit.set()

    async def _drain(self) -> None:
        await self.server.close_listeners()
        cut = await self.draining.drain(self.server.connections, self._drain_s)
        if cut:
            logger.warning("stopped with %d connections still open", cut)


def serve(
    config: Config,
    places: Sequence[Place],
    assemble: Assemble,
    *,
    ready: Callable[[], None],
    signals: Sequence[int],
) -> None:
    """Run one worker until one of the signals. Raises ValueError as `Edge` does."""

    async def main() -> None:
        edge = Edge(config, places, assemble)
        loop = asyncio.get_running_loop()
        for number in signals:
            loop.add_signal_handler(number, edge.stop)
        await edge.serve(ready)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
