"""Figures made in a process of their own: what it says comes back, and how it ends."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from proxy.config import Config, load
from proxy.report.apart import KILLED, ApartError, make_apart

ENDS = {
    "by itself": ("raise SystemExit(1)", 1, False),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KILLED, True),
}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(None, [f"state_dir={tmp_path}"])


@pytest.mark.parametrize("way", ENDS)
def test_its_end_is_told(way: str, config: Config) -> None:
    code, status, killed = ENDS[way]
    with pytest.raises(ApartError) as caught:
        make_apart(config, (), (sys.executable, "-c", code))
    assert (caught.value.status, caught.value.killed) == (status, killed)


def test_a_killed_one_is_told_with_its_signal(config: Config) -> None:
    with pytest.raises(ApartError, match="signal 9: is there enough memory"):
        make_apart(config, (), (sys.executable, "-c", ENDS["killed"][0]))
