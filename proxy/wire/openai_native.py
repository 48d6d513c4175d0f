"""Answers of services in scope by OpenAI's shapes that are in a shape of their own.

- Text generation servers (Hugging Face's TGI, `/generate` and the older inference API):
  `generated_text`, token by token in a stream; counts in `details`, or in headers.
- llama.cpp's own `/completion`: `content`, and `tokens_evaluated` / `tokens_predicted`.
- Mistral's OCR: `pages`, each with the text that was read from it as `markdown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proxy.wire.jsonish import count, texts
from proxy.wire.reading import Reading

__all__ = ["read_native", "read_native_headers"]

type _Object = Mapping[str, Any]

_HEADERS = {"x-prompt-tokens": "input_tokens", "x-generated-tokens": "output_tokens"}


def read_native(reading: Reading, whole: _Object) -> None:
    """One answer or event without `choices`; changes nothing if it is in no known shape."""
    if "generated_text" in whole:
        _read_generated(reading, whole)
    elif "tokens_predicted" in whole or ("stop" in whole and "content" in whole):
        _read_llama(reading, whole)
    elif isinstance(whole.get("pages"), list):
        for page in whole["pages"]:
            texts(page.get("markdown") if isinstance(page, dict) else None, reading.answer)


def read_native_headers(reading: Reading, headers: Mapping[str, str]) -> None:
    """The counts that a text generation server states beside its answer."""
    for header, name in _HEADERS.items():
        value = headers.get(header, "")
        if value.isdecimal() and len(value) < 10:  # a billion tokens are none
            setattr(reading, name, int(value))


def _read_generated(reading: Reading, whole: _Object) -> None:
    """Tokens one by one, then or only the whole text."""
    token, text = whole.get("token"), whole["generated_text"]
    reading.streamed = isinstance(token, dict)
    if isinstance(token, dict) and not token.get("special"):
        texts(token.get("text"), reading.answer)
    if text is None:
        return
    reading.ended = True
    if not reading.answer:
        texts(text, reading.answer)
    details = whole.get("details")
    if isinstance(details, dict):
        _count(reading, "output_tokens", details.get("generated_tokens"))
        # The prompt, token by token, where it was asked for; in a stream its length.
        prefill = details.get("prefill")
        read = len(prefill) if isinstance(prefill, list) else 0
        _count(reading, "input_tokens", details.get("input_length") or read or None)


def _read_llama(reading: Reading, whole: _Object) -> None:
    texts(whole.get("content"), reading.answer)
    if not whole.get("stop"):
        return  # counts grow until the last event
    reading.ended = True
    model = whole.get("model")
    if isinstance(model, str) and model:
        reading.model_answered = model
    _count(reading, "input_tokens", whole.get("tokens_evaluated"))
    _count(reading, "output_tokens", whole.get("tokens_predicted"))


def _count(reading: Reading, name: str, value: object) -> None:
    stated = count(value)
    if stated is not None:
        setattr(reading, name, stated)
