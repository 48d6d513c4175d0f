"""Amazon event stream messages, written by hand to test the reading of them.

Layout: total length, headers length, CRC-32 of those eight bytes; headers (name length,
name, type 7 = string, value length, value); payload; CRC-32 of all before. Big-endian.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message."""
    packed = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value
        for name, value in ((name, text.encode()) for name, text in headers.items())
    )
    prelude = struct.pack(">II", 16 + len(packed) + len(payload), len(packed))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + payload
    return message + struct.pack(">I", zlib.crc32(message))


def event(kind: str, body: Mapping[str, Any]) -> bytes:
    """An event of converse-stream: its type is a header."""
    headers = {
        ":event-type": kind,
        ":content-type": "application/json",
        ":message-type": "event",
    }
    return frame(headers, json.dumps(body).encode())


def chunk(body: Mapping[str, Any]) -> bytes:
    """An event of invoke-with-response-stream: the vendor's chunk in base64, and padding."""
    data = base64.b64encode(json.dumps(body).encode()).decode()
    return event("chunk", {"bytes": data, "p": "abcdefghijk"})


def exception(kind: str, message: str) -> bytes:
    """An exception in a stream that began with 200."""
    headers = {
        ":exception-type": kind,
        ":content-type": "application/json",
        ":message-type": "exception",
    }
    return frame(headers, json.dumps({"message": message}).encode())
