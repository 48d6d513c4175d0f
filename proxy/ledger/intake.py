"""From an entry to the column values of its row and of its sums. Pure: no database here.

Nothing that arrives may poison the sums or stop a batch. A count that no service can
mean is kept as unknown, an impact that is not finite is left out, and an implausible
start is counted at the time of writing; each is told as a gap.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

import msgspec

from proxy.exchange import Exchange, ReportedFootprint
from proxy.ledger.entries import Entry, Gap
from proxy.ledger.schema import COUNTS, DIMENSIONS
from proxy.records import QUANTITIES, Impact

__all__ = [
    "CONTEXT_CLASSES",
    "FUTURE_S",
    "HOUR_S",
    "MOST",
    "PAST_S",
    "Intake",
    "context_class",
    "hour_of",
    "id_bytes",
    "id_text",
    "take_in",
]

HOUR_S = 3600

FUTURE_S = 300.0
"""A start this far after the time of writing is still believed (clocks of two machines)."""
PAST_S = 366 * 86400.0
"""A start this long before the time of writing is still believed: longer than any row is
kept, so an honest record is younger, and a machine that woke up in 1970 is not."""

MOST = 10**12
"""No single exchange has more tokens, characters, bytes or seconds than this; nine
million such values still fit the sums' 64 bits."""

CONTEXT_CLASSES: tuple[tuple[int, str], ...] = (
    (0, "0-1k"),
    (1_000, "1k-4k"),
    (4_000, "4k-10k"),
    (10_000, "10k-32k"),
    (32_000, "32k-100k"),
    (100_000, "100k-300k"),
    (300_000, "300k+"),
)
"""First number of input tokens of each class, and its name. Cost grows faster than
length from about 10,000 tokens on, so a bound stands there (docs/operate/ledger.md)."""

_STARTS = tuple(start for start, _ in CONTEXT_CLASSES)
_NAMES = tuple(name for _, name in CONTEXT_CLASSES)

# Of the dimensions, `zone` comes from the impact and `context_class` from the tokens.
_dimension = attrgetter(
    *(name if name not in {"zone", "context_class"} else "model" for name in DIMENSIONS)
)
_ZONE = DIMENSIONS.index("zone")
_CONTEXT = DIMENSIONS.index("context_class")
_counts = attrgetter(*COUNTS)
_ranges = attrgetter(*QUANTITIES)
_MEASURES = (*COUNTS, "audio_s", "duration_s", "time_to_first_byte_s")
_measure_values = attrgetter(*_MEASURES)
_NEVER_NONE = frozenset(
    name for name in _MEASURES if name.endswith(("_chars", "_bytes")) or name == "duration_s"
)
_before_reported = attrgetter(
    "duration_s",
    "time_to_first_byte_s",
    "edge",
    "wire_format",
    "model_asked",
    "model_answered",
    "streamed",
    "http_status",
    "error_type",
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "images",
    "audio_s",
    "prompt_chars",
    "answer_chars",
    "reasoning_chars",
    "prompt_language",
    "answer_language",
    "request_bytes",
    "response_bytes",
    "region",
)
_NOTHING = ReportedFootprint()


class Intake(NamedTuple):
    """The column values of one entry, without the numbers of its dimension and bases."""

    id: bytes
    counted_at: float
    stated_at: float | None
    hour: int
    dimension: tuple[str, ...]
    row: tuple[object, ...]
    """Values of the table `exchange` after `dimension`."""
    sums: tuple[float, ...]
    """Values of the table `hour_sum` after its key."""
    impact: tuple[float, ...] | None
    gaps: tuple[Gap, ...]


