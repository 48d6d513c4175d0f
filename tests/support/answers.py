"""Bodies in the shapes that services send, with words of our own."""

from __future__ import annotations

import json

QUESTION = "À quelle heure ouvre le guichet de l'état civil demain matin ?"
REPLY = "Bonjour, le guichet de l'état civil ouvre à neuf heures du matin."


def asked(*, stream: bool = False, prompt: str = QUESTION, model: str = "gpt-4o-mini") -> bytes:
    """A chat completion request."""
    message = {"role": "user", "content": prompt}
    document = {"model": model, "messages": [message], "stream": stream}
    return json.dumps(document, ensure_ascii=False).encode()


def answered(text: str = REPLY, model: str = "gpt-4o-mini-2024-07-18") -> bytes:
    """A chat completion with 21 tokens in and 17 out."""
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 21, "completion_tokens": 17, "total_tokens": 38},
    }
    return json.dumps(document, ensure_ascii=False).encode()


def chunk(text: str) -> bytes:
    """One event of a streamed chat completion."""
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
    }
    return b"data: " + json.dumps(document, ensure_ascii=False).encode() + b"\n\n"


def streamed(text: str = REPLY) -> list[bytes]:
    """The events of a streamed chat completion, a word each, with usage and end."""
    usage = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [],
        "usage": {"prompt_tokens": 21, "completion_tokens": 17, "total_tokens": 38},
    }
    words = [chunk(f"{word} ") for word in text.split()]
    return [*words, b"data: " + json.dumps(usage).encode() + b"\n\n", b"data: [DONE]\n\n"]
