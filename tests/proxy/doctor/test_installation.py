from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from addons.ca import ensure
from proxy.authority import CERTIFICATE, KEY, Authority
from proxy.config import SHIPPED, Config, load
from proxy.doctor import installation
from proxy.journal import FILE, append


def config_of(folder: Path, organisation: str = "", settings: str = "") -> Config:
    (folder / "organisation.yaml").write_text(organisation)
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: {folder / 'state'}\n{settings}")
    return load(file, environ={})


def test_a_right_configuration(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    first, second = installation.configuration(config)
    assert (first.state, first.text) == ("ok", str(config.file))
    assert second.check == "catalogue"


def test_a_tool_that_is_not_there(tmp_path: Path) -> None:
    (found,) = installation.configuration(config_of(tmp_path, "tools: [{tool: chatgtp}]"))
    assert found.state == "fail"
    assert found.remedy == "Did you mean chatgpt?"


def test_a_broken_catalogue(tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "x.yaml").write_text("provider: x\n")
    config = config_of(tmp_path, settings=f"catalogue: {{folders: [{folder}]}}")
    (found,) = installation.configuration(config)
    assert (found.check, found.state) == ("catalogue", "fail")


def test_notes_are_warnings(tmp_path: Path) -> None:
    config = config_of(tmp_path, "departments: [{name: a, headcount: 9}]")
    *_, note = installation.configuration(config)
    assert (note.state, note.text) == ("warn", "nothing says whose traffic is theirs: a")


def test_the_worked_example_is_recognised(tmp_path: Path) -> None:
    shipped = load(SHIPPED / "jauge.yaml", environ={})
    (found,) = installation.organisation(shipped)
    assert (found.state, found.text) == ("warn", "organisation.yaml is still the worked example")
    (found,) = installation.organisation(config_of(tmp_path))
    assert found.text.startswith("no department is declared")
    (found,) = installation.organisation(config_of(tmp_path, "departments: [{name: a}]"))
    assert (found.state, found.text) == ("ok", "1 departments")


def test_the_authority(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    (found,) = installation.authority(config)
    assert (found.state, found.text) == ("ok", "not there yet: the first start makes it")
    made = ensure(config)
    (found,) = installation.authority(config)
    assert found.state == "ok"
    assert f"valid until {made.expires:%Y-%m-%d}" in found.text


def test_a_key_that_others_may_read(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    ensure(config)
    (config.state_dir / "ca" / KEY).chmod(0o640)
    first, second = installation.authority(config)
    assert (first.state, second.state) == ("fail", "ok")
    assert "mode 640" in first.text


def test_a_broken_authority(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    ensure(config)
    (config.state_dir / "ca" / CERTIFICATE).write_text("")
    (found,) = installation.authority(config)
    assert found.state == "fail"


def test_a_damaged_key_is_told_before_the_next_start(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    ensure(config)
    key = config.state_dir / "ca" / KEY
    key.write_text(key.read_text()[:900])
    (found,) = installation.authority(config)
    assert (found.state, found.text) == ("fail", f"{key} is damaged: Jauge cannot start again")


@pytest.mark.parametrize(
    ("begins", "expires", "state"),
    [(-10, 61, "ok"), (-10, 59, "warn"), (-10, -1, "fail"), (1, 900, "fail")],
)
def test_the_term_of_the_authority(begins: int, expires: int, state: str) -> None:
    now = datetime.now(UTC)
    authority = Authority(
        certificate=Path("c"),
        key=Path("k"),
        key_mode=0o600,
        fingerprint="AB",
        begins=now + timedelta(days=begins),
        expires=now + timedelta(days=expires),
    )
    assert installation._term(authority).state == state


def test_a_journal_that_was_changed_is_told(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    (none,) = installation.journal(config)
    assert (none.state, none.text) == ("ok", "no exact rows were taken yet")
    config.state_dir.mkdir()
    path = config.state_dir / FILE
    for rows in (1, 2, 3):
        append(path, "export", {"rows": rows})
    (whole,) = installation.journal(config)
    assert whole.state == "ok"
    path.write_bytes(path.read_bytes().replace(b'"rows":1', b'"rows":0'))
    (changed,) = installation.journal(config)
    assert changed.state == "fail"
    assert changed.text == "line 2 does not follow from the one before it"


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    (config.state_dir / FILE).mkdir(parents=True)
    (found,) = installation.journal(config)
    assert (found.state, found.text) == ("fail", "it cannot be read (Is a directory)")
