"""What the tests of commands that estimate need."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from proxy.cli import main
from proxy.exchange import new_id
from proxy.ledger import Entry, Ledger
from tests.support.impact import estimator, exchange

__all__ = ["answer", "recorded"]


def recorded(tmp_path: Path, count: int) -> str:
    """A ledger with some exchanges of this month; the id of the last."""
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}", timezone="Europe/Paris") as ledger:
        last = ""
        for _ in range(count):
            last = new_id()
            found = exchange(
                "gpt-4o",
                id=last,
                tool="chatgpt",
                started_at=time.time(),
                input_tokens=100,
                output_tokens=300,
            )
            ledger.write([Entry(found, estimator().estimate(found))])
    return last


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command that succeeds prints."""
    assert main(arguments) == 0
    return capsys.readouterr().out
