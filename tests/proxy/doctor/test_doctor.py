from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from proxy.config import Config, load
from proxy.doctor import CHECKS, Finding, examine, render
from proxy.doctor.finding import bad, fine, odd


def config_of(folder: Path) -> Config:
    file = folder / "jauge.yaml"
    file.write_text(
        f"state_dir: {folder / 'state'}\n"
        "edge: {listen: '127.0.0.1:0'}\nauditor: {listen: '127.0.0.1:0'}\n"
    )
    return load(file, environ={})


def test_every_check_finds_something_and_changes_nothing(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    findings = examine(config)
    assert {"configuration", "authority", "clock", "disk", "swap", "processes"} <= {
        one.check for one in findings
    }
    assert len(findings) >= len(CHECKS) - 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jauge.yaml"]
    assert all(one.remedy for one in findings if one.state != "ok")


def test_a_check_that_fails_is_a_finding(tmp_path: Path) -> None:
    def last_exchange(_: Config) -> Iterator[Finding]:
        yield fine("before", "was found")
        raise RuntimeError("hunter2")

    *_, broken = examine(config_of(tmp_path), [last_exchange])
    assert (broken.check, broken.state) == ("last exchange", "fail")
    assert broken.text == "the check itself failed (RuntimeError)"


def test_how_it_is_printed() -> None:
    findings = [fine("disk", "has room"), odd("swap", "is on", "Off."), bad("clock", "b", "c")]
    assert render(findings).splitlines() == [
        "ok    disk           has room",
        "WARN  swap           is on",
        "                     → Off.",
        "FAIL  clock          b",
        "                     → c",
    ]
