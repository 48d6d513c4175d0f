"""A report gets to the disk whole, or leaves what was there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from proxy.report.folder import JSON
from proxy.report.model import Report
from proxy.report.publish import PublishError, publish
from tests.support.reports import example_report


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "2026-10").iterdir()}


def two_files(
    report: Report, lang: str, formats: Sequence[str], out: Path, tell: Callable[[str], None]
) -> None:
    for name in formats:
        tell(name)
        (out / f"report.{lang}.{name}").write_text(report.head.organisation, encoding="utf-8")


def test_every_language_and_format_in_the_folder_of_its_period(tmp_path: Path) -> None:
    told: list[str] = []
    made = publish(
        example_report(),
        ("fr", "en"),
        ("html", "json"),
        tmp_path,
        tell=told.append,
        render=two_files,
    )
    assert [path.relative_to(tmp_path).as_posix() for path in made] == [
        "2026-10/report.en.html",
        "2026-10/report.fr.html",
        "2026-10/report.json",
    ]
    assert told == ["fr html", "en html", "json"]
    assert set(written(tmp_path)) == {path.name for path in made}
    data = (tmp_path / "2026-10" / JSON).read_bytes()
    assert msgspec.json.decode(data, type=Report) == example_report()


def test_a_full_disk_leaves_the_earlier_report(tmp_path: Path) -> None:
    publish(example_report(), ("fr",), ("html", "json"), tmp_path, render=two_files)
    before = written(tmp_path)

    def full(
        report: Report, lang: str, formats: Sequence[str], out: Path, tell: Callable[[str], None]
    ) -> None:
        two_files(report, lang, formats, out, tell)
        raise OSError(errno.ENOSPC, "No space left on device")

    changed = msgspec.structs.replace(
        example_report(), head=msgspec.structs.replace(example_report().head, organisation="X")
    )
    with pytest.raises(PublishError, match=r"2026-10 \(ENOSPC\); what was there before is as it"):
        publish(changed, ("fr",), ("html", "json"), tmp_path, render=full)
    assert written(tmp_path) == before


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match="name another folder with --out"):
        publish(example_report(), ("fr",), ("json",), tmp_path / "file")


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "2026-10" / ".making-abc"
    left.mkdir(parents=True)
    (left / "report.fr.html").write_text("half")
    publish(example_report(), ("fr",), ("json",), tmp_path)
    # It may be another run that is still at work.
    assert left.is_dir()
    os.utime(left, (0, 0))
    publish(example_report(), ("fr",), ("json",), tmp_path)
    assert set(written(tmp_path)) == {JSON}


def test_the_real_pages(tmp_path: Path) -> None:
    made = publish(example_report(), ("fr",), ("html", "csv"), tmp_path)
    again = publish(example_report(), ("fr",), ("html", "csv"), tmp_path / "again")
    assert [path.name for path in made] == [path.name for path in again]
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in again]
    assert "report.fr.html" in {path.name for path in made}
