"""Services that break off, lie or attack: the client sees what it would see without Jauge."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import partial

import pytest

from bench.simulated.coding import coded_pieces
from bench.simulated.http1 import Answer as Reply
from tests.support.raw import Answer, Raw, head
from tests.support.running import Product
from tests.support.scenes import (
    CLOSE,
    CUT,
    HOST,
    JSON_HEAD,
    SSE_HEAD,
    Played,
    Scene,
    ask_whole,
    chat,
    chat_answer,
    chat_chunks,
    chunk,
    play_all,
    script,
)
from tests.support.stage import REFERENCE, Stage

EVENTS = chat_chunks()
"""Of a stream that states 12 output tokens."""
SPLIT = [chunk(event) for event in EVENTS]
END = b"0\r\n\r\n"
WHOLE = chat_answer()

OK = {"status": "ok", "parse_status": "ok", "http_status": 200, "output_tokens": 12}
BROKEN = {"status": "aborted", "parse_status": "partial", "http_status": 200, "streamed": True}
UNREADABLE = {"status": "ok", "http_status": 200}


def json_reply(body: bytes, *more: tuple[str, str], status: int = 200) -> Reply:
    return Reply(status, fields=[("Content-Type", "application/json"), *more], body=body)


def sse_reply(chunks: list[bytes], *more: tuple[str, str]) -> Reply:
    return Reply(200, fields=[("Content-Type", "text/event-stream"), *more], chunks=chunks)


def length(size: int) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % size


def bytewise(data: bytes) -> Reply:
    return script(*(step for at in range(len(data)) for step in (data[at : at + 1], 0.0)))


def odd_chunks(sizes: tuple[int, ...]) -> Reply:
    data = b"".join(EVENTS)
    pieces: list[bytes] = []
    while data:
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[:size])
        data = data[size:]
    return sse_reply(pieces)


def coded_stream(coding: str) -> Reply:
    return sse_reply(coded_pieces(coding, EVENTS), ("Content-Encoding", coding))


def usage(**counts: object) -> bytes:
    """An answer whose usage is what the service wants."""
    value = json.loads(WHOLE)
    value["usage"] = counts
    return json.dumps(value).encode()


def ask_head(connection: Raw, reference: str) -> Answer:
    fields = [("Host", HOST), (REFERENCE, reference)]
    return connection.ask(head("HEAD", "/v1/chat/completions", fields), "HEAD")


def ask_expecting(connection: Raw, reference: str) -> Answer:
    """Sends the body only after an interim answer, as curl does with large ones."""
    data = chat(reference)
    at = data.index(b"\r\n\r\n")
    connection.send(data[:at] + b"\r\nExpect: 100-continue\r\n\r\n")
    first = connection.interim()
    connection.send(data[at + 4 :])
    found = connection.answer()
    found.interim.insert(0, first)
    return found


def ask_chunked(connection: Raw, reference: str) -> Answer:
    """A request in odd chunks, with a trailer."""
    whole = chat(reference)
    at = whole.index(b"\r\n\r\n") + 4
    body = whole[at:]
    fields = [("Host", HOST), ("Content-Type", "application/json"), (REFERENCE, reference)]
    fields.append(("Transfer-Encoding", "chunked"))
    connection.send(head("POST", "/v1/chat/completions", fields))
    for start in range(0, len(body), 7):
        connection.send(chunk(body[start : start + 7]))
    return connection.ask(b"0\r\nX-Checksum: 7\r\n\r\n")


def ask_with(body: bytes, *more: tuple[str, str]) -> Callable[[Raw, str], Answer]:
    def ask(connection: Raw, reference: str) -> Answer:
        fields = [("Host", HOST), ("Content-Type", "application/json"), (REFERENCE, reference)]
        fields += [*more, ("Content-Length", str(len(body)))]
        return connection.ask(head("POST", "/v1/chat/completions", fields) + body)

    return ask


PACKED = gzip.compress(WHOLE)
ASKED = chat("x", stream=False)
ASKED_BODY = ASKED[ASKED.index(b"\r\n\r\n") + 4 :]
DEEP = b"[" * 200_000
BOMB = gzip.compress(b'{"choices":[{"message":{"content":"' + bytes(80_000_000) + b'"}}]}', 9)

SCENES = (
    # broken off
    Scene("cut-in-a-stream", lambda: script(SSE_HEAD, *SPLIT[:6], CUT), BROKEN),
    Scene("closed-in-a-stream", lambda: script(SSE_HEAD, *SPLIT[:6], CLOSE), BROKEN),
    Scene("cut-inside-a-chunk", lambda: script(SSE_HEAD, *SPLIT[:3], SPLIT[3][:20], CUT), BROKEN),
    Scene(
        "closed-in-a-document",
        lambda: script(JSON_HEAD + length(len(WHOLE)) + WHOLE[:100], CLOSE),
        {**BROKEN, "streamed": False},
        ask_whole,
    ),
    Scene(
        "closed-before-the-body",
        lambda: script(JSON_HEAD + length(len(WHOLE)), CLOSE),
        {**BROKEN, "streamed": False},
        ask_whole,
    ),
    # unusual and in order
    Scene(
        "ended-by-closing",
        lambda: script(JSON_HEAD + b"Connection: close\r\n\r\n" + WHOLE, CLOSE),
        OK,
        ask_whole,
    ),
    Scene(
        "http-1.0",
        lambda: script(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + WHOLE, CLOSE),
        OK,
        ask_whole,
    ),
    Scene("byte-by-byte", lambda: bytewise(SSE_HEAD + b"".join(SPLIT) + END), OK),
    Scene("chunks-of-one", lambda: odd_chunks((1,)), OK),
    Scene("odd-chunks", lambda: odd_chunks((1, 2, 3, 5, 41, 977)), OK),
    Scene(
        "chunk-extensions",
        lambda: script(SSE_HEAD, *(one.replace(b"\r\n", b";x=y\r\n", 1) for one in SPLIT), END),
        OK,
    ),
    Scene(
        "trailers",
        lambda: Reply(
            fields=[("Content-Type", "text/event-stream"), ("Trailer", "X-Checksum")],
            chunks=EVENTS,
            trailers=[("X-Checksum", "42")],
        ),
        OK,
    ),
    Scene(
        "early-hints",
        lambda: script(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
            0.05,
            SSE_HEAD + b"".join(SPLIT) + END,
        ),
        OK,
    ),
    Scene("expect-continue", lambda: sse_reply(EVENTS), OK, ask_expecting),
    Scene("chunked-request", lambda: sse_reply(EVENTS), OK, ask_chunked),
    Scene(
        "coded-request",
        lambda: json_reply(WHOLE),
        {**OK, "model_asked": "gpt-4o-mini", "prompt_chars": 25},
        ask_with(gzip.compress(ASKED_BODY), ("Content-Encoding", "gzip")),
    ),
    # without a body
    Scene(
        "no-content",
        lambda: script(b"HTTP/1.1 204 No Content\r\n\r\n"),
        {"status": "ok", "http_status": 204},
        ask_whole,
    ),
    Scene(
        "not-modified",
        lambda: script(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'),
        {"http_status": 304},
        ask_whole,
    ),
    Scene("head", lambda: json_reply(WHOLE), None, ask_head),
    # errors
    Scene(
        "quota",
        lambda: json_reply(
            b'{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}',
            status=429,
        ),
        {"status": "client_error", "http_status": 429, "error_type": "insufficient_quota"},
    ),
    Scene(
        "gateway-page",
        lambda: Reply(
            503, fields=[("Content-Type", "text/html")], body=b"<html><body>Sorry</body></html>"
        ),
        {"status": "server_error", "http_status": 503, "parse_status": "ok"},
    ),
    Scene(
        "error-in-a-stream",
        lambda: sse_reply(
            [*EVENTS[:3], b'data: {"error":{"code":"server_error","message":"m"}}\n\n']
        ),
        {"status": "server_error", "http_status": 200, "error_type": "server_error"},
    ),
    Scene(
        "no-http",
        lambda: script(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", CLOSE),
        {"status": "server_error"},
        ask_whole,
        same=(),
    ),
    # corrupt and hostile
    Scene(
        "corrupt-gzip",
        lambda: json_reply(b"\x1f\x8b\x08" + bytes(range(256)), ("Content-Encoding", "gzip")),
        {**UNREADABLE, "parse_status": "unknown_format"},
        ask_whole,
    ),
    Scene(
        "half-a-gzip",
        lambda: json_reply(PACKED[:-20], ("Content-Encoding", "gzip")),
        {**UNREADABLE, "parse_status": "partial"},
        ask_whole,
    ),
    Scene(
        "unknown-coding-that-is-none",
        lambda: json_reply(WHOLE, ("Content-Encoding", "x-none")),
        OK,
        ask_whole,
    ),
    *(
        Scene(
            f"coded-{coding}",
            partial(coded_stream, coding),
            OK,
        )
        for coding in ("gzip", "deflate", "br", "zstd")
    ),
    Scene(
        "half-a-document",
        lambda: json_reply(WHOLE[:-30]),
        {**UNREADABLE, "parse_status": "partial"},
        ask_whole,
    ),
    Scene("no-json", lambda: json_reply(b"\x00\xff\xfe not json"), UNREADABLE, ask_whole),
    Scene("deep-answer", lambda: json_reply(DEEP), UNREADABLE, ask_whole),
    Scene("deep-event", lambda: sse_reply([b"data: " + DEEP + b"\n\n", *EVENTS]), UNREADABLE),
    Scene(
        "deep-request",
        lambda: json_reply(WHOLE),
        {"status": "ok", "http_status": 200, "output_tokens": 12},
        ask_with(DEEP),
    ),
    Scene(
        "huge-numbers",
        lambda: json_reply(usage(prompt_tokens=10**400, completion_tokens=-5)),
        {**UNREADABLE, "parse_status": "partial"},
        ask_whole,
    ),
    Scene(
        "numbers-of-many-digits",
        lambda: json_reply(WHOLE.replace(b'"completion_tokens":12', b'"completion_tokens":1e999')),
        UNREADABLE,
        ask_whole,
    ),
    Scene(
        "nul-and-no-utf-8",
        lambda: json_reply(WHOLE.replace(b"conseil", b"\x00\xff\xc3(")),
        UNREADABLE,
        ask_whole,
    ),
    Scene(
        "events-of-nothing",
        lambda: sse_reply([b"\n\n" * 1000, b":\n" * 1000, b"data:\n\n", *EVENTS]),
        OK,
    ),
    Scene(
        "zip-bomb",
        lambda: json_reply(BOMB, ("Content-Encoding", "gzip")),
        {**UNREADABLE, "parse_status": "oversize", "response_bytes": len(BOMB)},
        ask_whole,
    ),
    Scene(
        "hostile-names",
        lambda: json_reply(WHOLE.replace(b'"gpt-4o-mini"', b'"<script>alert(1)</script>"')),
        {**OK, "model_answered": "other"},
        ask_whole,
    ),
)


@pytest.fixture(scope="module")
def played(jauge: Product, stage: Stage) -> dict[str, Played]:
    return play_all(SCENES, jauge, stage)


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_fault(played: dict[str, Played], scene: Scene) -> None:
    found = played[scene.name]
    assert found.failure is None, repr(found.failure)
    assert found.direct is not None
    assert found.through is not None
    for what in scene.same:
        assert getattr(found.through, what) == getattr(found.direct, what), what
    assert found.after is not None
    assert found.after.complete
    assert len(found.rows_after) == 1
    if scene.expect is None:
        assert not found.rows
        return
    (row,) = found.rows
    assert {name: row[name] for name in scene.expect} == scene.expect
