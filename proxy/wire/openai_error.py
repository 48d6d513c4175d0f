"""Errors in the shapes of OpenAI and its followers, to one short code."""

from __future__ import annotations

from proxy.exchange import clean_name
from proxy.wire.reading import Reading

__all__ = ["read_error"]

_KEYS = ("type", "code", "status", "__type", "error_type")
"""Where a code may stand, in order of preference. Messages are free text: never kept."""


def read_error(reading: Reading, body: object) -> None:
    """Take the error code of an answer's body, or of the error object inside it.

    `null`, false and an empty object are no errors. An error without a usable code is
    "error".
    """
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, dict) and "error" in body:
        inner = body["error"]
        if not inner:
            return
        beside, body = body, inner
    else:
        beside = {}
    if not body:
        return
    reading.error_type = _code(body) or _code(beside) or "error"


def _code(body: object) -> str | None:
    if not isinstance(body, dict):
        return None
    for key in _KEYS:
        value = body.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            code = clean_name(value)
            if code is not None and code != "other":
                return code
    return None
