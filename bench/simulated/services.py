"""Which simulated service answers which path."""

from __future__ import annotations

import re
from collections.abc import Callable

from bench.simulated import media, openai, vendors
from bench.simulated.coding import coded, resplit
from bench.simulated.http1 import Answer, Request
from bench.simulated.realtime import realtime
from bench.simulated.scenario import read

Service = Callable[[Request], Answer]

ROUTES: tuple[tuple[str, str, Service], ...] = (
    ("POST", r".*/chat/completions", openai.chat),
    ("POST", r".*/completions", openai.completions),
    ("POST", r".*/responses", openai.responses),
    ("POST", r".*/embeddings", openai.embeddings),
    ("POST", r".*/rerank", openai.rerank),
    ("POST", r".*/images/(generations|edits)", media.images),
    ("POST", r".*/audio/speech", media.speech),
    ("POST", r".*/audio/(transcriptions|translations)", media.transcription),
    ("GET", r".*/realtime", realtime),
    ("GET", r"/v1beta/models", vendors.gemini_models),
    ("GET", r"/api/tags", vendors.ollama_tags),
    ("GET", r".*/models", openai.models),
    ("POST", r"/v1/messages/count_tokens", vendors.count_tokens),
    ("POST", r"/v1/messages", vendors.anthropic),
    (
        "POST",
        r".*/models/[^/]+:(generateContent|streamGenerateContent|countTokens)",
        vendors.gemini,
    ),
    ("POST", r"/v2/chat", vendors.cohere),
    ("POST", r"/v2/embed", vendors.cohere_embed),
    ("POST", r"/model/.+/converse(-stream)?", vendors.bedrock),
    ("POST", r"/api/(chat|generate)", vendors.ollama),
    ("POST", r"/backend-api/conversation", media.web_chat),
)
"""Method, path pattern, service; the first that matches answers."""

_COMPILED = tuple((method, re.compile(pattern), service) for method, pattern, service in ROUTES)


def answer(request: Request) -> Answer:
    """The simulated answer to any request; 404 where no service is simulated."""
    path = request.path
    for method, pattern, service in _COMPILED:
        if request.method == method and pattern.fullmatch(path):
            return _as_asked(service(request), request)
    return Answer(status=404, body=b'{"error":{"message":"nothing is simulated here"}}')


def _as_asked(made: Answer, request: Request) -> Answer:
    """In the content coding and the pieces that the request's headers ask for."""
    if "x-simulated-coding" not in request.headers and (
        "x-simulated-piece-bytes" not in request.headers
    ):
        return made
    scenario = read(request)
    if scenario.coding:
        made = coded(made, scenario.coding)
    if scenario.piece_bytes and made.body is None:
        made.chunks = resplit(made.chunks, scenario.piece_bytes)
    return made
