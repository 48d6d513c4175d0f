"""jauge explain, factors and glass, as an operator calls them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from proxy.cli import main
from proxy.exchange import new_id
from proxy.ledger import Entry, Ledger
from tests.support.impact import estimator, exchange


@pytest.fixture
def state(tmp_path: Path) -> list[str]:
    """Options of a configuration with an empty state folder."""
    return ["--set", f"state_dir={tmp_path}"]


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
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_explain_a_request(capsys: pytest.CaptureFixture[str], state: list[str]) -> None:
    request = ["--model", "gpt-4o", "--provider", "openai", "--input-tokens", "100"]
    command = ["explain", *state, *request, "--output-tokens", "300", "--zone", "FRA"]
    text = answer(capsys, *command)
    assert "taken as: gpt-4o" in text
    assert "zone FRA, range over FRA" in text
    found = json.loads(answer(capsys, *command, "--json"))
    impact = estimator().estimate(
        exchange("gpt-4o", input_tokens=100, output_tokens=300, region="FRA")
    )
    assert found["energy_wh"]["central"] == impact.energy_wh.central
    assert found["zone"] == "FRA"


def test_explain_counts_of_every_kind(capsys: pytest.CaptureFixture[str], state: list[str]) -> None:
    options = ["--cached-tokens", "50", "--images", "2", "--audio-seconds", "30"]
    text = answer(
        capsys, "explain", *state, "--model", "x", "--input-tokens", "100", *options, "--json"
    )
    steps = json.loads(text)["intermediate"]
    assert (steps["input"]["central"], steps["cached"]["central"]) == (50, 50)
    assert (steps["images"]["central"], steps["minutes"]["central"]) == (2, 0.5)


def test_explain_a_recorded_exchange(
    capsys: pytest.CaptureFixture[str], state: list[str], tmp_path: Path
) -> None:
    identity = recorded(tmp_path, 1)
    found = json.loads(answer(capsys, "explain", *state, identity, "--json"))
    impact = estimator().estimate(exchange("gpt-4o", input_tokens=100, output_tokens=300))
    assert found["energy_wh"]["high"] == impact.energy_wh.high


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ([], 2, "--model"),
        (["--model", "x", "--zone", "nowhere"], 2, "no such zone"),
        (["no-uuid"], 2, "UUID"),
        (["0198a5e0-0000-7000-8000-000000000000"], 1, "no such exchange"),
    ],
)
def test_explain_what_cannot_be(  # noqa: PLR0917 - fixtures and the columns of the table
    capsys: pytest.CaptureFixture[str],
    state: list[str],
    tmp_path: Path,
    arguments: list[str],
    status: int,
    told: str,
) -> None:
    recorded(tmp_path, 1)
    assert main(["explain", *state, *arguments]) == status
    assert told in capsys.readouterr().err


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


def test_glass_of_a_typical_request(capsys: pytest.CaptureFixture[str], state: list[str]) -> None:
    text = answer(capsys, "glass", *state)
    assert "a typical request" in text
    assert "water on site alone" in text
    assert "with the water of electricity" in text
    assert "GPT-3" in text
    french = answer(capsys, "glass", *state, "--lang", "fr")
    assert "une requête type" in french
    assert "eau sur site seule\u00a0:" in french
    assert "contesté" in french
    found = json.loads(answer(capsys, "glass", *state, "--json"))
    assert found["basis"] == "typical request"
    assert {tool["requests"] for tool in found["tools"]} == {0}


def test_glass_of_own_traffic(
    capsys: pytest.CaptureFixture[str], state: list[str], tmp_path: Path
) -> None:
    recorded(tmp_path, 3)
    found = json.loads(answer(capsys, "glass", *state, "--json"))
    assert found["basis"] == "own traffic"
    (tool,) = found["tools"]
    assert (tool["tool"], tool["requests"]) == ("chatgpt", 3)
    impact = estimator().estimate(exchange("gpt-4o", input_tokens=100, output_tokens=300))
    per_request = tool["water_ml_per_request"]["water_onsite_ml"]
    assert per_request["high"] == pytest.approx(impact.water_onsite_ml.high)
    assert tool["requests_per_glass"]["water_onsite_ml"]["low"] == pytest.approx(
        200 / impact.water_onsite_ml.high
    )
    assert "3 requests" in answer(capsys, "glass", *state)
    assert "typical" in answer(capsys, "glass", *state, "--month", "2020-01")
    assert main(["glass", *state, "--month", "2020-13"]) == 2
