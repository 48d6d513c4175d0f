"""What can still be read of a JSON document that is cut off, damaged or too long.

Services state their usage near the end of an answer and its model near the start, so
both ends are worth a look when the middle cannot be read. Costs a few milliseconds at
most, and only for broken documents.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

__all__ = ["HEAD_BYTES", "TAIL_BYTES", "mend", "salvage"]

HEAD_BYTES = 128 * 1024
"""How much of the beginning is mended."""

TAIL_BYTES = 16 * 1024
"""How much of the end is searched for a usage."""

_TOKEN = re.compile(r'\s*+("(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+)', re.DOTALL)
_HALF_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3})?)\Z")
_CLOSERS = {"{": "}", "[": "]"}
_USAGE = re.compile(
    r'(?<!\\)"(usage|usageMetadata|usage_metadata|meta|x_groq|timings)"\s*:\s*(?=\{)'
)


def salvage(head: bytes, tail: bytes) -> bytes | None:
    """One small JSON object of what is readable at both ends; None when that is nothing."""
    found: dict[str, Any] = {}
    mended = mend(head[:HEAD_BYTES])
    if mended is not None:
        try:
            value = json.loads(mended, strict=False)
        except ValueError:
            value = None
        if isinstance(value, dict):
            found.update(value)
    found.update(_usage(tail[-TAIL_BYTES:].decode("utf-8", "ignore")))
    try:
        return msgspec.json.encode(found) if found else None
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return None


def _usage(text: str) -> dict[str, Any]:
    """The last object of each name that states a usage."""
    found: dict[str, Any] = {}
    decode = json.JSONDecoder(strict=False).raw_decode
    for match in _USAGE.finditer(text):
        try:
            found[match[1]], _ = decode(text, match.end())
        except ValueError:
            continue
    return found


def mend(data: bytes) -> bytes | None:
    """A JSON document that was cut off, closed where it can be; None if that is hopeless.

    Everything up to the last complete value is kept, and a string value that was open is
    closed at its last whole character.
    """
    text = data.decode("utf-8", "ignore").removeprefix("\ufeff")
    open_: list[str] = []  # closers of what is open, outermost first
    safe, closers = 0, ""  # where the text can be cut, and what closes it there
    at = 0
    key = False  # a string that comes now is a key
    while found := _TOKEN.match(text, at):
        word, at = found[1], found.end()
        if word in _CLOSERS:
            open_.append(_CLOSERS[word])
            key = word == "{"
        elif word in {"}", "]"}:
            if not open_ or open_.pop() != word:
                return None
        elif word in {",", ":"}:
            key = word == "," and open_[-1:] == ["}"]
            continue
        elif key or (word[0] != '"' and at == len(text)):
            continue  # a name without its value, or a number that may go on
        safe, closers = at, "".join(reversed(open_))
    if text[at:].lstrip().startswith('"') and open_ and not key:
        half = _HALF_ESCAPE.search(text)
        whole = text[: half.start(1)] if half else text
        return (whole + '"' + "".join(reversed(open_))).encode()
    return (text[:safe] + closers).encode() if safe else None
