"""What is known of an exchange before a byte of its body."""

from __future__ import annotations

from time import monotonic
from typing import Protocol

from proxy.compose import Circumstances
from proxy.exchange import Sanction
from proxy.identity import Identity
from proxy.providers import Call
from proxy.wire.reading import Reading

__all__ = ["Start", "Submit", "unread"]


class Submit(Protocol):
    """Where finished exchanges go."""

    def __call__(self, reading: Reading, facts: Circumstances) -> None:
        """Hand one exchange over."""


class Start:
    """The beginning of an exchange: who asks for what, and when, by both clocks."""

    __slots__ = ("call", "clock", "edge", "identity", "reference", "sanction", "wall")

    def __init__(  # noqa: PLR0913 - each is one fact of the record
        self,
        call: Call,
        identity: Identity,
        *,
        sanction: Sanction,
        edge: str,
        wall: float,
        reference: str | None,
    ) -> None:
        """`wall` is the Unix time of the request's first byte, in seconds."""
        self.call = call
        self.identity = identity
        self.sanction: Sanction = sanction
        self.edge = edge
        self.wall = wall
        self.reference = reference
        self.clock = monotonic()

    def facts(  # noqa: PLR0913 - each is one fact of the record
        self,
        *,
        after_s: float = 0.0,
        duration_s: float,
        time_to_first_byte_s: float | None,
        http_status: int | None,
        request_bytes: int,
        response_bytes: int,
        aborted: bool,
        truncated: bool = False,
    ) -> Circumstances:
        """The record's part that does not come from the bytes.

        `after_s`: how long after this start the exchange began (turns of a WebSocket).
        """
        return Circumstances(
            call=self.call,
            identity=self.identity,
            sanction=self.sanction,
            edge=self.edge,
            started_at=self.wall + after_s,
            duration_s=duration_s,
            time_to_first_byte_s=time_to_first_byte_s,
            http_status=http_status,
            request_bytes=request_bytes,
            response_bytes=response_bytes,
            aborted=aborted,
            truncated=truncated,
            reference=self.reference,
        )


def unread(call: Call) -> Reading:
    """The reading of an exchange whose bytes could not be read."""
    return Reading(operation=call.operation, model_asked=call.model, parse_status="partial")
