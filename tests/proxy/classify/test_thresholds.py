from pathlib import Path

import pytest

from proxy.classify.thresholds import ThresholdError, load_thresholds

FILE = """\
classifier: embedded
version: "7"
threshold_set: embedded-7
languages:
  fr:
    answers: 500
    source: answers written for this test
    date: "2026-11-27"
    classes:
      toxicity:
        - {wanted: 0.01, value: 0.6, false_positive_rate: 0.008}
        - {wanted: 0.001, value: 0.9, false_positive_rate: 0.0, resolved: false}
"""


def test_a_threshold_is_found_by_language_class_and_rate(tmp_path: Path) -> None:
    (tmp_path / "embedded.yaml").write_text(FILE, "utf-8")
    found = load_thresholds("embedded", "7", tmp_path / "nothing here", tmp_path)
    assert found.value("fr", "toxicity", 0.01) == 0.6
    assert found.value("fr", "toxicity", 0.001) == 0.9
    for unknown in (("en", "toxicity", 0.01), ("fr", "insult", 0.01), ("fr", "toxicity", 0.5)):
        assert found.value(*unknown) == float("inf")


def test_flags_at_two_rates_are_recorded_under_two_names(tmp_path: Path) -> None:
    (tmp_path / "embedded.yaml").write_text(FILE, "utf-8")
    found = load_thresholds("embedded", "7", tmp_path)
    assert [found.named(rate) for rate in (0.01, 0.001)] == ["embedded-7@0.01", "embedded-7@0.001"]
    assert found.rate_of("embedded-7@0.001") == 0.001
    for unknown in ("embedded-7", "embedded-7@0.5", "other@0.01", ""):
        assert found.rate_of(unknown) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace('"7"', '"6"'), "made for embedded 6, not for embedded 7"),
        (FILE.replace("answers: 500", "answers: many"), "languages"),
        ("{", "not usable"),
        ("", "not usable"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_remedy(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "embedded.yaml").write_text(text, "utf-8")
    with pytest.raises(ThresholdError) as caught:
        load_thresholds("embedded", "7", tmp_path)
    assert said in str(caught.value)
    assert "embedded.yaml" in str(caught.value)
    assert "jauge models calibrate FILE --classifier embedded" in str(caught.value)


def test_no_file_is_said_too(tmp_path: Path) -> None:
    with pytest.raises(ThresholdError, match="there are no thresholds for embedded"):
        load_thresholds("embedded", "7", tmp_path)
