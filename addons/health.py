"""What the edge tells of itself: every second, and when the worker ends.

Names and labels of the counters, and the stages of the histograms, are in `tally`. They
travel over the memory channel to the auditor, which shows them for all workers together.

The last state holds what could not be written, which nobody else knows: it is told until
the ledger has it, or for as long as `proxy.spool.farewell` says, and then the log has it.
"""

from __future__ import annotations

import asyncio
import logging
import time

from mitmproxy.connection import Client

from addons.guard import guarded
from addons.tally import Tally
from proxy.exchange import new_id
from proxy.spool.channel import Farewell, WordsSender
from proxy.spool.farewell import COUNTS_S, LOST_S
from proxy.spool.messages import EdgeHealth
from proxy.spool.outbox import Outbox

__all__ = ["Health"]

EVERY_S = 1.0
"""How often the state is sent, in seconds."""
AT_ONCE_S = 1.0
"""How long `done` may wait for the auditor's answer, in seconds."""

logger = logging.getLogger("jauge.edge")


class Health:
    """Counts client connections and sends the tally. Closes the hand-over at the end."""

    def __init__(  # noqa: PLR0913 - whose state it is, and where it goes
        self,
        tally: Tally,
        *,
        edge: str,
        worker: str,
        outbox: Outbox,
        sender: WordsSender,
        farewell: Farewell,
    ) -> None:
        self.tally = tally
        self._edge = edge
        self._worker = worker
        self._boot_id = new_id()
        self._outbox = outbox
        self._sender = sender
        self._farewell = farewell
        self._last: EdgeHealth | None = None
        """The last state, once the worker ends and until the ledger has it."""
        self._clients: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def running(self) -> None:
        """Mitmproxy has started: begin to send."""
        self._task = asyncio.get_running_loop().create_task(self._send_for_ever())

    def done(self) -> None:
        """The worker ends: write and send what waits, then tell the last state.

        Comes after every other addon of ours, so that all they had is handed over. It
        waits, for some seconds at most, when nothing is left to be delayed by it.
        """
        if self._task is not None:
            self._task.cancel()
        self._outbox.close()
        self._sender.close()
        last = self.state(final=True)
        told = self._farewell.tell(last, min(AT_ONCE_S, self._patience_s(last)))
        if last.outbox_lost:
            there = "is" if told else "is not yet known to be"
            reason = last.outbox_error or "no room in memory"
            logger.warning(
                "lost %d counts (%s): their number %s in the ledger",
                *(last.outbox_lost, reason, there),
            )
        self._last = None if told else last

    async def farewell(self) -> None:
        """After `done`, where the process can wait: go on until the ledger has the last state."""
        last = self._last
        if last is None:
            return
        patience_s = self._patience_s(last)
        told = patience_s > 0 and await asyncio.to_thread(self._farewell.tell, last, patience_s)
        if last.outbox_lost and told:
            logger.warning("the number of lost counts is in the ledger now: %d", last.outbox_lost)
        elif last.outbox_lost:
            logger.error("no auditor has recorded the number of lost counts: %d", last.outbox_lost)

    def hurry(self) -> None:
        """The worker is to end at once: wait two seconds more at most."""
        self._farewell.hurry()

    def _patience_s(self, last: EdgeHealth) -> float:
        """How long the last state may take, in seconds; an edge without an auditor just ends."""
        if last.outbox_lost:
            return LOST_S
        return COUNTS_S if self._sender.state().met else 0.0

    @guarded
    def client_connected(self, client: Client) -> None:
        """A client came; `scope` has already refused it, or not."""
        if client.error:
            self.tally.add("clients", "refused")
            return
        self.tally.add("clients", "accepted")
        self._clients.add(client.id)

    @guarded
    def client_disconnected(self, client: Client) -> None:
        """A client went."""
        self._clients.discard(client.id)

    def state(self, *, final: bool = False) -> EdgeHealth:
        """All that this worker has counted since it started."""
        outbox = self._outbox.state()
        return EdgeHealth(
            edge=self._edge,
            worker=self._worker,
            boot_id=self._boot_id,
            sent_at=time.time(),
            counters=self._counters(),
            histograms=self.tally.histograms(),
            connections=len(self._clients),
            outbox_queued=outbox.queued,
            outbox_lost=outbox.lost,
            outbox_oldest_age_s=outbox.oldest_age_s,
            outbox_error=outbox.error,
            final=final,
        )

    def _counters(self) -> dict[str, dict[str, float]]:
        """The tally, and the words that were taken and then could not be sent."""
        counters = self.tally.counters()
        given_up = self._sender.state().dropped - self.tally.value("words", "dropped")
        if given_up > 0:
            counters.setdefault("words", {})["given_up"] = given_up
        return counters

    async def _send_for_ever(self) -> None:
        while True:
            self._sender.send(self.state())
            await asyncio.sleep(EVERY_S)
