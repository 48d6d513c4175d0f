"""Training on sentences made up here: the whole way, twice, to the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxy.classify.embedded import Embedded
from proxy.scoring.scoring import Scoring, Text
from proxy.training.__main__ import main
from proxy.training.data import ASSISTANTS, PAIRS, SINGLE, of, read
from proxy.training.measure import area
from proxy.training.templates import examples

BAD = {
    "fr": "Espèce de zoublard numéro {}, va au diable.",
    "en": "You zoublard number {}, get out.",
}
GOOD = {"fr": "Le guichet {} ouvre demain matin.", "en": "The desk {} opens tomorrow morning."}
WORDS = ("rouge", "vert", "bleu", "jaune", "gris", "noir", "blanc", "rose", "brun", "mauve")


def _line(text: str, language: str, label: int, classes: list[str] | None = None) -> str:
    return json.dumps({"text": text, "lang": language, "label": label, "classes": classes or []})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    names = [f"{one} {other}" for one in WORDS for other in WORDS]
    pairs = [
        _line(BAD[language].format(name), language, 1, ["toxic", "insult"])
        for name in names
        for language in ("fr", "en")
    ]
    (folder / PAIRS).write_text("\n".join(pairs) + "\n", "utf-8")
    french = [_line(GOOD["fr"].format(name), "fr", 0) for name in names]
    english = [_line(GOOD["en"].format(name), "en", 0) for name in names]
    contents = {SINGLE[0]: french, SINGLE[1]: english, ASSISTANTS: french}
    for name, lines in contents.items():
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    answer = {"truth": {"answer_text": "The town hall opens at nine. Thank you."}}
    (folder / "answers.jsonl").write_text(json.dumps(answer) + "\n", "utf-8")
    return folder


def _train(folder: Path, out: Path) -> dict[str, bytes]:
    given = [str(folder), "--answers", str(folder / "answers.jsonl"), "--date", "2026-11-27"]
    assert main([*given, "--weights", str(out), "--thresholds", str(out / "thresholds")]) == 0
    return {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_it_learns_measures_and_gives_the_same_bytes_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _train(folder, tmp_path / "first")
    said = capsys.readouterr().out
    assert "fr AUC 1.000 all" in said
    assert "en dilution, overt: recall 1.000 at 1 % false positives" in said
    assert _train(folder, tmp_path / "second") == first
    assert set(first) == {"fr.int8", "en.int8", "embedded.json", "embedded.yaml"}

    scoring = Scoring(Embedded(folder=tmp_path / "first"), None)
    new, plain = scoring.findings(
        [Text("Espèce de zoublard turquoise.", "fr"), Text("Le guichet turquoise ouvre.", "fr")]
    )
    assert new.scores["toxicity"] > 0.9
    assert plain.scores["toxicity"] < 0.1


def test_a_translated_pair_stays_on_one_side(folder: Path) -> None:
    rows = read(folder)
    pairs = [row for row in rows if row.source == PAIRS]
    for french, english in zip(pairs[::2], pairs[1::2], strict=True):
        assert french.held_out == english.held_out
    held = sum(row.held_out for row in rows) / len(rows)
    assert 0.1 < held < 0.3
    assert len(of(rows, "fr", held_out=True)) + len(of(rows, "fr", held_out=False)) == 300
    assert pairs[0].classes == {"insult"}


def test_pairs_out_of_order_are_refused(folder: Path, tmp_path: Path) -> None:
    for name in (*SINGLE, PAIRS):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    lines = (tmp_path / PAIRS).read_text("utf-8").splitlines()
    (tmp_path / PAIRS).write_text("\n".join(reversed(lines)), "utf-8")
    with pytest.raises(ValueError, match="French and English rows in turn"):
        read(tmp_path)


def test_every_group_stands_in_the_same_sentences() -> None:
    french = list(examples("fr"))
    assert {one.toxic for one in french} == {True, False}
    women = {one.text.replace("femmes", "X") for one in french if "femmes" in one.text}
    turks = {one.text.replace("Turcs", "X") for one in french if "Turcs" in one.text}
    assert women == turks
    assert all(one.text[0].isupper() for one in french)
    assert "La part d'Arabes augmente dans la région." in {one.text for one in french}


def test_the_area_counts_ties_half() -> None:
    assert area([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)
