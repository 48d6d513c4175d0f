"""The mean exchange behind raw sums, for estimates where the exchanges themselves are gone.

An estimate is linear in its counts but for the long-context term, so the estimate of the
mean, times the number, is that of the sums. What sums do not keep is guessed: languages,
the region (from the zone), the name of a model that is not in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from proxy.exchange import Exchange
from proxy.impact.estimate import Estimator

__all__ = ["mean_of"]

_COUNTS = ("input_tokens", "output_tokens", "cache_read_tokens", "images", "audio_s")
_NAMES = ("operation", "status", "input_source", "output_source", "parse_status")


def mean_of(names: Mapping[str, str], sums: Mapping[str, float], then: Estimator) -> Exchange:
    """The mean exchange of sums, with fractions of tokens.

    `names` and `sums`: as the ledger's roll-ups have them (tool, provider, model, zone and
    those of `_NAMES`; requests, reasoning_chars and those of `_COUNTS`). `then`: the
    estimator of the time, for where it ran.
    """
    number = max(1.0, sums["requests"])
    fields: dict[str, Any] = {name: sums[name] / number for name in _COUNTS}
    fields |= {name: names[name] for name in _NAMES}
    plain = Exchange(
        id="",
        started_at=0.0,
        duration_s=0.0,
        tool=names["tool"],
        provider=names["provider"],
        wire_format="",
        model_asked=names["model"] or None,
        reasoning_chars=int(sums["reasoning_chars"] > 0),
        **fields,
    )
    zone = names["zone"]
    if not zone or then.plan(plain).place.zone == zone:
        return plain  # The zone that its provider stands for without a hint.
    return msgspec.structs.replace(plain, region=zone)