def hour_of(at: float) -> int:
    """Unix time at which the UTC hour that holds `at` starts."""
    return int(at // HOUR_S) * HOUR_S


def id_bytes(text: str) -> bytes:
    """The 16 bytes of a UUID in canonical text form. Raises ValueError for anything else."""
    try:
        packed = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        packed = b""
    if len(packed) != 16 or len(text) != 36:
        raise ValueError("an exchange id is a UUID in canonical text form")
    return packed


def id_text(packed: bytes) -> str:
    """The canonical text form of a UUID's 16 bytes."""
    text = packed.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def context_class(input_tokens: int | None) -> str:
    """The class of context length of an exchange; "unknown" without a count."""
    if input_tokens is None or input_tokens < 0:
        return "unknown"
    return _NAMES[bisect_right(_STARTS, input_tokens) - 1]


def take_in(entry: Entry, now: float) -> Intake:
    """The column values of an entry that is written at `now`.

    Raises ValueError when its id is no UUID.
    """
    exchange, seen = _plausible(entry.exchange, now)
    counted_at, stated_at = exchange.started_at, None
    if not now - PAST_S <= counted_at <= now + FUTURE_S:
        counted_at, stated_at = now, exchange.started_at
        seen.append(Gap(now, "clock", exchange.tool))
    impact = None if entry.impact is None else _impact(entry.impact)
    if entry.impact is not None and impact is None:
        seen.append(Gap(now, "impact", exchange.tool))
    zone = "" if entry.impact is None or impact is None else entry.impact.zone
    return Intake(
        id=id_bytes(exchange.id),
        counted_at=counted_at,
        stated_at=stated_at,
        hour=hour_of(counted_at),
        dimension=_dimension_of(exchange, zone),
        row=_row(exchange),
        sums=_sums(exchange),
        impact=impact,
        gaps=tuple(seen),
    )


def _dimension_of(exchange: Exchange, zone: str) -> tuple[str, ...]:
    values = [value or "" for value in _dimension(exchange)]
    values[_ZONE] = zone
    values[_CONTEXT] = context_class(exchange.input_tokens)
    return tuple(values)


def _row(exchange: Exchange) -> tuple[object, ...]:
    reported = exchange.reported or _NOTHING
    return (
        *_before_reported(exchange),
        reported.energy_min_kwh,
        reported.energy_max_kwh,
        reported.ghg_min_kgco2e,
        reported.ghg_max_kgco2e,
        exchange.reference,
    )


def _sums(exchange: Exchange) -> tuple[float, ...]:
    first_byte = exchange.time_to_first_byte_s
    reported = exchange.reported or _NOTHING
    return (
        1,
        *(count or 0 for count in _counts(exchange)),
        exchange.audio_s or 0.0,
        exchange.duration_s,
        int(first_byte is not None),
        first_byte or 0.0,
        *_reported(reported.energy_min_kwh, reported.energy_max_kwh),
        *_reported(reported.ghg_min_kgco2e, reported.ghg_max_kgco2e),
    )


def _reported(low: float | None, high: float | None) -> tuple[int, float, float]:
    """(1, low, high) of what a tool reported; (0, 0, 0) when that means unknown."""
    high = high or low or 0.0
    if not 0 < high <= MOST:
        return (0, 0.0, 0.0)
    return (1, low if low is not None and 0 < low < high else high, high)


def _impact(impact: Impact) -> tuple[float, ...] | None:
    """Low, central, high of every quantity, or None when one of them is not finite."""
    values = tuple(
        bound for span in _ranges(impact) for bound in (span.low, span.central, span.high)
    )
    return values if all(map(math.isfinite, values)) else None


def _plausible(exchange: Exchange, now: float) -> tuple[Exchange, list[Gap]]:
    """The exchange without numbers that no service can mean, and the gap that says so."""
    bad = [name for name, value in _measures(exchange) if value and not 0 <= value <= MOST]
    if not bad:
        return exchange, []
    changes: dict[str, object] = {name: 0 if name in _NEVER_NONE else None for name in bad}
    for count, source in (("input_tokens", "input_source"), ("output_tokens", "output_source")):
        if count in bad:
            changes[source] = "none"
    return msgspec.structs.replace(exchange, **changes), [Gap(now, "count", exchange.tool)]


def _measures(exchange: Exchange) -> Iterator[tuple[str, float | None]]:
    return zip(_MEASURES, _measure_values(exchange), strict=True)
