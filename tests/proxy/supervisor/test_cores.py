"""How many workers a configuration without a number gets."""

from __future__ import annotations

import os
from pathlib import Path

from proxy.config import load
from proxy.supervisor.supervisor import _workers
from tests.support.auditor import write_config


def test_one_per_core_that_this_process_may_use(tmp_path: Path) -> None:
    config = load(write_config(tmp_path))
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        assert _workers(config) == 1
    finally:
        os.sched_setaffinity(0, allowed)
    assert _workers(config) == len(allowed)


def test_as_many_as_are_configured(tmp_path: Path) -> None:
    assert _workers(load(write_config(tmp_path, edge={"workers": 7}))) == 7
