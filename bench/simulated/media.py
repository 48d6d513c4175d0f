"""Images and audio in OpenAI's shapes. The pictures and sounds are a few bytes of nothing."""

from __future__ import annotations

from bench.simulated.http1 import Answer, Request
from bench.simulated.openai import CREATED, dumps, sse, stream
from bench.simulated.scenario import Scenario, body, prompt_tokens, read

PICTURE = "aW1hZ2U="
IMAGE_TOKENS = 272
"""Tokens that the simulated service states for one picture."""
AUDIO_S = 12.0
"""Length that it states for any recording, in seconds."""


def images(request: Request) -> Answer:
    """POST …/images/generations and …/images/edits"""
    asked = body(request)
    count = int(asked.get("n") or 1)
    given, made = prompt_tokens(request), IMAGE_TOKENS * count
    usage = {"input_tokens": given, "output_tokens": made, "total_tokens": given + made}
    if asked.get("stream"):
        kind = "image_generation.completed"
        event = sse({"type": kind, "b64_json": PICTURE, "usage": usage}, kind)
        return stream([event], read(request))
    data = [{"b64_json": PICTURE} for _ in range(count)]
    return Answer(body=dumps({"created": CREATED, "data": data, "usage": usage}))


def speech(request: Request) -> Answer:
    """POST …/audio/speech"""
    scenario = read(request)
    answer = stream([b"\xff\xf3\x44\xc4" + bytes(256)] * len(scenario.pieces), scenario)
    answer.content_type = "audio/mpeg"
    return answer


def transcription(request: Request) -> Answer:
    """POST …/audio/transcriptions and …/audio/translations, a multipart form"""
    scenario = read(request)
    if b'name="stream"\r\n\r\ntrue' in request.body:
        return stream(_transcript_events(request, scenario), scenario)
    if b"whisper" in request.body:
        usage: dict[str, object] = {"type": "duration", "seconds": AUDIO_S}
    else:
        usage = _usage(request, scenario)
    return Answer(body=dumps({"text": scenario.text, "usage": usage}))


def _usage(request: Request, scenario: Scenario) -> dict[str, object]:
    given = prompt_tokens(request)
    counts = {"input_tokens": given, "output_tokens": scenario.tokens}
    return {"type": "tokens", **counts, "total_tokens": given + scenario.tokens}


def _transcript_events(request: Request, scenario: Scenario) -> list[bytes]:
    deltas = [{"type": "transcript.text.delta", "delta": piece} for piece in scenario.pieces]
    done = {"type": "transcript.text.done", "text": scenario.text}
    return [*(sse(one) for one in deltas), sse(done | {"usage": _usage(request, scenario)})]


def web_chat(request: Request) -> Answer:
    """POST /backend-api/conversation: something like a browser chat's own stream"""
    scenario = read(request)
    frames = [{"v": {"message": {"content": {"parts": [piece]}}}} for piece in scenario.pieces]
    return stream([*(sse(frame, "delta") for frame in frames), b"data: [DONE]\n\n"], scenario)
