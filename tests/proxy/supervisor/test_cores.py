"""How many workers a configuration without a number gets."""

from __future__ import annotations

import os

import pytest

from proxy.supervisor.supervisor import _cores


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="macOS has no affinity")
def test_one_per_core_that_this_process_may_use() -> None:
    assert _cores() == len(os.sched_getaffinity(0))


def test_without_affinity_one_per_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert _cores() == os.cpu_count()
