"""What CodeCarbon is told to assume."""

from __future__ import annotations

import os

import pytest

from proxy.measured.meter import default_cpu_watts, default_ram_watts


def test_default_power() -> None:
    # 3 W per 8 GiB; 4 W per thread.
    assert default_ram_watts(16 * 1024**3) == pytest.approx(6.0)
    assert default_cpu_watts() == 4.0 * (os.cpu_count() or 1)
