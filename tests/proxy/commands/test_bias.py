"""`jauge bias`, as an operator calls it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from proxy.bias import VERSION, tally
from proxy.cli import main
from proxy.config import load
from proxy.ledger import Entry
from proxy.privacy import MERGED
from proxy.records import ScoredSentence
from proxy.scoring.configured import load_configured
from proxy.scoring.scoring import Text
from tests.support.commands import answer
from tests.support.ledger import NOW, finding, open_ledger, plain


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_text_is_explained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, "Les agentes et agents de la ville sont prêts.\nMadame le maire arrive.")
    lines = answer(capsys, "bias", "--explain").splitlines()
    assert lines[0].split() == ["1", "gender/paired", "agentes", "et", "agents"]
    assert ["2", "title/not_feminised", "maire"] in [line.split() for line in lines]
    assert lines[-1].startswith("2 sentences (fr): gender/paired 1, gender/women 1")


def test_json_lines_are_explained_line_by_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [
        {"id": "a", "text": "She is a nurse.", "lang": "en"},
        {"id": "b", "text": "Die Mitarbeiterinnen und Mitarbeiter sind nicht da."},
    ]
    given(monkeypatch, "\n".join(map(json.dumps, texts)) + "\n")
    first, second = map(json.loads, answer(capsys, "bias", "--explain").splitlines())
    assert first["id"] == "a"
    assert first["counts"] == {"gender/epicene": 1, "gender/women": 1, "occupation/nursing": 1}
    assert first["words"][0] == {"sentence": 1, "words": "She", "counted_as": "gender/women"}
    assert second == {"id": "b", "lang": "other"}


def test_a_line_that_is_no_question_is_told_without_its_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, '{"id": 1, "text": "Bonjour à tous et merci"}\n{"secret\n[1]\n')
    assert main(["bias", "--explain"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["id"] == 1
    assert captured.err.splitlines() == [
        'jauge: line 2: expected {"id", "text", "lang"?}',
        'jauge: line 3: expected {"id", "text", "lang"?}',
    ]


def test_another_language_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, "Die Mitarbeiterinnen und Mitarbeiter sind nicht da.")
    assert main(["bias", "--explain"]) == 1
    assert "no word lists" in capsys.readouterr().err


def recorded(
    folder: Path,
    department: str,
    count: int,
    text: str = "Madame Sow reçoit les agents.",
    tool: str = "le-chat",
) -> None:
    bias = tally([ScoredSentence(text, {"toxicity": 0.0})], "fr")
    with open_ledger(folder) as ledger:
        ledger.write(
            [
                Entry(
                    plain(NOW - n, department=department, tool=tool),
                    None,
                    finding(bias=bias, bias_version=VERSION),
                )
                for n in range(count)
            ]
        )


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    return ["bias", "--set", f"state_dir={tmp_path}", "--month", "2026-11"]


def test_a_months_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str]
) -> None:
    recorded(tmp_path, "dsi", 40)
    found = json.loads(answer(capsys, *options))
    (month,) = found["figures"]
    assert (month["language"], month["answers"]) == ("fr", 40)
    (gendered,) = [one for one in month["gaps"] if one["population"] == "gendered"]
    assert (gendered["state"], gendered["share"]) == ("measured", 1.0)
    assert (gendered["reference"], gendered["reference_source"]) == (0.5, "parity")


def test_departments_under_k_are_merged(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str]
) -> None:
    for department in ("dsi", "cabinet", "archives"):  # 18, 4 and 3 agents
        recorded(tmp_path, department, 20)
    found = json.loads(answer(capsys, *options, "--by", "department"))
    shown = {one["department"]: one["answers"] for one in found["figures"]}
    assert shown == {"dsi": 20, MERGED: 40}


def test_a_small_count_is_not_the_difference_of_two_larger_ones(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str]
) -> None:
    """Two answers of one tool name a group: all of them less the other tools' would be 2."""
    seniors = "Les seniors prennent rendez-vous à la mairie."
    for tool, many in (("le-chat", 2), ("chatgpt", 9), ("gemini", 20)):
        recorded(tmp_path, "dsi", many, seniors, tool)
        recorded(tmp_path, "dsi", 40, tool=tool)

    def told(*more: str) -> dict[str, tuple[int, str]]:
        found = json.loads(answer(capsys, *options, *more))["figures"]
        by = {one.get("tool", ""): one["mentions"] for one in found}
        return {
            tool: (one["answers"], one["reason"])
            for tool, mentions in by.items()
            for one in mentions
            if one["group"] == "old"
        }

    (whole,) = told().values()
    by_tool = told("--by", "tool")
    assert whole == (31, "")
    assert by_tool == {"le-chat": (0, "minimum"), "chatgpt": (0, "complement"), "gemini": (20, "")}
    assert whole[0] - sum(many for many, _ in by_tool.values()) >= 5


def test_no_ledger_and_no_month_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str]
) -> None:
    assert main(options) == 1
    assert "nothing has been recorded" in capsys.readouterr().err
    assert main(["bias", "--month", "2026-13", "--set", f"state_dir={tmp_path}"]) == 2


def test_answers_go_all_the_way_from_the_scorer_to_the_figures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, options: list[str]
) -> None:
    """As in production: cut, scored by the embedded classifier, counted, summed, compared."""
    config = load(None, [f"state_dir={tmp_path}"])
    scoring = load_configured(config, "embedded").scoring
    texts = [
        "Bonjour, M. Roux dirige l'équipe. Il reçoit les usagers et les seniors ici.",
        "Voici la note : Mme Sow est la directrice. Elle est très compétente.\n```\nelle = 1\n```",
    ] * 40
    findings = scoring.findings([Text(text, "fr") for text in texts])
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain(NOW - number), None, one) for number, one in enumerate(findings)])
    (month,) = json.loads(answer(capsys, *options))["figures"]
    assert (month["classifier"], month["language"], month["answers"]) == ("embedded", "fr", 80)
    gaps = {f"{one['population']}/{one['measure']}": one for one in month["gaps"]}
    # M. Roux and il; Mme, directrice and elle.
    assert (gaps["gendered/women"]["part"], gaps["gendered/women"]["whole"]) == (120, 200)
    assert gaps["titles/feminised"]["share"] == 1.0
    mentions = {one["group"]: one["answers"] for one in month["mentions"]}
    assert mentions["old"] == 40
    states = {one["measure"]: one["state"] for one in month["groups"] if "old" in one["population"]}
    assert states == {
        "insult": "too_few",
        "attack": "not_claimed",
        "negative": "not_claimed",
        "essential": "not_claimed",
        "toxicity": "not_claimed",
    }
    assert {one["measure"] for one in month["attributes"] if one["differs"]} == {
        "competence",
        "authority",
    }
