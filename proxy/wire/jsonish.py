r"""JSON as services really send it: decoded by shape, mended where it is broken.

Formats declare a Struct with the fields they need; everything else is skipped at the
speed of C. Bytes that a strict decoder refuses are tried again without what makes it
refuse: broken UTF-8, lone surrogates, NaN and Infinity, raw control characters.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

__all__ = ["count", "decode", "number", "texts", "untyped"]

_MOST_BYTES = 1024 * 1024
"""Longer documents are not tried a second time."""

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
    re.DOTALL,
)
"""Escapes one by one; group 1 is half of a pair whose other half is missing."""

_untyped = msgspec.json.Decoder().decode


def decode[T](decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    """`data` by `decoder`, mended if need be. Raises ValueError when it is no such JSON."""
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if len(data) > _MOST_BYTES:
            raise
        text = _lenient_text(data)
    loaded = json.loads(text, strict=False)
    return msgspec.convert(loaded, decoder.type)


def untyped(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value, mended if need be. Raises ValueError when it is none."""
    try:
        return _untyped(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if len(data) > _MOST_BYTES:
            raise
        return json.loads(_lenient_text(data), strict=False)


def _lenient_text(data: bytes) -> str:
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)


def count(value: object) -> int | None:
    """A count of tokens as an int; None for anything that is not one."""
    if type(value) is int:
        return value if value >= 0 else None
    if type(value) is float and value >= 0 and value.is_integer():
        return int(value)
    return None


def number(value: object) -> float | None:
    """A quantity that is not negative, as a float; None for anything else."""
    if type(value) in {int, float}:
        return float(value) if 0 <= value < float("inf") else None  # type: ignore[arg-type,operator]
    return None


def texts(content: object, into: list[str]) -> None:
    """Append the visible text of a message's content, in the shapes that services use.

    A string, a part, or a list of either; of a part, its `text` (itself a string or, in
    some services, an object with `value`), else what its `content` holds, else the
    `transcript` of its sound.
    """
    if isinstance(content, str):
        if content:
            into.append(content)
    elif isinstance(content, list):
        for part in content:
            texts(part, into)
    elif isinstance(content, dict):
        text = content.get("text")
        if isinstance(text, dict):
            text = text.get("value")
        if text is None:
            text = content.get("content", content.get("transcript"))
        texts(text, into)
