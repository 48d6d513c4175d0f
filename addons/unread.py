"""The body of a request that is answered here (407, log in first) is dropped as it comes.

mitmproxy 12.2.3 keeps such a body until its end, and cannot when it grows over
`stream_large_bodies`: it raises NotImplementedError in the middle of the connection, and the
client waits for ever. Here what is over that bound is let go of, and the answer goes out
after the body's end, as for a small one.

`mend` works in the launcher and in a stock mitmdump alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from mitmproxy import version
from mitmproxy.proxy import events, layer
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http._events import RequestData, RequestTrailers

from addons.levers.patch import Patch, put

__all__ = ["NEEDED", "mend"]

logger = logging.getLogger("jauge.edge")

NEEDED = frozenset({"12.2.3"})
"""mitmproxy versions that need the mending and that it was tested on."""

type Commands = layer.CommandGenerator[None]


def mend(running: str = version.VERSION) -> list[Patch]:
    """Apply to this process; returns what undoes it. Other versions are left as they are."""
    if running not in NEEDED:
        logger.warning("bodies of refused requests not dropped: unknown mitmproxy %s", running)
        return []
    original = HttpStream.start_request_stream
    return put((Patch(HttpStream, "start_request_stream", _starting(original)),))


def _starting(original: Callable[[HttpStream], Commands]) -> Callable[[HttpStream], Commands]:
    def start_request_stream(self: HttpStream) -> Commands:
        if self.flow.response is None:
            yield from original(self)
            return
        self.flow.request.stream = False

        def dropping(event: events.Event) -> Commands:
            """Take the rest of the body; its end is that of a request without one."""
            if not isinstance(event, RequestData | RequestTrailers):
                yield from self.state_consume_request_body(event)

        self.client_state = dropping

    return start_request_stream
