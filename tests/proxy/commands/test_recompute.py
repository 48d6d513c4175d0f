"""`jauge recompute` as its user calls it."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from proxy.cli import main
from proxy.impact.factors import load
from proxy.ledger import Entry, Ledger
from tests.support.ledger import impact, url
from tests.support.restating import exchange


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with twenty exchanges of two hours ago and one of now."""
    folder = tmp_path / "state"
    folder.mkdir()
    file = tmp_path / "jauge.yaml"
    file.write_text(f"state_dir: {folder}\n")
    monkeypatch.setenv("JAUGE_CONFIG", str(file))
    rnd, now = random.Random(1), time.time()
    with Ledger.open(url(folder), timezone="Europe/Paris") as ledger:
        old = [Entry(exchange(rnd, now - 7200), impact()) for _ in range(20)]
        ledger.write([*old, Entry(exchange(rnd, now), impact())])
    return folder


def test_it_restates_up_to_the_hour_under_way(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recompute"]) == 0
    said = capsys.readouterr()
    assert "20 exchanges from the start to" in said.out
    assert f"restated by the factor set {load().name}" in said.out
    assert "not at hand, hence not split by cause: 2026.11-f00d" in said.out
    assert "1 of 1 hours" in said.err
    with Ledger.open(url(state), timezone="Europe/Paris") as ledger:
        origins = {one.key[0]: one.requests for one in ledger.impact_totals(0, 1e11, ["origin"])}
    assert origins == {"restated": 20, "live": 1}


def test_a_dry_run_in_json(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recompute", "--dry-run", "--json", "--since", "2020-01"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["written"], found["requests"]) == (False, 20)
    energy = found["quantities"]["energy_wh"]
    parts = sum(part["high"] for part in energy["causes"].values())
    assert parts == pytest.approx(energy["restated"]["high"] - energy["original"]["high"])
    with Ledger.open(url(state), timezone="Europe/Paris") as ledger:
        assert ledger.restatements.jobs() == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--factor-set", "1999.01-cafe"], "there is no such factor set"),
        (["--since", "hier"], "--since: expected a month, a date or an instant"),
        (["--since", "2026-10", "--until", "2026-09"], "nothing lies between"),
        (["--since", "2999-01"], "nothing lies between"),
    ],
)
def test_mistakes(
    state: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert main(["recompute", *options]) == 2
    assert message in capsys.readouterr().err


def test_without_a_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "jauge.yaml"
    file.write_text(f"state_dir: {tmp_path / 'nowhere'}\n")
    monkeypatch.setenv("JAUGE_CONFIG", str(file))
    assert main(["recompute"]) == 1
    assert "nothing has been recorded there yet" in capsys.readouterr().err
