from __future__ import annotations

from pathlib import Path

import pytest

from proxy.classify import CLASSIFIERS, Classifier, MissingError, Options
from proxy.classify.thresholds import CONFIG
from proxy.scoring.load import load
from proxy.scoring.scoring import Text
from tests.support.reasons import in_both_languages

OPTIONS = Options(Path("nowhere"))


def _missing(options: Options) -> Classifier:
    raise MissingError(f"no model {options.model}", "Run `jauge models fetch`.")


def test_the_embedded_classifier_needs_nothing() -> None:
    loaded = load("embedded", OPTIONS, thresholds=[CONFIG])
    assert loaded.warnings == ()
    (finding,) = loaded.scoring.findings([Text("Je vais te tuer, connard.")])
    assert finding.flags == ("toxicity", "insult", "threat")


def test_the_shipped_thresholds_are_those_of_the_shipped_weights() -> None:
    loaded = load("embedded", OPTIONS, thresholds=[CONFIG])
    assert loaded.warnings == ()
    assert loaded.scoring.threshold_set


def test_a_rate_that_the_thresholds_cannot_tell_is_said() -> None:
    (warning,) = load("embedded", OPTIONS, thresholds=[CONFIG], wanted=0.001).warnings
    told = str(warning)
    assert told.startswith("embedded flags at 0.1% false positives by thresholds of too few")
    assert "fr (460 answers), en (108 answers)" in told
    assert told.endswith("Run `jauge models calibrate FILE --classifier embedded` with more.")
    assert warning.values == {"classifier": "embedded", "languages": "fr, en"}
    assert all("calibrate F" in sentence for sentence in in_both_languages([warning]))


def test_what_is_missing_is_replaced_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    classifiers = {**CLASSIFIERS, "detoxify": _missing}
    monkeypatch.setattr("proxy.scoring.load.CLASSIFIERS", classifiers)
    loaded = load("detoxify", OPTIONS, thresholds=[CONFIG])
    assert loaded.scoring.classifier.name == "embedded"
    assert [str(warning) for warning in loaded.warnings] == [
        "embedded scores in place of detoxify: no model multilingual. Run `jauge models fetch`."
    ]
    assert "à la place de detoxify" in in_both_languages(loaded.warnings)[0]


def test_without_thresholds_it_scores_and_flags_nothing(tmp_path: Path) -> None:
    loaded = load("embedded", OPTIONS, thresholds=[tmp_path])
    assert "flags nothing" in str(loaded.warnings[0])
    assert "ne signale rien" in in_both_languages(loaded.warnings)[0]
    (finding,) = loaded.scoring.findings([Text("Je vais te tuer, connard.")])
    assert finding.flags == ()
    assert finding.scores["toxicity"] > 0.9


def test_thresholds_calibrated_here_come_before_the_shipped_ones(tmp_path: Path) -> None:
    text = (CONFIG / "embedded.yaml").read_text("utf-8")
    here = text.replace("threshold_set: ", "threshold_set: here-")
    (tmp_path / "embedded.yaml").write_text(here, "utf-8")
    loaded = load("embedded", OPTIONS, thresholds=[tmp_path, CONFIG])
    assert loaded.scoring.threshold_set.startswith("here-")
