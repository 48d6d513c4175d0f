"""A finished exchange leaves the edge: counts to the outbox, words to the memory channel.

Neither waits and neither fails the traffic: what cannot be kept is counted.
"""

from __future__ import annotations

from addons.tally import Tally
from proxy.compose import Circumstances, compose, words_of
from proxy.exchange import WordsState, new_id, to_bytes
from proxy.identity import Directory
from proxy.spool.channel import WordsSender
from proxy.spool.outbox import Outbox
from proxy.wire.reading import Reading

__all__ = ["Handover"]


class Handover:
    """Turns readings into records and gives them away."""

    def __init__(
        self, outbox: Outbox, sender: WordsSender, directory: Directory, *, tally: Tally
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._directory = directory
        self._tally = tally

    def keeps_words(self, facts: Circumstances) -> bool:
        """Whether the words of this exchange may be analysed."""
        return self._directory.keeps_words(facts.identity, facts.call.tool)

    def submit(self, reading: Reading, facts: Circumstances) -> None:
        """Hand one finished exchange over, if it was one."""
        tally, tool = self._tally, facts.call.tool
        if not reading.inference:
            tally.add("not_inference", tool)
            return
        exchange_id = new_id(facts.started_at)
        words = self._send_words(exchange_id, reading, facts)
        self._outbox.put(to_bytes(compose(exchange_id, reading, facts, words)))
        tally.add("exchanges", reading.parse_status)
        tally.add("words", words)
        tally.add("body_bytes", "request", facts.request_bytes)
        tally.add("body_bytes", "response", facts.response_bytes)
        if facts.aborted:
            tally.add("aborted", tool)
        if facts.truncated:
            tally.add("truncated", tool)

    def _send_words(self, exchange_id: str, reading: Reading, facts: Circumstances) -> WordsState:
        """Words go first: the record says what became of them."""
        if not self.keeps_words(facts):
            return "off"
        words = words_of(exchange_id, reading)
        if words is None:
            return "empty"
        return "sent" if self._sender.send(words) else "dropped"
