from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from proxy.web.reports import Report, ReportFile, find, policy, reports


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    state = tmp_path / "var"
    for period, names in {
        "2026-10": ("report-fr.pdf", "report.json", "notes.txt", ".hidden.html"),
        "2026-09": ("report-fr.html",),
        "2026": ("annual.pdf",),
        "2026-13": ("no.pdf",),
        "drafts": ("draft.pdf",),
        "2026-08": (),
    }.items():
        folder = state / "reports" / period
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_bytes(b"1234")
    (state / "ledger.json").write_text("secret")
    return state


def test_every_report_the_newest_first(state_dir: Path) -> None:
    assert reports(state_dir) == [
        Report("2026", (ReportFile("annual.pdf", 4),)),  # It ends after its months.
        Report("2026-10", (ReportFile("report-fr.pdf", 4), ReportFile("report.json", 4))),
        Report("2026-09", (ReportFile("report-fr.html", 4),)),
    ]


def test_before_the_first_report(tmp_path: Path) -> None:
    assert reports(tmp_path) == []
    assert find(tmp_path, "2026-10", "report.json") is None


def test_a_report_is_found(state_dir: Path) -> None:
    assert find(state_dir, "2026-10", "report.json") == state_dir / "reports/2026-10/report.json"


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("..", "ledger.json"),
        ("2026-10", "../../ledger.json"),
        ("2026-10", "..%2f..%2fledger.json"),
        ("2026-10/..", "report.json"),
        ("2026-10", "/etc/passwd"),
        ("2026-10", "notes.txt"),
        ("2026-10", ".hidden.html"),
        ("2026-10", "report.json\n"),
        ("2026-10\n", "report.json"),
        ("2026-10", "report.json\0.html"),
        ("2026-10", ""),
        ("", "report.json"),
        ("drafts", "draft.pdf"),
        ("2026-13", "no.pdf"),
        ("٢٠٢٦-10", "report.json"),
        ("2026-10", "gone.pdf"),
    ],
)
def test_nothing_else_is_found(state_dir: Path, period: str, name: str) -> None:
    assert find(state_dir, period, name) is None


def test_links_are_not_followed(state_dir: Path) -> None:
    (state_dir / "reports/2026-10/link.json").symlink_to(state_dir / "ledger.json")
    (state_dir / "reports/2025-01").symlink_to(state_dir / "reports/2026-10")
    assert find(state_dir, "2026-10", "link.json") is None
    assert find(state_dir, "2025-01", "report.json") is None
    assert [one.period for one in reports(state_dir)] == ["2026", "2026-10", "2026-09"]


def test_a_page_of_its_own_may_use_its_own_style_and_nothing_else() -> None:
    style = b"p{color:red}"
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    made = policy(b"<html><style>" + style + b"</style><script>x()</script>")
    assert f"style-src 'sha256-{digest}'" in made
    assert "default-src 'none'" in made
    assert "script-src" not in made
    assert made.endswith("sandbox")
    assert "style-src 'none'" in policy(b"<p>plain</p>")
