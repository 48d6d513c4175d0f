"""What the client wants simulated, asked for by request headers, and the made-up text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bench.simulated.http1 import Request

SENTENCES = (
    "Le conseil municipal se réunit le premier lundi du mois à la salle des fêtes.",
    "Vous pouvez déposer votre dossier au guichet ou par courrier avant la fin du mois.",
    "The town hall opens at nine and the library lends books to every resident.",
    "Une note de synthèse présente les trois options, leur coût et leur calendrier.",
)
"""Harmless made-up sentences, French and English."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """How one answer is made."""

    pieces: tuple[str, ...]
    """The answer's text, one piece per streamed event."""
    pause_s: float
    abort_after: int | None
    status: int
    coding: str | None = None
    """Content coding of the answer (see coding.CODINGS)."""
    piece_bytes: int | None = None
    """A streamed answer comes in chunks of that many bytes, whatever its events are."""

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """The number of output tokens that the simulated service states: one per piece."""
        return len(self.pieces)


def read(request: Request) -> Scenario:
    """The scenario in the `x-simulated-…` headers.

    They are: events, pause-ms, abort-after, status, text, coding, piece-bytes.
    """
    headers = request.headers
    count = int(headers.get("x-simulated-events", "24"))
    abort = headers.get("x-simulated-abort-after")
    text = headers.get("x-simulated-text")
    return Scenario(
        pieces=(text,) if text else pieces(count),
        pause_s=float(headers.get("x-simulated-pause-ms", "0")) / 1000,
        abort_after=None if abort is None else int(abort),
        status=int(headers.get("x-simulated-status", "200")),
        coding=headers.get("x-simulated-coding"),
        piece_bytes=int(headers.get("x-simulated-piece-bytes", "0")) or None,
    )


@lru_cache(maxsize=8)
def pieces(count: int) -> tuple[str, ...]:
    """`count` words of the sentences, each with its trailing space."""
    words = " ".join(SENTENCES).split(" ")
    return tuple(words[number % len(words)] + " " for number in range(count))


def body(request: Request) -> dict[str, Any]:
    """The request's JSON object; empty for anything else.

    A request with `x-simulated-model` is not parsed: a large one would hold up the
    answers to all others, and with them what the bench measures.
    """
    blind = request.headers.get("x-simulated-model")
    if blind is not None:
        return {"model": blind}
    try:
        value = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def prompt_tokens(request: Request) -> int:
    """The number of input tokens that the simulated service states."""
    return 3 + len(request.body) // 8
