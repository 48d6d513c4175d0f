"""OpenAI's shapes, which most services share: chat, completions, responses, embeddings, images."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from bench.simulated.http1 import Answer, Request
from bench.simulated.scenario import Scenario, body, prompt_tokens, read

CREATED = 1_760_000_000


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def sse(value: object, event: str = "") -> bytes:
    name = f"event: {event}\n".encode() if event else b""
    return name + b"data: " + dumps(value) + b"\n\n"


def stream(chunks: list[bytes], scenario: Scenario) -> Answer:
    return Answer(
        content_type="text/event-stream; charset=utf-8",
        chunks=chunks,
        pause_s=scenario.pause_s,
        abort_after=scenario.abort_after,
    )


def failure(status: int) -> Answer:
    error = {"message": "simulated failure", "type": "simulated_error", "code": "simulated"}
    return Answer(status=status, body=dumps({"error": error}))


def _usage(given: int, scenario: Scenario) -> dict[str, Any]:
    return {
        "prompt_tokens": given,
        "completion_tokens": scenario.tokens,
        "total_tokens": given + scenario.tokens,
        "prompt_tokens_details": {"cached_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def chat(request: Request) -> Answer:
    """POST …/chat/completions"""
    scenario, asked = read(request), body(request)
    if scenario.status >= 400:
        return failure(scenario.status)
    model = str(asked.get("model", "simulated"))
    if asked.get("stream"):
        options = asked.get("stream_options") or {}
        wanted = bool(options.get("include_usage")) or "mistral" in request.host
        return stream(list(_chat_events(request, scenario, model, usage=wanted)), scenario)
    return Answer(body=_chat_body(model, scenario, prompt_tokens(request)))


@lru_cache(maxsize=8)
def _chat_body(model: str, scenario: Scenario, given: int) -> bytes:
    message = {"role": "assistant", "content": scenario.text}
    return dumps(
        {
            "id": "chatcmpl-simulated",
            "object": "chat.completion",
            "created": CREATED,
            "model": model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": _usage(given, scenario),
        }
    )


def _chat_events(
    request: Request, scenario: Scenario, model: str, *, usage: bool
) -> Iterator[bytes]:
    def chunk(choices: list[Any], **more: object) -> bytes:
        base = {
            "id": "chatcmpl-simulated",
            "object": "chat.completion.chunk",
            "created": CREATED,
            "model": model,
        }
        return sse(base | {"choices": choices} | more)

    for number, piece in enumerate(scenario.pieces):
        delta = {"content": piece} | ({"role": "assistant"} if number == 0 else {})
        yield chunk([{"index": 0, "delta": delta, "finish_reason": None}])
    yield chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}])
    if usage:
        yield chunk([], usage=_usage(prompt_tokens(request), scenario))
    yield b"data: [DONE]\n\n"


def completions(request: Request) -> Answer:
    """POST …/completions"""
    scenario, asked = read(request), body(request)
    choice = {"index": 0, "text": scenario.text, "finish_reason": "stop", "logprobs": None}
    return Answer(
        body=dumps(
            {
                "id": "cmpl-simulated",
                "object": "text_completion",
                "created": CREATED,
                "model": asked.get("model"),
                "choices": [choice],
                "usage": _usage(prompt_tokens(request), scenario),
            }
        )
    )


def responses(request: Request) -> Answer:
    """POST …/responses"""
    scenario, asked = read(request), body(request)
    if scenario.status >= 400:
        return failure(scenario.status)
    content = {"type": "output_text", "text": scenario.text, "annotations": []}
    message = {
        "id": "msg_simulated",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [content],
    }
    given = prompt_tokens(request)
    done = {
        "id": "resp_simulated",
        "object": "response",
        "created_at": CREATED,
        "status": "completed",
        "model": asked.get("model"),
        "output": [message],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": scenario.tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + scenario.tokens,
        },
    }
    if not asked.get("stream"):
        return Answer(body=dumps(done))
    return stream(list(_response_events(scenario, done)), scenario)


def _response_events(scenario: Scenario, done: dict[str, Any]) -> Iterator[bytes]:
    def event(kind: str, number: int, **more: object) -> bytes:
        return sse({"type": kind, "sequence_number": number} | more, kind)

    started = done | {"status": "in_progress", "output": [], "usage": None}
    yield event("response.created", 0, response=started)
    place = {"item_id": "msg_simulated", "output_index": 0, "content_index": 0, "logprobs": []}
    for number, piece in enumerate(scenario.pieces, start=1):
        yield event("response.output_text.delta", number, delta=piece, **place)
    last = len(scenario.pieces) + 1
    yield event("response.output_text.done", last, text=scenario.text, **place)
    yield event("response.completed", last + 1, response=done)


def embeddings(request: Request) -> Answer:
    """POST …/embeddings"""
    given = prompt_tokens(request)
    data = [{"object": "embedding", "index": 0, "embedding": [0.25, -0.5, 0.125]}]
    return Answer(
        body=dumps(
            {
                "id": "emb-simulated",
                "object": "list",
                "data": data,
                "model": body(request).get("model"),
                "usage": {"prompt_tokens": given, "total_tokens": given},
            }
        )
    )


def images(request: Request) -> Answer:
    """POST …/images/generations"""
    count = int(body(request).get("n") or 1)
    data = [{"b64_json": "aW1hZ2U="} for _ in range(count)]
    return Answer(body=dumps({"created": CREATED, "data": data}))


def models(request: Request) -> Answer:
    """GET …/models: not an inference call"""
    del request
    entry = {"id": "simulated", "object": "model", "created": CREATED, "owned_by": "nobody"}
    return Answer(body=dumps({"object": "list", "data": [entry]}))
