"""Which simulated service answers which path."""

from __future__ import annotations

import re
from collections.abc import Callable

from bench.simulated import openai, vendors
from bench.simulated.http1 import Answer, Request

Service = Callable[[Request], Answer]

ROUTES: tuple[tuple[str, str, Service], ...] = (
    ("POST", r".*/chat/completions", openai.chat),
    ("POST", r".*/completions", openai.completions),
    ("POST", r".*/responses", openai.responses),
    ("POST", r".*/embeddings", openai.embeddings),
    ("POST", r".*/images/generations", openai.images),
    ("GET", r".*/models", openai.models),
    ("POST", r"/v1/messages", vendors.anthropic),
    (
        "POST",
        r".*/models/[^/]+:(generateContent|streamGenerateContent|countTokens)",
        vendors.gemini,
    ),
    ("POST", r"/v2/chat", vendors.cohere),
    ("POST", r"/model/.+/converse(-stream)?", vendors.bedrock),
    ("POST", r"/api/(chat|generate)", vendors.ollama),
)
"""Method, path pattern, service; the first that matches answers."""

_COMPILED = tuple((method, re.compile(pattern), service) for method, pattern, service in ROUTES)


def answer(request: Request) -> Answer:
    """The simulated answer to any request; 404 where no service is simulated."""
    path = request.path
    for method, pattern, service in _COMPILED:
        if request.method == method and pattern.fullmatch(path):
            return service(request)
    return Answer(status=404, body=b'{"error":{"message":"nothing is simulated here"}}')
