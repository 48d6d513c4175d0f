from __future__ import annotations

from pathlib import Path

from proxy.classify.thresholds import load_thresholds
from proxy.scoring.calibration import Benign, calibrated, write
from tests.support.scoring import embedded

QUIET = [f"La salle numéro {number} est libre le mardi. Merci." for number in range(150)]
LOUD = "Quel con, ce connard de merde."


def test_thresholds_are_made_of_whole_answers_and_read_back(tmp_path: Path) -> None:
    told: list[int] = []
    benign = {
        "fr": Benign([*QUIET, f"{QUIET[0]} {LOUD}"], "written for this test"),
        "en": Benign(["```\nonly code\n```"], "nothing to score"),
    }
    file = calibrated(embedded(), benign, date="2026-11-27", progress=told.append)
    assert told == [100, 151, 1]
    assert set(file.languages) == {"fr"}
    french = file.languages["fr"]
    assert (french.answers, french.source, french.date) == (
        151,
        "written for this test",
        "2026-11-27",
    )
    one_percent, one_in_a_thousand = french.classes["toxicity"]
    # One of 151 may be flagged at 1 %: the loud one. At 0.1 % none may.
    assert one_percent.value < 0.9 < one_in_a_thousand.value
    assert (one_percent.resolved, one_in_a_thousand.resolved) == (True, False)
    assert french.classes["threat"][0].value == 0.5

    path = write(file, tmp_path / "thresholds")
    assert path.name == "embedded.yaml"
    assert load_thresholds("embedded", file.version, path.parent) == file
    assert LOUD not in path.read_text("utf-8")


def test_the_name_of_a_set_changes_with_its_values() -> None:
    names = {
        calibrated(embedded(), {"fr": Benign(texts, "s")}, date="2026-11-27").threshold_set
        for texts in (QUIET[:50], QUIET[:50], QUIET[:60])
    }
    assert len(names) == 2
