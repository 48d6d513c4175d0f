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
_HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_MOST_DEPTH = 200
_MOST_WORDS = 10_000
"""How many names, values and signs of JSON are looked at: some 5 ms."""
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
        except (ValueError, RecursionError):
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
    for match in list(_USAGE.finditer(text))[-8:]:
        try:
            found[match[1]], _ = decode(text, match.end())
        except (ValueError, RecursionError):
            continue
    return found


def mend(data: bytes) -> bytes | None:
    """A JSON document that was cut off, closed where it can be; None if that is hopeless.

    Everything up to the last complete value is kept, and a string value that was open is
    closed at its last whole character.
    """
    text = data.decode("utf-8", "ignore").removeprefix("\ufeff")
    open_: list[str] = []  # closers of what is open, outermost first
    safe = 0  # where the text can be cut; every bracket moves it, so `open_` fits it
    at = 0
    key = False  # a string that comes now is a key
    words = 0
    while found := _TOKEN.match(text, at):
        word, at = found[1], found.end()
        words += 1
        if words > _MOST_WORDS:
            text = text[:at]
        if word in _CLOSERS:
            open_.append(_CLOSERS[word])
            if len(open_) > _MOST_DEPTH:
                return None
            key = word == "{"
        elif word in {"}", "]"}:
            if not open_ or open_.pop() != word:
                return None
        elif word in {",", ":"}:
            key = word == "," and open_[-1:] == ["}"]
            continue
        elif key or (word[0] != '"' and at == len(text)):
            continue  # a name without its value, or a number that may go on
        safe = at
    closers = "".join(reversed(open_))
    if text[at:].lstrip().startswith('"') and open_ and not key:
        return (_whole_escapes(text) + '"' + closers).encode()
    return (text[:safe] + closers).encode() if safe else None


def _whole_escapes(text: str) -> str:
    """`text`, which ends inside a string, without an escape that is cut off at its end."""
    half = _HALF_ESCAPE.search(text, max(0, len(text) - 5))
    if half is None:
        return text
    before = text[: half.start()]
    # A backslash that is escaped itself starts nothing.
    return text if (len(before) - len(before.rstrip("\\"))) % 2 else before
