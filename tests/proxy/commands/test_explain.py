"""`jauge explain`, as an operator calls it."""

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
    assert (steps["images"]["central"], steps["minutes"]["high"]) == (2, 0.5)


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


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--output-tokens=-1", "--output-tokens: expected a whole number, 0 or more"),
        ("--input-tokens=many", "--input-tokens: expected a whole number, 0 or more"),
        ("--audio-seconds=-1", "--audio-seconds: expected a number, 0 or more"),
        ("--audio-seconds=nan", "--audio-seconds: expected a number, 0 or more"),
        ("--audio-seconds=long", "--audio-seconds: expected a number, 0 or more"),
    ],
)
def test_a_count_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], option: str, text: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["explain", "--model", "gpt-4o", option])
    assert text in capsys.readouterr().err


def test_nothing_counted_is_said_to_be_a_gap(
    capsys: pytest.CaptureFixture[str], state: list[str]
) -> None:
    request = ["explain", *state, "--model", "gpt-4o"]
    assert "Nothing was counted" in answer(capsys, *request)
    assert json.loads(answer(capsys, *request, "--json"))["counted"] is False
    assert "Nothing was counted" not in answer(capsys, *request, "--images", "1")


def test_images_that_tokens_hold_raise_the_high_end_only(
    capsys: pytest.CaptureFixture[str], state: list[str]
) -> None:
    """So that the formula of the result stays right at each end."""
    request = ["--model", "gpt-image-1", "--output-tokens", "1000", "--images", "2", "--json"]
    steps = json.loads(answer(capsys, "explain", *state, *request))["intermediate"]
    images = steps["images"]
    assert (images["low"], images["central"], images["high"]) == (0, 0, 2)
    v = {name: step["central"] for name, step in steps.items()}
    assert v["energy_wh"] == pytest.approx(v["output"] * v["decode"] * v["pue"], rel=1e-9)
