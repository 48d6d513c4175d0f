"""OpenAI's shapes, which most services share: chat, completions, responses, embeddings."""

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


def usage(given: int, scenario: Scenario) -> dict[str, Any]:
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
        return stream(list(_chat_events(request, scenario, model, stated=wanted)), scenario)
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
            "usage": usage(given, scenario),
        }
    )


def _chat_events(
    request: Request, scenario: Scenario, model: str, *, stated: bool
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
    if stated:
        yield chunk([], usage=usage(prompt_tokens(request), scenario))
    yield b"data: [DONE]\n\n"


def completions(request: Request) -> Answer:
    """POST …/completions"""
    scenario, asked = read(request), body(request)
    if scenario.status >= 400:
        return failure(scenario.status)

    def part(text: str, finish: str | None, **more: object) -> dict[str, object]:
        choice = {"index": 0, "text": text, "finish_reason": finish, "logprobs": None}
        base = {"id": "cmpl-simulated", "object": "text_completion", "created": CREATED}
        return base | {"model": asked.get("model"), "choices": [choice]} | more

    counts = usage(prompt_tokens(request), scenario)
    if not asked.get("stream"):
        return Answer(body=dumps(part(scenario.text, "stop", usage=counts)))
    events = [sse(part(piece, None)) for piece in scenario.pieces]
    return stream([*events, sse(part("", "stop", usage=counts)), b"data: [DONE]\n\n"], scenario)


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


def rerank(request: Request) -> Answer:
    """POST …/rerank, in the shape of Cohere"""
    asked = body(request)
    documents = asked.get("documents")
    count = len(documents) if isinstance(documents, list) else 0
    results = [{"index": index, "relevance_score": 1 / (1 + index)} for index in range(count)]
    tokens = {"input_tokens": prompt_tokens(request), "output_tokens": 0}
    meta = {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}, "tokens": tokens}
    return Answer(body=dumps({"id": "simulated", "results": results, "meta": meta}))


def models(request: Request) -> Answer:
    """GET …/models: not an inference call"""
    entry: dict[str, object] = {"id": "simulated", "object": "model", "created": CREATED}
    entry |= {"owned_by": "nobody"}
    if "mistral" in request.host:
        entry |= {"type": "base", "capabilities": {}}
    return Answer(body=dumps({"object": "list", "data": [entry]}))
