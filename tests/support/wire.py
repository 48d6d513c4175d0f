"""Golden exchanges of the wire formats, and the ways their bytes may arrive.

A golden is a folder tests/exchanges/<format>/<case>/ with

- `request.<ext>` (optional) and `answer.<ext>` (optional): the bodies, as decoded bytes;
- `case.json`: what surrounds them and what must be read from them:
  `about` (one line: which trap or shape this is), `call` (fields of `Call` beside the
  format), `request_headers`, `status`, `answer_headers`, `aborted`, and `reading`: every
  field of the `Reading` that differs from its default, except those that follow from the
  words (`_chars` and `_language`). `prompt`, `answer` and `reasoning` are joined texts.
  `messages`: the messages of a WebSocket, as `[">" or "<", message]`, instead of the
  bodies; `reading` is then the list of turns.

Every golden is read whole, byte by byte, in random pieces and in every content coding;
the reading must be the same each time.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import msgspec
import pytest
import zstandard
from hypothesis import strategies as st

from proxy.providers import Call
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading

EXCHANGES = Path(__file__).parent.parent / "exchanges"

type Cut = Callable[[bytes], Iterable[bytes]]

_OPERATIONS = {
    "completions": "completion",
    "embeddings": "embedding",
    "embed": "embedding",
    "images": "image",
    "audio": "audio",
    "realtime": "realtime",
    "rerank": "rerank",
}
_FOLLOWS = ("_chars", "_language")


@dataclasses.dataclass(frozen=True)
class Golden:
    """One golden exchange."""

    name: str
    call: Call
    request: bytes
    request_headers: Mapping[str, str]
    status: int
    answer: bytes
    answer_headers: Mapping[str, str]
    aborted: bool
    messages: tuple[tuple[str, bytes], ...]
    expected: object


def a_call(wire_format: str, **fields: object) -> Call:
    """A call of a format; the operation follows from its name unless given."""
    operation = _OPERATIONS.get(wire_format.rpartition("-")[2], "chat")
    known = {"tool": "test", "provider": "test", "operation": operation, "channel": "api"}
    return msgspec.convert({**known, "wire_format": wire_format, **fields}, Call)


def load(folder: Path) -> Golden:
    """The golden of one folder."""
    case = json.loads((folder / "case.json").read_text())
    messages = [
        (way, text.encode() if isinstance(text, str) else json.dumps(text).encode())
        for way, text in case.get("messages", ())
    ]
    return Golden(
        name=f"{folder.parent.name}/{folder.name}",
        call=a_call(folder.parent.name, **case.get("call", {})),
        request=_body(folder, "request"),
        request_headers=case.get("request_headers", {"content-type": "application/json"}),
        status=case.get("status", 200),
        answer=_body(folder, "answer"),
        answer_headers=case.get("answer_headers", {"content-type": "application/json"}),
        aborted=case.get("aborted", False),
        messages=tuple(messages),
        expected=case["reading"],
    )


def _body(folder: Path, name: str) -> bytes:
    return next((file.read_bytes() for file in sorted(folder.glob(f"{name}.*"))), b"")


def goldens(*formats: str) -> list[Any]:
    """The goldens of these formats, as parameters of a test. There must be some."""
    folders = [
        folder
        for name in formats
        for folder in sorted((EXCHANGES / name).iterdir())
        if (folder / "case.json").exists()
    ]
    assert folders, formats
    return [
        pytest.param(load(folder), id=f"{folder.parent.name}-{folder.name}") for folder in folders
    ]


def shown(reading: Reading) -> dict[str, Any]:
    """A reading as a golden writes it."""
    words = {
        "prompt": reading.prompt_text,
        "answer": reading.answer_text,
        "reasoning": reading.reasoning_text,
    }
    fields: dict[str, Any] = {}
    default = Reading()
    for field in dataclasses.fields(Reading):
        value = words.get(field.name, getattr(reading, field.name))
        if field.name.endswith(_FOLLOWS) and not field.name.startswith("opaque"):
            continue
        if value not in (getattr(default, field.name), ""):
            fields[field.name] = value
    if reading.reported is not None:
        fields["reported"] = {
            name: getattr(reading.reported, name) for name in reading.reported.__struct_fields__
        }
    return fields


def read(golden: Golden, cut: Cut = lambda body: [body], coding: str = "") -> object:
    """What a `Reader` makes of a golden: a reading as shown, or the list of its turns."""
    reader = Reader(golden.call, limit_bytes=16_000_000)
    if golden.messages:
        return _turns(reader, golden)
    encode = CODINGS[coding]
    headers = {"content-encoding": coding} if coding else {}
    reader.start_request({**golden.request_headers, **headers})
    for piece in cut(encode(golden.request)):
        reader.feed_request(piece)
    reader.end_request()
    reader.start_answer(golden.status, {**golden.answer_headers, **headers})
    for piece in cut(encode(golden.answer)):
        reader.feed_answer(piece)
    return shown(reader.finish(aborted=golden.aborted))


def _turns(reader: Reader, golden: Golden) -> list[dict[str, Any]]:
    reader.start_request({})
    reader.end_request()
    reader.start_answer(101, {})
    turns = [
        reader.feed_message(message, from_client=way == ">") for way, message in golden.messages
    ]
    turns.append(reader.finish(aborted=golden.aborted))
    return [shown(turn) for turn in turns if turn is not None and turn.inference]


def byte_by_byte(body: bytes) -> Iterator[bytes]:
    """One byte at a time."""
    return (body[at : at + 1] for at in range(len(body)))


def in_pieces(sizes: list[int]) -> Cut:
    """Pieces of these sizes, over and over."""

    def cut(body: bytes) -> Iterator[bytes]:
        at = turn = 0
        while at < len(body):
            size = sizes[turn % len(sizes)]
            yield body[at : at + size]
            at += size
            turn += 1

    return cut


piece_sizes = st.lists(st.integers(1, 400), min_size=1, max_size=12)
"""Sizes of random pieces, for `in_pieces`."""


def _raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def _two(body: bytes) -> bytes:
    return bytes(brotli.compress(gzip.compress(body)))


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": _raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": _two,
}
"""Content-Encoding to how it is made. "Deflate" is the one without its wrapper, as some
servers send it; names of codings have no case."""


def assert_reads(golden: Golden) -> None:
    """The golden reads as it says: whole, byte by byte, and in every coding."""
    _assert_same(read(golden), golden)
    _assert_same(read(golden, byte_by_byte), golden)
    for coding in CODINGS:
        _assert_same(read(golden, coding=coding), golden)
    _assert_same(read(golden, in_pieces([7]), "gzip"), golden)


def _assert_same(found: object, golden: Golden) -> None:
    # This file is no test module: pytest does not explain its assertions.
    assert found == golden.expected, f"\nread:     {found}\nexpected: {golden.expected}"
