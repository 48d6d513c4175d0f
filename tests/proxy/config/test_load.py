from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from proxy.config import SHIPPED, Config, ConfigError, Organisation, Settings, load


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory that is no checkout."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str, name: str = "jauge.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def refused(file: Path, *sets: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(file, sets, {})
    return caught.value


def test_an_empty_file_is_a_working_configuration(tmp_path: Path) -> None:
    config = load(write(tmp_path, ""), environ={})
    assert config.settings == Settings()
    assert config.organisation == Organisation()
    assert config.organisation_file is None
    assert config.state_dir == tmp_path / "var"
    assert [one.listen for one in config.listeners] == ["127.0.0.1:8080"]
    assert config.catalogue_folders == (SHIPPED / "providers",)
    assert config.zone == ZoneInfo("Europe/Paris")


def test_the_shipped_files_are_right_and_are_the_last_resort() -> None:
    config = load(environ={})
    assert config.file == SHIPPED / "jauge.yaml"
    assert config.organisation_file == SHIPPED / "organisation.yaml"
    assert sum(one.headcount for one in config.organisation.departments) == 870
    assert config.settings == Settings(edge=config.settings.edge)


def test_where_the_file_is_looked_for(tmp_path: Path) -> None:
    here = write(tmp_path, "state_dir: here", "config/jauge.yaml")
    named = write(tmp_path, "state_dir: named", "named.yaml")
    given = write(tmp_path, "state_dir: given", "given.yaml")
    environ = {"JAUGE_CONFIG": str(named)}
    assert load(environ={}).file == here
    assert load(environ=environ).file == named
    assert load(given, environ=environ).file == given


def test_later_sources_win(tmp_path: Path) -> None:
    file = write(tmp_path, "edge: {workers: 3, name: a}")
    edge = load(file, ["edge.workers=4", "edge.workers=5"], {}).settings.edge
    assert (edge.workers, edge.name) == (5, "a")


def test_the_organisation_is_beside_the_file_or_where_it_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "", "a/jauge.yaml")
    beside = write(tmp_path, "name: Beside", "a/organisation.yaml")
    write(tmp_path, "name: Named", "b.yaml")
    assert load(file, environ={}).organisation_file == beside
    assert load(file, environ={}).organisation.name == "Beside"
    assert load(file, ["organisation=b.yaml"], {}).organisation.name == "Named"


def test_the_short_form_is_one_listener(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "edge: {listen: '127.0.0.1:1', mode: reverse, target: 'https://api.openai.com'}",
    )
    (listener,) = load(file, environ={}).listeners
    assert (listener.listen, listener.mode) == ("127.0.0.1:1", "reverse")
    assert listener.target == "https://api.openai.com"


def test_an_error_names_file_line_key_and_remedy(tmp_path: Path) -> None:
    file = write(tmp_path, "timezone: Europe/Paris\nedge:\n  wrokers: 2\n")
    assert str(refused(file)) == (
        f"{file}, line 3: edge.wrokers: there is no such key. Did you mean workers?"
    )


def test_an_error_of_an_override_names_the_override_and_not_its_value(tmp_path: Path) -> None:
    error = refused(write(tmp_path, "edge: {workers: 1}"), "edge.workers=hunter2")
    assert str(error) == (
        "--set edge.workers: edge.workers: expected a whole number, 0 or more, found text. "
        "See docs/operate/configuration.md."
    )


def test_every_mistake_of_a_stage_is_told(tmp_path: Path) -> None:
    file = write(tmp_path, "timezone: Mars/Olympus\nedge: {listen: '8080', name: 'My Edge'}\n")
    error = refused(file)
    assert [one.key for one in (error, *error.others)] == ["edge.listen", "edge.name", "timezone"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"edge: [", "the YAML cannot be read"),
        (b"edge: {}\nedge: {}", "the key edge is there twice"),
        (b"- a\n- b\n", "expected keys and values"),
        (b"name: \xff", "the file is not UTF-8 text"),
    ],
)
def test_an_unreadable_file(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "jauge.yaml"
    file.write_bytes(content)
    assert reason in str(refused(file))


def test_a_missing_file(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere.yaml")
    assert "No such file or directory" in error.expected
    assert "--config" in error.remedy


def test_the_remedy_is_for_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    file = write(tmp_path, "")
    organisation = tmp_path / "organisation.yaml"
    organisation.write_bytes("name: Hôtel de ville".encode("latin-1"))
    error = refused(file)
    assert (error.file, error.remedy) == (str(organisation), "Save it in the encoding UTF-8.")


def test_a_missing_organisation(tmp_path: Path) -> None:
    error = refused(write(tmp_path, "organisation: nowhere.yaml"))
    assert (error.key, error.expected) == ("organisation", "there is no such file")


def test_no_secret_shows_in_a_traceback(tmp_path: Path) -> None:
    file = write(tmp_path, "ledger: {url: 'sqlite:///ledger.sqlite?key=hunter2'}")
    config = load(file, ["edge.parent=http://user:hunter2@proxy.example:3128"], {})
    assert config.settings.edge.parent == "http://user:hunter2@proxy.example:3128"
    assert "hunter2" not in repr(config)


def test_paths_start_at_the_working_directory(tmp_path: Path, elsewhere: Path) -> None:
    (tmp_path / "more").mkdir()
    file = write(tmp_path, "catalogue: {folders: [more]}\nstate_dir: state", "deep/jauge.yaml")
    config: Config = load(file, environ={})
    assert config.catalogue_folders[1] == elsewhere / "more"
    assert config.state_dir == elsewhere / "state"
    assert config.path("/etc/x") == Path("/etc/x")
