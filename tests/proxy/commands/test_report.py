"""`jauge report`, as an operator calls it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from proxy.cli import main
from proxy.commands.report import UNWRITABLE
from proxy.report.period import Month, month_of
from tests.support.commands import recorded

PARIS = ZoneInfo("Europe/Paris")


def this_month() -> Month:
    return month_of(time.time(), PARIS)


@pytest.fixture
def state(tmp_path: Path) -> list[str]:
    """Options of a configuration whose ledger holds three exchanges of this month."""
    recorded(tmp_path, 3)
    return ["--set", f"state_dir={tmp_path}"]


def test_a_month_as_json(
    state: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    month = str(this_month())
    assert main(["report", month, "--format", "json", *state]) == 0
    shown = capsys.readouterr()
    (path,) = shown.out.split()
    assert Path(path) == tmp_path / "reports" / month / "report.json"
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    assert report["uses"]["requests"] == 3
    assert report["head"]["period"]["complete"] is False
    assert f"report {month}: 1 of 22, catalogues" in shown.err
    assert f"report {month}: 22 of 22, json" in shown.err


def test_a_month_without_data_is_an_honest_empty_report(
    state: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "elsewhere"
    before = str(this_month().moved(-2))
    command = ["report", before, "--lang", "fr", "--format", "json,html", "--out", str(out)]
    assert main([*command, *state]) == 0
    files = [Path(line).name for line in capsys.readouterr().out.split()]
    assert files == ["report.fr.html", "report.json"]
    report = json.loads((out / before / "report.json").read_text(encoding="utf-8"))
    assert report["head"]["empty"] is True
    assert report["elus"]["decision"]["origin"] == "none"


def test_a_pdf_comes_with_the_same_figures(
    state: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """They are made in another process then, whose steps are counted with ours."""
    before = str(this_month().moved(-1))
    found = []
    for formats in ("json", "json,pdf"):
        command = ["report", before, "--lang", "en", "--format", formats]
        assert main([*command, "--out", str(tmp_path / formats), *state]) == 0
        found.append((tmp_path / formats / before / "report.json").read_bytes())
    assert found[0] == found[1]
    assert (tmp_path / "json,pdf" / before / "report.en.pdf").read_bytes().startswith(b"%PDF")
    said = capfd.readouterr().err
    assert f"report {before}: 1 of 23, catalogues" in said
    assert f"report {before}: 22 of 23, en pdf" in said
    assert f"report {before}: 23 of 23, json" in said


def test_the_process_that_prints_a_pdf_loads_no_database(state: list[str], tmp_path: Path) -> None:
    words = ["report", str(this_month()), "--lang", "fr", "--format", "json,pdf", *state]
    program = (
        f"import sys; from proxy.cli import main; status = main({words!r}); "
        "print(status, 'typst' in sys.modules, 'sqlalchemy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 True False"


def test_a_year_with_its_frame(
    state: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = str(this_month().year)
    assert main(["report", "annual", year, "--cadre", "reen", "--format", "json", *state]) == 0
    (path,) = capsys.readouterr().out.split()
    assert Path(path) == tmp_path / "reports" / year / "report.json"
    report = json.loads(Path(path).read_text(encoding="utf-8"))
    assert report["head"]["period"]["kind"] == "year"
    assert report["reen"]["sources"][0] == "reen_article_35"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2099-01"], "2099-01 has not begun"),
        (["2026-1"], "expected a month such as 2026-10, got '2026-1'"),
        (["annual"], "expected a month such as 2026-10, or: annual 2026"),
        (["annual", "20"], "expected a year such as 2026"),
        (["2026-10", "2026-11"], "expected a month such as 2026-10, or: annual 2026"),
        (["2026-10", "--cadre", "reen"], "--cadre is for annual reports"),
        (["2026-10", "--format", "pdf,odt"], "no such format: 'odt'; there are html, pdf, csv"),
    ],
)
def test_wrong_words(
    words: list[str], said: str, state: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *words, *state]) == 2
    assert said in capsys.readouterr().err


def test_no_ledger_yet(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    month = str(this_month())
    assert main(["report", month, "--set", f"state_dir={tmp_path / 'none'}"]) == 1
    assert "jauge: no ledger at" in capfd.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written(
    state: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    command = ["report", str(this_month()), "--format", "json", "--out", str(tmp_path / "file")]
    assert main([*command, *state]) == UNWRITABLE
    assert "name another folder with --out" in capsys.readouterr().err


def test_a_broken_goal_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "organisation.yaml").write_text("goals: [{name: a, indicator: joy, year: 2026}]")
    (tmp_path / "jauge.yaml").write_text(f"state_dir: {tmp_path}\n")
    assert main(["report", "2026-10", "--config", str(tmp_path / "jauge.yaml")]) == 2
    said = capsys.readouterr().err
    assert "goals.0.indicator" in said
