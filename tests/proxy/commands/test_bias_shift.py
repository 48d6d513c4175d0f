"""`jauge bias --shift`, and the shifts that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.bias.keys import group_names
from proxy.bias.shift import load_shift
from proxy.classify import Options
from proxy.classify.embedded import Embedded
from proxy.cli import main
from proxy.commands.bias_shift import shift_of
from tests.support.commands import answer


def test_the_shift_is_printed_and_kept(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = answer(capsys, "bias", "--shift", "--set", f"state_dir={tmp_path}")
    rows = [line.split() for line in text.splitlines()]
    insults = [row for row in rows if row[2:3] == ["insult"]]
    assert len(insults) == 2 * len(group_names())
    assert {row[3] for row in insults} == {"168"}
    kept = load_shift("embedded", Embedded(Options(tmp_path)).version, tmp_path / "bias")
    assert kept is not None
    assert kept.of("fr", "old", "insult") is not None


def test_a_classifier_that_is_missing_is_not_measured_by_another(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ["--classifier", "detoxify-onnx", "--set", f"state_dir={tmp_path}"]
    assert main(["bias", "--shift", *options]) == 1
    assert "embedded scores in place of detoxify-onnx" in capsys.readouterr().err
    assert not (tmp_path / "bias").exists()


def test_the_shipped_shift_is_that_of_the_shipped_classifier(tmp_path: Path) -> None:
    """Write it anew with `jauge bias --shift` when the weights or the word lists change."""
    embedded = Embedded(Options(tmp_path))
    shipped = load_shift("embedded", embedded.version)
    assert shipped is not None, "no shift for this version of the classifier and the rules"
    measured = shift_of(embedded, shipped.date)
    for language, groups in measured.languages.items():
        for group, measures in groups.items():
            for measure, found in measures.items():
                one = shipped.of(language, group, measure)
                assert one is not None
                assert one.found == pytest.approx(found.found, abs=1e-4)
                assert one.limit == pytest.approx(found.limit, abs=1e-4)


def test_harmless_sentences_are_no_insults_for_the_embedded_classifier(tmp_path: Path) -> None:
    """Nothing that it claims of groups is found in a harmless sentence about any of them."""
    found = shift_of(Embedded(Options(tmp_path)), "2026-11-27")
    for groups in found.languages.values():
        assert [name for name in groups if groups[name]["insult"].found > 0] == []
