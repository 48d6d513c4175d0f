"""`jauge factors`, as an operator calls it."""

from __future__ import annotations

import json

import pytest

from proxy.cli import main
from tests.support.commands import answer
from tests.support.impact import estimator


def test_factors(capsys: pytest.CaptureFixture[str]) -> None:
    text = answer(capsys, "factors")
    assert f"factor set {estimator().factors.name}" in text
    assert "figures.utilisation = 1 [0.6, 2.2] ratio, checked 2026-11-23" in text
    listed = json.loads(answer(capsys, "factors", "list", "--json"))
    assert listed["digest"] == estimator().factors.digest
    assert all(figure["source"] for figure in listed["figures"])
    same = answer(capsys, "factors", "compare", "current", "current")
    assert same.count("the same") == 4


def test_factors_published(capsys: pytest.CaptureFixture[str]) -> None:
    text = answer(capsys, "factors", "published")
    assert "all that count: 25 of 35" in text
    rows = json.loads(answer(capsys, "factors", "published", "--json"))
    assert sum(row["hit"] for row in rows if row["counted"]) == 25


def test_factors_stale(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["factors", "stale", "--json"])
    assert status == int(bool(json.loads(capsys.readouterr().out)))


def test_factors_of_no_such_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["factors", "compare", "current", "2020.01-aaaaaaaa"]) == 2
    assert "no such factor set" in capsys.readouterr().err
    assert main(["factors", "compare"]) == 2
