"""What travels over the memory channel (a Unix socket) from a worker to the auditor.

Nothing of it is ever written to a disk. One message is one SOCK_SEQPACKET packet
(or a length-prefixed frame): a MessagePack-encoded tagged struct, so that the
receiver tells `Words` from `EdgeHealth` by its tag.
"""

from __future__ import annotations

import msgspec

__all__ = ["EdgeHealth", "Histogram", "Message", "Words", "decode", "encode"]


class Words(msgspec.Struct, frozen=True, kw_only=True, tag="words", omit_defaults=True):
    """The text of one exchange, on its way to be scored and counted, then forgotten."""

    id: str
    """Id of the exchange."""
    prompt: str = ""
    answer: str = ""
    reasoning: str = ""
    messages: int = 0
    """Messages in the prompt; chat formats add a few tokens per message."""

    def __repr__(self) -> str:
        """Sizes only: a traceback or a log must never show the text."""
        return f"Words(id={self.id!r}, chars={len(self.prompt) + len(self.answer)})"


class Histogram(msgspec.Struct, frozen=True, kw_only=True):
    """A cumulative Prometheus-style histogram of seconds since the worker started."""

    bounds_s: tuple[float, ...]
    counts: tuple[int, ...]
    """Observations per bucket, not cumulated, one more than `bounds_s` (the last is +Inf)."""
    sum_s: float


class EdgeHealth(msgspec.Struct, frozen=True, kw_only=True, tag="health", omit_defaults=True):
    """What one worker has counted since it started. Sent every second and at its end.

    `counters` maps a metric of the edge to {label value: count}; see
    `addons/health.py` for the names. Values only grow during the life of `boot_id`.
    """

    edge: str
    worker: str
    boot_id: str
    sent_at: float
    counters: dict[str, dict[str, float]]
    histograms: dict[str, Histogram]
    connections: int = 0
    outbox_queued: int = 0
    outbox_lost: int = 0
    outbox_oldest_age_s: float = 0.0
    outbox_error: str | None = None
    """Kind of the last failure to write the outbox (an errno name), None while it works."""
    final: bool = False
    """The worker is about to exit; this is its last message, sent until it is answered."""


Message = Words | EdgeHealth

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    """The message as MessagePack."""
    return _encode(message)


def decode(data: bytes) -> Message:
    """The message that `encode` wrote. Raises msgspec.MsgspecError for anything else."""
    return _decoder.decode(data)
