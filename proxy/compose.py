"""Reading and circumstances become the record of an exchange. Pure functions."""

from __future__ import annotations

import msgspec

from proxy.exchange import Exchange, Sanction, Status, WordsState, clean_name
from proxy.identity import Identity
from proxy.providers import Call
from proxy.spool.messages import Words
from proxy.wire.reading import Reading

__all__ = ["Circumstances", "compose", "status_of", "words_of"]


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What the edge knows of an exchange beside what its bytes say. Units as in Exchange."""

    call: Call
    identity: Identity
    sanction: Sanction = "unknown"
    edge: str = ""
    started_at: float
    duration_s: float
    time_to_first_byte_s: float | None = None
    http_status: int | None = None
    """None: the service never answered."""
    request_bytes: int = 0
    response_bytes: int = 0
    aborted: bool = False
    """Broken off by the client or by the service."""
    truncated: bool = False
    """The request was too large to be read to its end."""
    reference: str | None = None
    """Value of the configured request header, as the client sent it."""


def status_of(facts: Circumstances, error_type: str | None) -> Status:
    """How the exchange went; what broke it off outranks what the service said.

    An error that the service reports inside an answer of status 200 is its own.
    """
    if facts.aborted:
        return "aborted"
    if facts.http_status is None or facts.http_status >= 500:
        return "server_error"
    if facts.http_status >= 400:
        return "client_error"
    if error_type is not None:
        return "server_error"
    return "truncated" if facts.truncated else "ok"


def compose(
    exchange_id: str, reading: Reading, facts: Circumstances, words: WordsState = "empty"
) -> Exchange:
    """The record. Names that the client or the service chose are cleaned on the way.

    Where no visible text was read, the characters are the decoded size of the body, to
    estimate from.
    """
    call, identity = facts.call, facts.identity
    return Exchange(
        id=exchange_id,
        started_at=facts.started_at,
        duration_s=max(0.0, facts.duration_s),
        time_to_first_byte_s=facts.time_to_first_byte_s,
        edge=facts.edge,
        department=identity.department,
        application=identity.application,
        faces=identity.faces,
        channel=call.channel,
        tool=call.tool,
        provider=call.provider,
        sanction=facts.sanction,
        wire_format=call.wire_format,
        operation=reading.operation,
        model_asked=clean_name(reading.model_asked),
        model_answered=clean_name(reading.model_answered),
        streamed=reading.streamed,
        status=status_of(facts, reading.error_type),
        http_status=facts.http_status,
        error_type=clean_name(reading.error_type),
        input_tokens=reading.input_tokens,
        output_tokens=reading.output_tokens,
        reasoning_tokens=reading.reasoning_tokens,
        cache_read_tokens=reading.cache_read_tokens,
        cache_write_tokens=reading.cache_write_tokens,
        input_source="none" if reading.input_tokens is None else "reported",
        output_source="none" if reading.output_tokens is None else "reported",
        images=reading.images,
        audio_s=reading.audio_s,
        prompt_chars=reading.prompt_chars or reading.opaque_request_chars or 0,
        answer_chars=reading.answer_chars or reading.opaque_answer_chars or 0,
        reasoning_chars=reading.reasoning_chars,
        prompt_language=reading.prompt_language,
        answer_language=reading.answer_language,
        request_bytes=facts.request_bytes,
        response_bytes=facts.response_bytes,
        region=clean_name(reading.region),
        reported=reading.reported,
        parse_status=reading.parse_status,
        words=words,
        reference=clean_name(facts.reference),
    )


def words_of(exchange_id: str, reading: Reading) -> Words | None:
    """The text of an exchange, None when there is none."""
    if not (reading.prompt or reading.answer or reading.reasoning):
        return None
    return Words(
        id=exchange_id,
        prompt=reading.prompt_text,
        answer=reading.answer_text,
        reasoning=reading.reasoning_text,
        messages=reading.messages,
    )
