"""Why a part of Jauge is not as it should be: for a program and a log, and for a reader.

A reason names a kind of failure, never a path or a text of an exchange. Programs (`/healthz`,
`jauge doctor`, the log) get its English text; the page says it in the reader's language, by the
messages `health.reason.<key>` of `proxy.texts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

__all__ = ["Key", "Reason"]

Key = Literal[
    "ledger_fails",
    "ledger_closed",
    "inbox_stopped",
    "inbox_fails",
    "inbox_late",
    "worker_fails",
    "worker_lost",
    "edges_silent",
    "words_closed",
    "classifier_replaced",
    "thresholds_missing",
    "thresholds_coarse",
    "scorer_ended",
    "disk_unseen",
    "disk_full",
    "disk_low",
    "report_fails",
]
"""Every kind of reason that there is."""


class Reason(msgspec.Struct, frozen=True):
    """One reason."""

    key: Key
    text: str
    """In English, with the remedy where it depends on more than the kind."""
    values: Mapping[str, str | int] = {}
    """What the message of the catalogue has gaps for."""

    def __str__(self) -> str:
        return self.text
