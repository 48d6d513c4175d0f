"""One exchange from its bytes on the wire to its `Reading`.

A `Reader` stands beside the traffic: the edge shows it every piece of the request and
of the answer, exactly as they pass, and asks for the reading at the end. It undoes the
content coding, tells the framing from the first bytes, cuts events, shortens huge
values, and lets the call's wire format read what is left. Whatever comes, no method
raises: what cannot be read is left out, and `parse_status` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from proxy.exchange import ParseStatus
from proxy.language import identify
from proxy.providers import Call
from proxy.wire.answer import LONG_EVENT_BYTES, Answer
from proxy.wire.base import Format
from proxy.wire.body import slimmed
from proxy.wire.document import is_plain_answer, is_plain_request, read_document
from proxy.wire.formats import FORMATS
from proxy.wire.intake import Intake, TooLong
from proxy.wire.reading import Reading
from proxy.wire.request import Request

__all__ = ["Reader"]

_RANK: dict[ParseStatus, int] = {
    "ok": 0,
    "partial": 1,
    "unknown_format": 2,
    "oversize": 3,
    "ws_handoff": 4,
}
"""A status gives way only to one of a higher rank."""


_COUNTS = (
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "images",
)
_ABSURD = 1 << 40
"""No exchange has so many tokens; a count beyond it, or below zero, is not believed."""


class Reader:
    """Reads one exchange, or the turns of one WebSocket. No method raises."""

    __slots__ = (
        "_answer",
        "_answer_headers",
        "_answer_in",
        "_answered",
        "_asked",
        "_cut_answer_chars",
        "_cut_prompt_chars",
        "_finished",
        "_format",
        "_keep_words",
        "_limit",
        "_reading",
        "_request",
        "_request_headers",
        "_request_in",
        "_status",
        "_turn_bytes",
        "_websocket",
    )

    def __init__(self, call: Call, *, limit_bytes: int, keep_words: bool = True) -> None:
        """`limit_bytes`: most decoded bytes that are read of either direction.

        Of a longer turn of a WebSocket the words are forgotten, and still counted.
        """
        self._limit = limit_bytes
        self._keep_words = keep_words
        self._websocket = call.websocket
        self._reading = Reading()
        kind = FORMATS.get(call.wire_format, FORMATS["opaque"])
        self._format: Format = kind(call, self._reading)
        # Of either direction: its headers while it is open, its first piece while that may
        # be all of it, and else what reads it piece by piece.
        self._request_headers: Mapping[str, str] | None = None
        self._asked = b""
        self._request: Request | None = None
        self._request_in: Intake | None = None
        self._answer_headers: Mapping[str, str] | None = None
        self._answered = b""
        self._answer: Answer | None = None
        self._answer_in: Intake | None = None
        self._status = 0
        self._cut_prompt_chars = 0
        self._cut_answer_chars = 0
        self._turn_bytes = 0
        self._finished = False

    def start_request(self, headers: Mapping[str, str]) -> None:
        """Headers of the request, names in lower case."""
        self._request_headers = headers

    def feed_request(self, data: bytes) -> None:
        """The next bytes of the request's body, as on the wire."""
        headers = self._request_headers
        if headers is None:
            return
        try:
            if self._request_in is None:
                if not self._asked and self._may_be_all(data) and is_plain_request(headers, data):
                    self._asked = data
                    return
                self._open_request(headers).feed(data)
            else:
                self._request_in.feed(data)
        except TooLong:
            self._mark("oversize")
            self._close_request()
        except Exception:  # noqa: BLE001 - nothing here may disturb the traffic
            self._mark("partial")
            self._close_request()

    def _may_be_all(self, data: bytes) -> bool:
        return len(data) <= self._limit and not self._format.measured_only

    def _open_request(self, headers: Mapping[str, str]) -> Intake:
        """Read the request piece by piece."""
        self._request = Request(self._format, headers.get("content-type", ""), self._mark)
        sink = _ignore if self._format.measured_only else self._request.take
        self._request_in = Intake(headers, self._limit, sink)
        asked, self._asked = self._asked, b""
        if asked:
            self._request_in.feed(asked)
        return self._request_in

    def end_request(self, *, truncated: bool = False) -> None:
        """The request's body has ended; `truncated`: not all of it was shown."""
        if truncated:
            self._mark("partial")
        self._close_request()

    def _close_request(self) -> None:
        headers, self._request_headers = self._request_headers, None
        if headers is None:
            return
        asked, self._asked = self._asked, b""
        try:
            if asked:
                self._read_asked(headers, asked)
            else:
                self._end_request(self._request_in or self._open_request(headers))
        except Exception:  # noqa: BLE001
            self._mark("partial")
        self._request = self._request_in = None

    def _read_asked(self, headers: Mapping[str, str], body: bytes) -> None:
        """Read the request that was all there at once."""
        if body.strip():
            content_type = headers.get("content-type", "").lower()
            read = partial(self._format.read_request, content_type=content_type)
            read_document(read, body, b"", self._mark)

    def _end_request(self, intake: Intake) -> None:
        if self._format.measured_only:
            if not self._websocket:  # there the messages are measured, by the format
                self._reading.opaque_request_chars = intake.size_bytes
        elif self._request is not None:
            self._request.end()
            self._cut_prompt_chars = self._request.cut_chars

    def start_answer(self, status: int, headers: Mapping[str, str]) -> None:
        """Status and headers of the answer, names in lower case."""
        self._close_request()
        self._status = status
        self._answer_headers = headers
        try:
            self._format.read_headers(status, headers)
        except Exception:  # noqa: BLE001
            self._mark("partial")

    def feed_answer(self, data: bytes) -> None:
        """The next bytes of the answer's body, as on the wire."""
        headers = self._answer_headers
        if headers is None:
            return
        try:
            if self._answer_in is None:
                if not self._answered and self._may_be_all(data) and is_plain_answer(headers, data):
                    self._answered = data
                    return
                self._open_answer(headers).feed(data)
            else:
                self._answer_in.feed(data)
        except TooLong:
            self._mark("oversize")
            self._close_answer()
        except Exception:  # noqa: BLE001
            self._mark("partial")
            self._close_answer()

    def _open_answer(self, headers: Mapping[str, str]) -> Intake:
        """Read the answer piece by piece."""
        content_type = headers.get("content-type", "").lower()
        self._answer = Answer(self._format, content_type, self._mark_of_answer())
        sink = _ignore if self._format.measured_only else self._answer.take
        self._answer_in = Intake(headers, self._limit, sink)
        answered, self._answered = self._answered, b""
        if answered:
            self._answer_in.feed(answered)
        return self._answer_in

    def _mark_of_answer(self) -> Callable[[ParseStatus], None]:
        # A page of a gateway instead of an error in JSON is no loss: the status says it.
        return self._mark if self._status < 400 else _ignore

    def _close_answer(self) -> None:
        headers, self._answer_headers = self._answer_headers, None
        if headers is None:
            return
        answered, self._answered = self._answered, b""
        try:
            if answered:
                self._read_answered(answered)
            else:
                self._end_answer(self._answer_in or self._open_answer(headers))
        except Exception:  # noqa: BLE001
            self._mark("partial")
        if self._answer is not None:
            self._cut_answer_chars += self._answer.cut_chars
        self._answer = self._answer_in = None

    def _read_answered(self, body: bytes) -> None:
        """Read the answer that was all there at once."""
        reading = self._reading
        reading.streamed = False
        if not self._websocket:
            reading.opaque_answer_chars = len(body)
        if read_document(self._format.read_answer, body, body, self._mark_of_answer()):
            reading.ended = True

    def _end_answer(self, intake: Intake) -> None:
        if not self._websocket:
            self._reading.opaque_answer_chars = intake.size_bytes
        if self._answer is not None:
            self._answer.end()

    def feed_message(self, data: bytes, *, from_client: bool) -> Reading | None:
        """One WebSocket message; the reading of the turn that it ends, else None."""
        try:
            if len(data) > LONG_EVENT_BYTES and not self._format.measured_only:
                data, cut = slimmed(data)
                self._cut_prompt_chars += cut if from_client else 0
                self._cut_answer_chars += 0 if from_client else cut
            before = _pieces(self._reading)
            ended = self._format.read_message(data, from_client=from_client)
            if _pieces(self._reading) != before:
                self._keep_turn(len(data))
            if not ended:
                return None
        except Exception:  # noqa: BLE001
            self._mark("partial")
            return None
        return self._next_turn()

    def _next_turn(self) -> Reading:
        turn = self._reading
        turn.streamed = turn.ended = True
        self._settle(turn)
        self._reading = self._format.reading = Reading(
            operation=turn.operation,
            model_asked=turn.model_asked,
            model_answered=turn.model_answered,
            region=turn.region,
        )
        self._cut_prompt_chars = self._cut_answer_chars = self._turn_bytes = 0
        return turn

    def _keep_turn(self, size_bytes: int) -> None:
        """Take note of a message with words; over the limit, keep their size alone."""
        self._turn_bytes += size_bytes
        if self._turn_bytes <= self._limit:
            return
        self._mark("oversize")
        reading = self._reading
        self._cut_prompt_chars += sum(map(len, reading.prompt))
        self._cut_answer_chars += sum(map(len, reading.answer)) + sum(map(len, reading.reasoning))
        reading.prompt, reading.answer, reading.reasoning = [], [], []

    def finish(self, *, aborted: bool = False) -> Reading:
        """The reading, after the last byte or after the exchange was cut off. Idempotent."""
        reading = self._reading
        if self._finished:
            return reading
        self._finished = True
        self._close_request()
        self._close_answer()
        try:
            self._format.finish()
        except Exception:  # noqa: BLE001
            self._mark("partial")
        if self._websocket and self._status < 300 and not _generated(reading):
            reading.inference = False  # what is left after the last turn is no turn
        self._judge(reading, aborted=aborted)
        self._settle(reading)
        return reading

    def _judge(self, reading: Reading, *, aborted: bool) -> None:
        """How far the answer could be read."""
        if self._format.measured_only:
            self._mark("unknown_format")
        elif aborted or not (self._status or self._websocket):  # cut off, or never answered
            self._mark("partial")
        elif self._status < 300 and not _understood(reading):
            self._mark("unknown_format")
        elif self._status < 300 and not reading.ended:
            self._mark("partial")
        if reading.parse_status != "unknown_format":
            reading.opaque_answer_chars = None

    def _settle(self, reading: Reading) -> None:
        """Sizes and languages of the words, and the words themselves only if wanted."""
        answer, thought = _without_thought("".join(reading.answer))
        reading.answer = [answer] if answer else []
        if thought:
            reading.reasoning.insert(0, thought)
        reading.answer_chars = len(answer) + self._cut_answer_chars
        reading.reasoning_chars = sum(map(len, reading.reasoning))
        reading.prompt_chars = sum(map(len, reading.prompt)) + self._cut_prompt_chars
        reading.cut = bool(self._cut_answer_chars or self._cut_prompt_chars)
        reading.prompt_language = identify(_beginning(reading.prompt))
        reading.answer_language = identify(answer)
        if not self._keep_words:
            reading.prompt, reading.answer, reading.reasoning = [], [], []
        for name in _COUNTS:
            value = getattr(reading, name)
            if value is not None and not 0 <= value < _ABSURD:
                setattr(reading, name, None)
                self._mark("partial")

    def _mark(self, status: ParseStatus) -> None:
        if _RANK[status] > _RANK[self._reading.parse_status]:
            self._reading.parse_status = status


