"""The state folder as gauges: room on its disk, and when its authority expires."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from proxy.authority import AuthorityError, read_authority
from proxy.metrics import Metrics

__all__ = ["measure_state"]


def measure_state(metrics: Metrics, state_dir: Path) -> None:
    """Set the gauges; one that cannot be read now keeps its last value."""
    with suppress(OSError):
        usage = shutil.disk_usage(state_dir)
        metrics.set("jauge_state_disk_free_bytes", (), usage.free)
        metrics.set("jauge_state_disk_size_bytes", (), usage.total)
    with suppress(AuthorityError):
        authority = read_authority(state_dir)
        if authority is not None:
            expires = authority.expires.timestamp()
            metrics.set("jauge_ca_expiry_timestamp_seconds", (), expires)
