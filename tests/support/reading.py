"""One exchange through a Reader, for the tests of its edges."""

from __future__ import annotations

import json
from collections.abc import Mapping

from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.wire import Cut, a_call

MEBIBYTE = 1024 * 1024
JSON = {"content-type": "application/json"}
SSE = {"content-type": "text/event-stream"}
QUESTION = "Quels papiers faut-il pour inscrire un enfant à la cantine ?"
REPLY = "Il vous faut un justificatif de domicile et votre numéro de famille."
REQUEST = json.dumps({"model": "m", "messages": [{"role": "user", "content": QUESTION}]}).encode()
USAGE = {"prompt_tokens": 21, "completion_tokens": 15, "total_tokens": 36}


def whole(content: str = REPLY, **more: object) -> bytes:
    choice = {"index": 0, "message": {"content": content}, "finish_reason": "stop"}
    body = {"model": "m-1", **more, "choices": [choice], "usage": USAGE}
    return json.dumps(body, ensure_ascii=False).encode()


def chunks(*words: str) -> list[bytes]:
    events = [{"model": "m-1", "choices": [{"index": 0, "delta": {"content": w}}]} for w in words]
    end = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return [json.dumps(event).encode() for event in [*events, end, {"choices": [], "usage": USAGE}]]


def sse(*words: str, done: bool = True) -> bytes:
    events = [b"data: " + chunk + b"\n\n" for chunk in chunks(*words)]
    return b"".join(events) + (b"data: [DONE]\n\n" if done else b"")


def reader(
    wire_format: str = "openai-chat", *, limit: int = 64 * MEBIBYTE, **call: object
) -> Reader:
    return Reader(a_call(wire_format, **call), limit_bytes=limit)


def read(
    answer: bytes,
    headers: Mapping[str, str] = JSON,
    *,
    status: int = 200,
    request: bytes = REQUEST,
    way: Cut = lambda body: [body],
    aborted: bool = False,
    limit: int = 64 * MEBIBYTE,
) -> Reading:
    one = reader(limit=limit)
    one.start_request(JSON)
    one.feed_request(request)
    one.end_request()
    one.start_answer(status, headers)
    for piece in way(answer):
        one.feed_answer(piece)
    return one.finish(aborted=aborted)


def tokens(reading: Reading) -> tuple[int | None, int | None]:
    return reading.input_tokens, reading.output_tokens
