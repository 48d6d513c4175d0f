"""Typed views of JSON objects that survive a field of an unexpected type.

A wire format names only the fields it needs, as a msgspec Struct; everything else is
skipped without being built. Services change and compatible servers differ, so a field
that is not of the expected type must cost that field, and not the token counts beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from proxy.wire.jsonish import untyped
from proxy.wire.reading import Reading

__all__ = ["NOTHING", "Shape", "Words", "generated_json"]

NOTHING = msgspec.Raw(b"")
"""Default of a field that is kept as it stands in the body."""

_EMPTY = frozenset({b"", b"{}", b"null", b'""'})
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Shape[T: msgspec.Struct]:
    """Reads bodies as `T`, whose fields must all have a default."""

    __slots__ = ("_decode", "_kind")

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decode = msgspec.json.Decoder(kind).decode

    def read(self, data: bytes, reading: Reading) -> T:
        """`data` as a `T`, mended where it is broken (see `jsonish`).

        A field of an unexpected type is left out and makes the reading `partial`.
        Raises ValueError for bytes that are no JSON object.
        """
        try:
            return self._decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            mended = msgspec.json.encode(untyped(data))
        try:
            return self._decode(mended)
        except msgspec.ValidationError:
            reading.parse_status = "partial"
            return self._by_field(mended)

    def _by_field(self, data: bytes) -> T:
        found = _fields(data)
        values: dict[str, object] = {}
        for field in msgspec.structs.fields(self._kind):
            raw = found.get(field.encode_name)
            if raw is None:
                continue
            try:
                values[field.name] = msgspec.json.decode(raw, type=field.type)
            except msgspec.ValidationError:
                continue
        return self._kind(**values)


@dataclass(frozen=True, slots=True)
class Words:
    """Where the visible text of a prompt stands, in whatever nesting a service allows."""

    keys: tuple[str, ...]
    """Keys whose values are text, or hold text, in the order of reading."""
    skip: frozenset[str] = frozenset()
    """Values of `type` that mark what is no visible text (images, earlier thinking)."""

    def of(self, value: object) -> list[str]:
        """Every piece of text in a decoded JSON value, none empty."""
        found: list[str] = []
        self._collect(value, found)
        return found

    def _collect(self, value: object, found: list[str]) -> None:
        if isinstance(value, str):
            if value:
                found.append(value)
        elif isinstance(value, list):
            for item in value:
                self._collect(item, found)
        elif isinstance(value, dict) and not self._hidden(value):
            for key in self.keys:
                inner = value.get(key)
                if inner is not None:
                    self._collect(inner, found)

    def _hidden(self, value: dict[str, object]) -> bool:
        # `thought` marks the earlier thinking that Gemini clients send back.
        return value.get("type") in self.skip or value.get("thought") is True


def generated_json(raw: msgspec.Raw) -> Iterable[str]:
    """JSON that the model generated (the arguments of a tool call), as text; none if empty."""
    data = bytes(raw)
    return () if data in _EMPTY else (data.decode("utf-8", "replace"),)
