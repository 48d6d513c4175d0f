"""The text fields of a form, taken out while it passes. Files are never kept."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

__all__ = ["Multipart", "boundary_of", "urlencoded"]

FIELD_BYTES = 64 * 1024
"""What is kept of one text field."""

HEADER_BYTES = 8 * 1024
"""Longest header of a part; longer ones make the part a file."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^;,\s]+))', re.IGNORECASE)
_NAME = re.compile(rb'[;\s]name="?([^";\r\n]*)"?')


def boundary_of(content_type: str) -> bytes | None:
    """The boundary of a multipart content type, in its original case; None if not stated."""
    found = _BOUNDARY.search(content_type)
    return (found[1] or found[2]).encode("latin-1", "replace") if found else None


def urlencoded(body: bytes) -> dict[str, str]:
    """The fields of an urlencoded form, the first of each name. Raises ValueError."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=1000)
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value[:FIELD_BYTES])
    return fields


class Multipart:
    """multipart/form-data (RFC 7578), piece by piece."""

    __slots__ = ("_buffer", "_delimiter", "_name", "_state", "_value", "ended", "fields")

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._buffer = bytearray(b"\r\n")  # the first delimiter has no line end before it
        self._state = self._in_value
        self._name: bytes | None = None  # None: nothing is kept of this part
        self._value = bytearray()
        self.fields: dict[str, str] = {}
        """Text fields so far, the first of each name."""
        self.ended = False
        """The closing delimiter was seen."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._buffer += data
        while not self.ended and self._state():
            pass

    def _in_value(self) -> bool:
        """Up to the next delimiter; true when it was found."""
        buffer = self._buffer
        end = buffer.find(self._delimiter)
        if end < 0:
            # All but what may be the start of a delimiter is value.
            sure = max(0, len(buffer) - len(self._delimiter) + 1)
            self._take(bytes(buffer[:sure]))
            del buffer[:sure]
            return False
        self._take(bytes(buffer[:end]))
        if self._name is not None:
            name = self._name.decode("utf-8", "replace")
            self.fields.setdefault(name, self._value.decode("utf-8", "replace"))
        self._name = None
        self._value.clear()
        del buffer[: end + len(self._delimiter)]
        self._state = self._in_header
        return True

    def _take(self, data: bytes) -> None:
        if self._name is not None and len(self._value) < FIELD_BYTES:
            self._value += data[: FIELD_BYTES - len(self._value)]

    def _in_header(self) -> bool:
        buffer = self._buffer
        if buffer.startswith(b"--"):
            self.ended = True
            return False
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(buffer) > HEADER_BYTES:
                self._state = self._in_value
                return True
            return False
        header = bytes(buffer[:end])
        del buffer[: end + 4]
        name = _NAME.search(header)
        if name and b"filename" not in header.lower():
            self._name = name[1]
        self._state = self._in_value
        return True
