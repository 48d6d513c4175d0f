from __future__ import annotations

from pathlib import Path

from proxy.config import load
from proxy.scoring.configured import load_configured, options_of, scorer_of, threshold_folders

SETTINGS = """\
state_dir: {folder}
content:
  classifier: detoxify
  false_positives: 0.1-percent
  scorer_queue: 1
  scorer_threads: 3
detoxify: {{model: original}}
"""


def test_the_settings_reach_the_scorer(tmp_path: Path) -> None:
    path = tmp_path / "jauge.yaml"
    path.write_text(SETTINGS.format(folder=tmp_path / "var"), "utf-8")
    config = load(path)
    options = options_of(config)
    assert (options.model, options.threads) == ("original", 3)
    assert options.models == tmp_path / "var" / "models"
    assert threshold_folders(config)[0] == tmp_path / "var" / "thresholds"
    scorer = scorer_of(config)
    assert scorer.identity.name == "detoxify"
    assert scorer._setup.wanted == 0.001
    assert scorer._limits.most == 1
    scorer.stop()


def test_production_is_the_configured_classifier_or_its_stand_in(tmp_path: Path) -> None:
    path = tmp_path / "jauge.yaml"
    path.write_text(SETTINGS.format(folder=tmp_path / "var"), "utf-8")
    loaded = load_configured(load(path))
    assert loaded.scoring.classifier.name == "embedded"
    missing, few = loaded.warnings
    assert str(missing).startswith("embedded scores in place of detoxify: ")
    assert "too few harmless answers" in str(few)
    assert load_configured(load(path), "embedded").warnings == (few,)
