"""What a wire format makes of the bytes of one exchange.

A `Reading` is filled step by step while the bytes pass, and read once, when the
exchange has ended. Its token counts have one meaning for every service:

- input: the whole prompt, cache reads and cache writes included;
- output: everything that was generated, reasoning included;
- reasoning, cache read, cache write: the parts of those two, where stated.

None means that the service did not say. Zero means that it said zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from proxy.exchange import Operation, ParseStatus, ReportedFootprint

__all__ = ["Reading"]


@dataclass(slots=True)
class Reading:
    """The parts of one exchange, as its wire format understood them."""

    operation: Operation = "chat"
    inference: bool = True
    """False for a call that generated nothing (a poll of finished work, a token count):
    it yields no exchange."""
    streamed: bool = False
    model_asked: str | None = None
    model_answered: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    images: int | None = None
    """Images generated."""
    audio_s: float | None = None
    """Seconds of audio read or generated."""
    prompt: list[str] = field(default_factory=list)
    """Visible pieces of what was sent: system text, messages, documents in text form."""
    answer: list[str] = field(default_factory=list)
    """Visible pieces of the answer in order (all choices); no reasoning, no tool arguments."""
    reasoning: list[str] = field(default_factory=list)
    """Pieces of generated text that is not the answer: thinking, tool-call arguments."""
    error_type: str | None = None
    """The service's error code, also of an error inside a 200; None when there was none."""
    ended: bool = False
    """The format's own end was seen (a terminal event, or a whole body that parsed)."""
    region: str | None = None
    reported: ReportedFootprint | None = None
    parse_status: ParseStatus = "ok"
    opaque_request_chars: int | None = None
    opaque_answer_chars: int | None = None
    """For bytes in no known format: decoded size of the body, to estimate from, widely."""
