"""Clients that refuse our certificate are let through the next time.

mitmproxy tells that a handshake failed, but not why, so that refusals are told from
accidents by how they look, and several weak signs make a strong one:

- an alert (unknown authority, bad certificate, no common TLS version): at once;
- a connection closed in the middle of the handshake, as some pinned clients do and as an
  impatient user does: the second time;
- a handshake that succeeds and is followed by a quick end without a request, as Node.js
  does, which looks at the certificate only then: the third time.

A request over a decrypted connection shows that the client trusts us and clears the score.
Scores are kept by each worker, for ten minutes; what follows from them is shared.

A client that is itself a proxy speaks for many people: it is let through only when the
operator allows it (`edge.passthrough_proxies`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from mitmproxy.connection import Client
from mitmproxy.tls import TlsData

from addons.destination import destination, is_reverse
from addons.guard import guarded
from addons.refusals import Refusals
from addons.tally import Tally

__all__ = ["Passthrough"]

ENOUGH = 6
POINTS = {"refused": 6, "closed": 3, "silent": 2}
"""What each sign is worth, of ENOUGH."""
FORGET_S = 600.0
"""After how long, in seconds, a weak sign is forgotten."""
QUICK_S = 2.0
"""A connection without a request is a sign when it ends within this, in seconds."""
LIMIT = 10_000
"""Pairs with a score, at most."""

CLOSED = ("connection closed", "connection closed early")
"""mitmproxy's words for a handshake that ended without an alert (mitmproxy.proxy.tunnel
and mitmproxy.proxy.layers.tls, 12.2)."""

type Pair = tuple[str, str]


class Passthrough:
    """Watches TLS handshakes with clients."""

    def __init__(
        self,
        refusals: Refusals,
        *,
        tally: Tally,
        may_pass: Callable[[str], bool],
        tool_of: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Share `refusals` with the other workers.

        `may_pass` tells whether a client address may be let through at all, `tool_of` the
        tool of a host name, for the counters.
        """
        self.tally = tally
        self._refusals = refusals
        self._may_pass = may_pass
        self._tool_of = tool_of
        self._clock = clock
        self._scores: dict[Pair, tuple[int, float]] = {}
        self._unproven: dict[str, tuple[Pair, float]] = {}

    def running(self) -> None:
        """Mitmproxy has started: share the list with the other workers."""
        self._refusals.start()

    def done(self) -> None:
        """Mitmproxy ends: write what is unwritten."""
        self._refusals.close()

    def lets_through(self, client: Client, name: str) -> bool:
        """Whether this client's connection to this name is to be left undecrypted."""
        address = client.peername[0]
        return self._refusals.holds(address, name) and self._may_pass(address)

    def proven(self, client: Client) -> None:
        """A request arrived over this decrypted connection: the client trusts us."""
        found = self._unproven.pop(client.id, None)
        if found is not None:
            self._scores.pop(found[0], None)

    @guarded
    def tls_established_client(self, data: TlsData) -> None:
        """The handshake went well; what follows will tell."""
        pair = _pair(data)
        if pair is not None:
            self._unproven[data.conn.id] = pair, self._clock()

    @guarded
    def tls_failed_client(self, data: TlsData) -> None:
        """The handshake failed."""
        pair = _pair(data)
        if pair is not None:
            self._sign("closed" if data.conn.error in CLOSED else "refused", pair)

    @guarded
    def client_disconnected(self, client: Client) -> None:
        """A decrypted connection that ends at once without a request is a weak sign."""
        found = self._unproven.pop(client.id, None)
        if found is not None and self._clock() - found[1] <= QUICK_S:
            self._sign("silent", found[0])

    def _sign(self, kind: str, pair: Pair) -> None:
        now = self._clock()
        score, since = self._scores.pop(pair, (0, now))
        if now - since > FORGET_S:
            score, since = 0, now
        score += POINTS[kind]
        tool = self._tool_of(pair[1])
        if kind != "silent":
            self.tally.add("refused_certificates", tool)
        if score < ENOUGH:
            self._remember_score(pair, score, since)
        elif self._may_pass(pair[0]):
            self._refusals.add(*pair)
            self.tally.add("remembered", tool)

    def _remember_score(self, pair: Pair, score: int, since: float) -> None:
        while len(self._scores) >= LIMIT:
            del self._scores[next(iter(self._scores))]
        self._scores[pair] = score, since


def _pair(data: TlsData) -> Pair | None:
    """Client address and name of an explicit connection; None for TLS towards ourselves."""
    name = None if is_reverse(data.context.client) else destination(data.context)
    if name is None:
        return None
    return data.context.client.peername[0], name
