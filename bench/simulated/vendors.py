"""The shapes of Anthropic, Google, Cohere, Amazon Bedrock and Ollama."""

from __future__ import annotations

import binascii
import json
import struct
from collections.abc import Iterator
from urllib.parse import unquote

from bench.simulated.http1 import Answer, Request
from bench.simulated.openai import dumps, failure, sse, stream
from bench.simulated.scenario import Scenario, body, prompt_tokens, read


def anthropic(request: Request) -> Answer:
    """POST /v1/messages"""
    scenario, asked = read(request), body(request)
    if scenario.status >= 400:
        return failure(scenario.status)
    given = prompt_tokens(request)
    message = {
        "id": "msg_simulated",
        "type": "message",
        "role": "assistant",
        "model": asked.get("model"),
        "content": [{"type": "text", "text": scenario.text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": given, "output_tokens": scenario.tokens},
    }
    if not asked.get("stream"):
        return Answer(body=dumps(message))
    return stream(list(_anthropic_events(scenario, message, given)), scenario)


def _anthropic_events(
    scenario: Scenario, message: dict[str, object], given: int
) -> Iterator[bytes]:
    def event(kind: str, **more: object) -> bytes:
        return sse({"type": kind} | more, kind)

    usage = {"input_tokens": given, "output_tokens": 1}
    opened = message | {"content": [], "stop_reason": None, "usage": usage}
    yield event("message_start", message=opened)
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield event("ping")
    for piece in scenario.pieces:
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield event("message_delta", delta=end, usage={"output_tokens": scenario.tokens})
    yield event("message_stop")


def count_tokens(request: Request) -> Answer:
    """POST /v1/messages/count_tokens: not an inference call"""
    return Answer(body=dumps({"input_tokens": prompt_tokens(request)}))


def gemini_models(request: Request) -> Answer:
    """GET /v1beta/models: not an inference call"""
    del request
    return Answer(body=dumps({"models": [{"name": "models/simulated", "displayName": "None"}]}))


def gemini(request: Request) -> Answer:
    """POST …/models/{model}:generateContent, :streamGenerateContent, :countTokens"""
    scenario = read(request)
    model, _, verb = request.path.rsplit("/", 1)[-1].partition(":")
    given = prompt_tokens(request)

    def part(text: str, tokens: int, finish: str | None) -> dict[str, object]:
        candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
        if finish:
            candidate["finishReason"] = finish
        usage = {
            "promptTokenCount": given,
            "candidatesTokenCount": tokens,
            "totalTokenCount": given + tokens,
        }
        return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": model}

    if verb == "countTokens":
        return Answer(body=dumps({"totalTokens": given}))
    if verb == "generateContent":
        return Answer(body=dumps(part(scenario.text, scenario.tokens, "STOP")))
    total = scenario.tokens
    parts = [
        part(piece, number, "STOP" if number == total else None)
        for number, piece in enumerate(scenario.pieces, start=1)
    ]
    if "alt=sse" in request.target:
        return stream([sse(piece) for piece in parts], scenario)
    chunks = [b"[" * (n == 0) + b",\r\n" * (n > 0) + dumps(p) for n, p in enumerate(parts)]
    answer = stream([*chunks, b"]"], scenario)
    answer.content_type = "application/json; charset=UTF-8"
    return answer


def cohere(request: Request) -> Answer:
    """POST /v2/chat"""
    scenario, asked = read(request), body(request)
    counts = {"input_tokens": prompt_tokens(request), "output_tokens": scenario.tokens}
    usage = {"billed_units": counts, "tokens": counts}
    content = [{"type": "text", "text": scenario.text}]
    if not asked.get("stream"):
        message = {"role": "assistant", "content": content}
        whole = {"id": "simulated", "finish_reason": "COMPLETE", "message": message}
        return Answer(body=dumps(whole | {"usage": usage}))
    start = {"message": {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}}
    opened = {"message": {"content": {"type": "text", "text": ""}}}
    events: list[dict[str, object]] = [
        {"type": "message-start", "id": "simulated", "delta": start},
        {"type": "content-start", "index": 0, "delta": opened},
    ]
    events += [
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": piece}}}}
        for piece in scenario.pieces
    ]
    events += [
        {"type": "content-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": usage}},
    ]
    return stream([sse(event, str(event["type"])) for event in events], scenario)


def cohere_embed(request: Request) -> Answer:
    """POST /v2/embed"""
    counts = {"input_tokens": prompt_tokens(request)}
    made = {"id": "simulated", "embeddings": {"float": [[0.25, -0.5, 0.125]]}, "texts": []}
    return Answer(body=dumps(made | {"meta": {"billed_units": counts}}))


def bedrock(request: Request) -> Answer:
    """POST /model/{id}/converse and /converse-stream"""
    scenario = read(request)
    action = unquote(request.path).rsplit("/", 1)[-1]
    given = prompt_tokens(request)
    usage = {
        "inputTokens": given,
        "outputTokens": scenario.tokens,
        "totalTokens": given + scenario.tokens,
    }
    if action == "converse":
        message = {"role": "assistant", "content": [{"text": scenario.text}]}
        whole = {"output": {"message": message}, "stopReason": "end_turn", "usage": usage}
        return Answer(body=dumps(whole | {"metrics": {"latencyMs": 12}}))
    chunks = [aws_event("messageStart", {"role": "assistant"})]
    chunks += [
        aws_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
        for piece in scenario.pieces
    ]
    chunks += [
        aws_event("contentBlockStop", {"contentBlockIndex": 0}),
        aws_event("messageStop", {"stopReason": "end_turn"}),
        aws_event("metadata", {"usage": usage, "metrics": {"latencyMs": 12}}),
    ]
    answer = stream(chunks, scenario)
    answer.content_type = "application/vnd.amazon.eventstream"
    return answer


def aws_event(kind: str, payload: dict[str, object]) -> bytes:
    """One frame of application/vnd.amazon.eventstream (botocore/eventstream.py has the layout)."""
    names = {
        ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    headers = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value))
        + value.encode()
        for name, value in names.items()
    )
    data = json.dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(data), len(headers))
    frame = prelude + struct.pack("!I", binascii.crc32(prelude)) + headers + data
    return frame + struct.pack("!I", binascii.crc32(frame))


def ollama(request: Request) -> Answer:
    """POST /api/chat and /api/generate"""
    scenario, asked = read(request), body(request)
    generate = request.path.endswith("/generate")

    def line(text: str, **more: object) -> dict[str, object]:
        said: dict[str, object] = (
            {"response": text} if generate else {"message": {"role": "assistant", "content": text}}
        )
        stamp = {"model": asked.get("model"), "created_at": "2026-11-01T08:00:00.000000Z"}
        return stamp | said | {"done": False} | more

    end = {
        "done": True,
        "done_reason": "stop",
        "total_duration": 2_000_000,
        "prompt_eval_count": prompt_tokens(request),
        "eval_count": scenario.tokens,
        "eval_duration": 1_000_000,
    }
    if asked.get("stream") is False:
        return Answer(body=dumps(line(scenario.text, **end)))
    lines = [*(line(piece) for piece in scenario.pieces), line("", **end)]
    answer = stream([dumps(entry) + b"\n" for entry in lines], scenario)
    answer.content_type = "application/x-ndjson"
    return answer


def ollama_tags(request: Request) -> Answer:
    """GET /api/tags: the models, not an inference call"""
    del request
    return Answer(body=dumps({"models": [{"model": "simulated", "name": "simulated"}]}))
