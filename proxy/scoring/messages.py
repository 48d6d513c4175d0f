"""What passes between the auditor and the scorer, over a pair of anonymous sockets.

A message is four bytes of length (big-endian) and MessagePack. Words pass this way only.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal

import msgspec

from proxy.reasons import Reason
from proxy.records import Finding, Subject

__all__ = [
    "Failed",
    "FromScorer",
    "Hello",
    "Job",
    "Progress",
    "Reader",
    "Result",
    "Setup",
    "decode_from_scorer",
    "decode_to_scorer",
    "frame",
]

_LENGTH = struct.Struct(">I")


class Setup(msgspec.Struct, frozen=True, kw_only=True, tag="setup"):
    """The first message to the scorer: what it works with."""

    classifier: str
    """Name of the one that is wanted."""
    models: str
    """Folder of model files."""
    thresholds: tuple[str, ...]
    """Folders of thresholds, the first that has a file wins."""
    wanted: float
    """False-positive rate at which answers are flagged."""
    model: str
    device: str
    threads: int
    sha256: str
    memory_bytes: int
    """Most private memory of the scorer."""


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="job"):
    """A text to score."""

    number: int
    subject: Subject
    hint: str
    """Its language, as far as the edge could tell."""
    text: bytes
    """UTF-8."""

    def __repr__(self) -> str:
        """The size only: a traceback or a log must never show the text."""
        return f"Job(number={self.number}, bytes={len(self.text)})"


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag="hello"):
    """The scorer is ready."""

    classifier: str
    """The one that runs: what was asked for, or embedded in its place."""
    version: str
    threshold_set: str
    bias_version: str = ""
    warnings: tuple[Reason, ...] = ()
    """What is missing, and the remedy."""


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """The scorer is at work on a long group."""


class Result(msgspec.Struct, frozen=True, kw_only=True, tag="result"):
    """What became of a job."""

    number: int
    finding: Finding


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The scorer ends; why, without any text of others."""

    reason: str
    kind: Literal["load", "work"]


FromScorer = Hello | Progress | Result | Failed
ToScorer = Setup | Job

_encode = msgspec.msgpack.Encoder().encode
_from_scorer: msgspec.msgpack.Decoder[FromScorer] = msgspec.msgpack.Decoder(FromScorer)
_to_scorer: msgspec.msgpack.Decoder[ToScorer] = msgspec.msgpack.Decoder(ToScorer)
decode_from_scorer = _from_scorer.decode
"""A message of the scorer. Raises msgspec.MsgspecError."""
decode_to_scorer = _to_scorer.decode
"""A message of the auditor. Raises msgspec.MsgspecError."""


def frame(message: FromScorer | ToScorer) -> bytes:
    """A message as it is sent."""
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


class Reader:
    """Cuts what arrives into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The whole messages that are there now."""
        self._buffer += data
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            end = start + _LENGTH.size + length
            if end > len(self._buffer):
                break
            yield bytes(self._buffer[start + _LENGTH.size : end])
            start = end
        del self._buffer[:start]
