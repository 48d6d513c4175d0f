"""What the measuring process tells the auditor: one line of JSON per period."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["Sample", "Source", "from_line", "to_line"]

Source = Literal["measured", "estimated"]


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One period. `_j` joules of the whole machine, `_s` seconds, `_bytes` bytes of memory."""

    seconds: float
    """Length of the period."""
    cpu_j: float
    ram_j: float
    cpu_source: Source
    """measured: by the processor's own counters (RAPL); estimated: from its load."""
    cpu_watts: float | None
    """Power of the whole processor at full load, where it is an estimate."""
    own_cpu_s: float
    """Processor time of our processes, all cores together."""
    busy_cpu_s: float
    """Processor time of everybody."""
    capacity_cpu_s: float
    """Processor time that there was."""
    own_private_bytes: int
    """Memory that only our processes hold."""
    own_resident_bytes: int
    """Memory of each of our processes added up; what they share counts several times."""
    used_bytes: int
    total_bytes: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sample).decode


def to_line(sample: Sample) -> bytes:
    """One line, its end included."""
    return _encode(sample) + b"\n"


def from_line(line: bytes) -> Sample:
    """The sample of a line. Raises ValueError."""
    return _decode(line)
