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

from proxy.exchange import Language, Operation, ParseStatus, ReportedFootprint

__all__ = ["Reading"]


@dataclass(slots=True, repr=False)
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
    """Visible pieces of what was sent: system text, messages, documents in text form.
    Each piece stands on its own (`prompt_text` joins them with line ends)."""
    answer: list[str] = field(default_factory=list)
    """Visible pieces of the answer in order (all choices); no reasoning, no tool arguments.
    Pieces continue each other (`answer_text` joins them with nothing between)."""
    reasoning: list[str] = field(default_factory=list)
    """Pieces of generated text that is not the answer: thinking, tool-call arguments."""
    messages: int = 0
    """Messages in the prompt; chat formats add a few tokens to each."""
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

    # Settled by `reader.Reader` when the exchange has ended; formats leave these alone.
    prompt_chars: int = 0
    answer_chars: int = 0
    reasoning_chars: int = 0
    """Unicode characters of the three lists, and of what was cut from them."""
    prompt_language: Language = "unknown"
    answer_language: Language = "unknown"
    cut: bool = False
    """Very long texts were shortened before they were read: the words are not all here."""

    @property
    def prompt_text(self) -> str:
        """The whole prompt that is known, one piece a line."""
        return "\n".join(self.prompt)

    @property
    def answer_text(self) -> str:
        """The whole visible answer that is known."""
        return "".join(self.answer)

    @property
    def reasoning_text(self) -> str:
        """The whole text that was generated beside the answer, as far as it is known."""
        return "".join(self.reasoning)

    def __repr__(self) -> str:
        """Counts and sizes only: a traceback or a log must never show the text."""
        return (
            f"Reading(operation={self.operation!r}, parse_status={self.parse_status!r}, "
            f"input_tokens={self.input_tokens}, output_tokens={self.output_tokens}, "
            f"prompt_chars={self.prompt_chars}, answer_chars={self.answer_chars})"
        )
