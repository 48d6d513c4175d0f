"""`jauge models calibrate`, on the classifier that needs nothing and on a converted network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxy.classify.thresholds import ThresholdFile, load_thresholds
from proxy.cli import main
from tests.proxy.scoring.test_calibration import LOUD, QUIET
from tests.support.networks import hand_made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def calibrate(state: Path, file: Path | str, *words: str) -> int:
    sets = (f"--set=state_dir={state}", "--set=detoxify.model=counts")
    return main(["models", "calibrate", str(file), *words, *sets])


def answers(folder: Path, *texts: str, language: str | None = "fr") -> Path:
    file = folder / "answers.jsonl"
    spoken = {"lang": language} if language else {}
    lines = [json.dumps({"text": text} | spoken) for text in texts]
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def written(state: Path, name: str) -> ThresholdFile:
    """What production will find."""
    text = (state / "thresholds" / f"{name}.yaml").read_text("utf-8")
    version = next(line.split(": ")[1] for line in text.splitlines() if line.startswith("version"))
    return load_thresholds(name, version.strip("'"), state / "thresholds")


def test_a_converted_network_gets_thresholds_by_hand(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of 200 answers one says "idiot" twice: logit 1, so 0.7311; the others have 0.0474. At
    1 %, two may be flagged, and the third decides; at 0.1 % none may."""
    hand_made(state / "models")
    file = answers(tmp_path, *["bonjour la ville"] * 199, "idiot idiot")
    words = ("--classifier", "detoxify-onnx", "--source", "made up for this test")
    assert calibrate(state, file, *words) == 0
    out, err = capsys.readouterr()
    assert "fr: 200 answers (made up for this test)" in out
    assert "200 scored" in err
    found = written(state, "detoxify-onnx").languages["fr"].classes["toxicity"]
    assert [round(one.value, 3) for one in found] == [0.047, 0.731]
    assert [one.false_positive_rate for one in found] == [0.005, 0.0]
    assert [one.resolved for one in found] == [True, False]
    assert "too few answers to tell" in out


def test_languages_are_identified_and_no_text_is_kept(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answers(tmp_path, *QUIET, f"{QUIET[0]} {LOUD}", language=None)
    assert calibrate(state, file) == 0
    assert set(written(state, "embedded").languages) == {"fr"}
    out, err = capsys.readouterr()
    held = (state / "thresholds" / "embedded.yaml").read_text("utf-8")
    for text in (out, err, held):
        assert "salle" not in text
        assert "connard" not in text


def test_a_bad_line_is_named_and_nothing_written(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answers(tmp_path, "bonjour")
    file.write_text(file.read_text() + '\n\n{"texte": "secret words"}\n', encoding="utf-8")
    assert calibrate(state, file) == 1
    error = capsys.readouterr().err
    assert "line 3: expected" in error
    assert "secret" not in error
    assert not (state / "thresholds").exists()


def test_what_keeps_it_from_calibrating_is_told(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = answers(tmp_path, "bonjour")
    assert calibrate(state, file, "--classifier", "detoxify-onnx") == 1
    assert "jauge models convert" in capsys.readouterr().err  # no fallback here
    assert calibrate(state, tmp_path / "none") == 1
    assert "cannot be read (No such file or directory)" in capsys.readouterr().err
    assert calibrate(state, answers(tmp_path, "hola", language="es")) == 1
    assert "nothing is written" in capsys.readouterr().err
    assert main(["models", "calibrate", f"--set=state_dir={state}"]) == 2