def _without_thought(answer: str) -> tuple[str, str]:
    """An answer and the thinking that open models write before it, in tags: `<think>…</think>`.

    An answer that was cut off before the closing tag is all thinking.
    """
    if not answer.startswith("<think>", len(answer) - len(answer.lstrip())):
        return answer, ""
    thought, _, rest = answer.partition("</think>")
    return rest.lstrip(), thought.lstrip().removeprefix("<think>")


def _beginning(pieces: list[str]) -> str:
    """Enough of a prompt to tell its language, however long its pieces are."""
    return " ".join(piece[:500] for piece in pieces[:8])


def _pieces(reading: Reading) -> int:
    """How many pieces of words there are."""
    return len(reading.prompt) + len(reading.answer) + len(reading.reasoning)


def _ignore(what: object) -> None:
    """Take bytes that are only measured, or a mark that does not count."""


def _generated(reading: Reading) -> bool:
    """Whether anything came back that stands for work done."""
    return bool(
        reading.ended
        or reading.answer
        or reading.reasoning
        or reading.error_type
        or reading.images
        or reading.output_tokens is not None
        or reading.input_tokens is not None
    )


def _understood(reading: Reading) -> bool:
    """Whether anything of the answer made sense."""
    return _generated(reading) or reading.model_answered is not None
