"""The one record that the edge and the auditor share.

An exchange is one request to an LLM service and its answer. The record holds
counts only: no word of a prompt or an answer, no address, path, query, cookie
or credential. It is written once, by the edge, when the answer has ended, and
never changed afterwards; the auditor derives a completed copy (`replace`).

Units are in the names: `_s` seconds, `_bytes` bytes on the wire before any
content coding is undone, `_tokens` tokens, `_chars` Unicode characters, `_kwh`
kilowatt-hours, `_kgco2e` kilograms of CO2 equivalent.

On disk and on the socket a record is one version byte followed by JSON, so that
an auditor can read what an older edge wrote (see `READERS`).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Literal

import msgspec

__all__ = [
    "VERSION",
    "Channel",
    "CountSource",
    "Exchange",
    "Faces",
    "Language",
    "Operation",
    "ParseStatus",
    "RecordError",
    "ReportedFootprint",
    "Sanction",
    "Status",
    "WordsState",
    "clean_name",
    "from_bytes",
    "new_id",
    "to_bytes",
]

VERSION = 1
"""Version of the record that `to_bytes` writes."""

Channel = Literal["web", "api", "ide"]
Faces = Literal["agent", "resident", "undeclared"]
Sanction = Literal["sanctioned", "tolerated", "forbidden", "unknown"]
Operation = Literal["chat", "completion", "embedding", "image", "audio", "realtime", "rerank"]
Status = Literal["ok", "client_error", "server_error", "aborted", "truncated"]
CountSource = Literal["reported", "counted", "estimated", "none"]
"""reported: by the service; counted: by a tokenizer over the words; estimated:
from characters and language, or from bytes; none: there is nothing to count."""
Language = Literal["fr", "en", "other", "unknown"]
ParseStatus = Literal["ok", "partial", "unknown_format", "oversize", "ws_handoff"]
"""ok: read to its end; partial: an end or a part is missing (abort, corrupt or
truncated body); oversize: reading stopped at the byte cap; unknown_format: the
call is one of ours but its bytes are in no format that we read; ws_handoff: the
answer left over another connection."""
WordsState = Literal["sent", "dropped", "off", "empty"]
"""What became of the words: handed to the memory channel, dropped there because
it was full or closed, switched off by configuration, or there were none."""

_NAME = re.compile(r"[A-Za-z0-9._:/@-]{1,64}\Z")


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""A random digit with the two bits that say which kind of UUID it is."""


class RecordError(ValueError):
    """Bytes that are no exchange record; the message says why, never what they hold."""


class ReportedFootprint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the tool itself reported (Albert, Otoroshi). A zero means unknown, never free."""

    energy_min_kwh: float | None = None
    energy_max_kwh: float | None = None
    ghg_min_kgco2e: float | None = None
    ghg_max_kgco2e: float | None = None


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request to an LLM service and its answer, as counts."""

    id: str
    """UUID version 7 (RFC 9562) in canonical text form."""
    started_at: float
    """Unix time of the request's first byte, in seconds, UTC."""
    duration_s: float
    """From the request's first byte to the answer's last."""
    time_to_first_byte_s: float | None = None
    """From the request's first byte to the answer's first body byte; None without one."""
    edge: str = ""
    """Name of the edge that saw it (configuration, not a host name)."""

    department: str = "unknown"
    application: str | None = None
    faces: Faces = "undeclared"
    channel: Channel = "api"
    tool: str
    provider: str
    sanction: Sanction = "unknown"

    wire_format: str
    operation: Operation = "chat"
    model_asked: str | None = None
    model_answered: str | None = None
    model: str | None = None
    """The catalogue's name of the model; filled by the auditor, None on the edge."""
    streamed: bool = False
    status: Status = "ok"
    http_status: int | None = None
    error_type: str | None = None
    """The service's own error code, cleaned; None when there was no error."""

    input_tokens: int | None = None
    """The whole prompt, cache reads and writes included."""
    output_tokens: int | None = None
    """Everything generated, reasoning included."""
    reasoning_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    input_source: CountSource = "none"
    output_source: CountSource = "none"
    images: int | None = None
    """Images generated."""
    audio_s: float | None = None
    """Seconds of audio read or generated."""

    prompt_chars: int = 0
    answer_chars: int = 0
    """Visible text of the answer, without reasoning."""
    reasoning_chars: int = 0
    prompt_language: Language = "unknown"
    answer_language: Language = "unknown"
    request_bytes: int = 0
    response_bytes: int = 0

    region: str | None = None
    """Hint of where the model ran: ISO 3166 code or cloud region, from host, model id or path."""
    reported: ReportedFootprint | None = None
    parse_status: ParseStatus = "ok"
    words: WordsState = "empty"
    reference: str | None = None


def clean_name(name: object) -> str | None:
    """A client's name (model, reference) made safe to store.

    Returns the name when it matches `[A-Za-z0-9._:/@-]{1,64}`, None when there is
    none (None or empty text), else "other".
    """
    if name is None or name == "":
        return None
    if isinstance(name, str) and _NAME.match(name):
        return name
    return "other"


def new_id(now_s: float | None = None) -> str:
    """A UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then random bits."""
    milliseconds = int((time.time() if now_s is None else now_s) * 1000) & ((1 << 48) - 1)
    clock, noise = milliseconds.to_bytes(6).hex(), os.urandom(10).hex()
    variant = _VARIANT[noise[4]]
    return f"{clock[:8]}-{clock[8:]}-7{noise[1:4]}-{variant}{noise[5:8]}-{noise[8:]}"


_encode = msgspec.json.Encoder().encode
_decode_v1 = msgspec.json.Decoder(Exchange).decode

READERS: dict[int, Callable[[bytes], Exchange]] = {1: _decode_v1}
"""One reader per version ever written; each returns today's record."""


def to_bytes(exchange: Exchange) -> bytes:
    """The record as one version byte and JSON."""
    return b"\x01" + _encode(exchange)


def from_bytes(data: bytes) -> Exchange:
    """The record that `to_bytes` wrote, by this or an older version.

    Raises RecordError for an unknown version or bytes that are no record.
    """
    reader = READERS.get(data[0]) if data else None
    if reader is None:
        raise RecordError("not an exchange record of a known version")
    try:
        return reader(data[1:])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RecordError("damaged exchange record") from error
