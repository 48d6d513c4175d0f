"""Typed views of JSON objects that survive a field of an unexpected type.

A wire format names only the fields it needs, as a msgspec Struct; everything else is
skipped without being built. Services change and compatible servers differ, so a field
that is not of the expected type must cost that field, and not the token counts beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import UnionType
from typing import Any, get_args, get_origin

import msgspec

from proxy.wire.jsonish import untyped
from proxy.wire.reading import Reading

__all__ = ["NOTHING", "Shape", "Words", "generated_json"]

NOTHING = msgspec.Raw(b"")
"""Default of a field that is kept as it stands in the body."""

_EMPTY = frozenset({b"", b"{}", b"null", b'""'})
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Shape[T: msgspec.Struct]:
    """Reads bodies as `T`, whose fields must all have a default."""

    __slots__ = ("_decode", "_kind")

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decode = msgspec.json.Decoder(kind).decode

    def read(self, data: bytes, reading: Reading) -> T:
        """`data` as a `T`, mended where it is broken (see `jsonish`).

        A field of an unexpected type is left out, however deep it stands, and makes the
        reading `partial`.
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
            return _struct(mended, self._kind)


def _struct[T: msgspec.Struct](data: bytes, kind: type[T]) -> T:
    """An object without its fields of an unexpected type. Raises ValueError for no object."""
    found = _fields(data)
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(kind):
        raw = found.get(field.encode_name)
        if raw is not None:
            value = _fitting(bytes(raw), field.type)
            if value is not None:
                values[field.name] = value
    return kind(**values)


def _fitting(data: bytes, kind: Any) -> object:  # noqa: ANN401 - any annotation of a field
    """What fits of one value; None when nothing does."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError:
        pass
    for option in get_args(kind) if isinstance(kind, UnionType) else (kind,):
        if isinstance(option, type) and issubclass(option, msgspec.Struct) and data[:1] == b"{":
            return _struct(data, option)
        if get_origin(option) is list and data[:1] == b"[":
            fits = (_fitting(bytes(item), get_args(option)[0]) for item in _items(data))
            return [item for item in fits if item is not None]
    return None


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
