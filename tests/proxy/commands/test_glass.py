"""`jauge glass`, as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxy.cli import main
from tests.support.commands import answer, recorded
from tests.support.impact import estimator, exchange


@pytest.fixture
def state(tmp_path: Path) -> list[str]:
    """Options of a configuration with an empty state folder."""
    return ["--set", f"state_dir={tmp_path}"]


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


@pytest.mark.parametrize(("lang", "said"), [("en", "(1 request)"), ("fr", "(1 requête)")])
def test_one_request_is_said_in_the_singular(
    capsys: pytest.CaptureFixture[str], state: list[str], tmp_path: Path, lang: str, said: str
) -> None:
    recorded(tmp_path, 1)
    assert said in answer(capsys, "glass", *state, "--lang", lang)
