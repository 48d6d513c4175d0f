"""What the two configuration files name must exist: tools, providers, zones."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.config import Config, ConfigError, load
from proxy.references import load_catalogue


def configured(folder: Path, hosts: str, *sets: str) -> Config:
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: ./var\nimpact:\n  own_hosts: {hosts}\n")
    return load(file, sets, environ={})


@pytest.mark.parametrize(
    ("hosts", "key", "remedy"),
    [
        ("[{tool: albertapi}]", "impact.own_hosts.0.tool", "Did you mean albert-api?"),
        ("[{provider: albrt}]", "impact.own_hosts.0.provider", "Did you mean albert?"),
        ("[{tool: albert-api, zone: FRANCE}]", "impact.own_hosts.0.zone", "alpha-3"),
    ],
)
def test_own_hosts_name_what_exists(tmp_path: Path, hosts: str, key: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load_catalogue(configured(tmp_path, hosts))
    error = raised.value
    assert (error.key, error.line) == (key, 3)
    assert error.file.endswith("jauge.yaml")
    assert remedy in error.remedy


def test_every_mistake_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_catalogue(configured(tmp_path, "[{tool: nobody, zone: XX}]"))
    assert [one.key for one in raised.value.others] == ["impact.own_hosts.0.zone"]


def test_a_mistake_of_the_command_line_is_told_as_one(tmp_path: Path) -> None:
    config = configured(tmp_path, "[]", "impact.own_hosts=[{tool: albert-api, zone: XX}]")
    with pytest.raises(ConfigError, match=r"^--set impact\.own_hosts: .*\.zone: expected a zone"):
        load_catalogue(config)


def test_a_zone_may_be_written_small(tmp_path: Path) -> None:
    hosts = "[{tool: albert-api, zone: fra}]"
    assert "albert-api" in load_catalogue(configured(tmp_path, hosts)).tools


def test_the_zone_of_this_machine_has_a_known_mix(tmp_path: Path) -> None:
    file = tmp_path / "jauge.yaml"
    file.write_text("state_dir: ./var\nmeasured:\n  zone: FRANCE\n")
    with pytest.raises(ConfigError) as raised:
        load_catalogue(load(file, (), environ={}))
    error = raised.value
    assert (error.key, error.line) == ("measured.zone", 3)
    assert error.file.endswith("jauge.yaml")
    assert error.expected == "expected a zone whose electricity is known"
    assert "alpha-3" in error.remedy


@pytest.mark.parametrize("zone", ["FRA", "deu", "WOR"])
def test_a_zone_of_this_machine_with_a_mix_is_taken(tmp_path: Path, zone: str) -> None:
    config = configured(tmp_path, "[]", f"measured.zone={zone}")
    assert "le-chat" in load_catalogue(config).tools


@pytest.mark.parametrize("key", ["enable", "disable"])
def test_a_chosen_tool_exists(tmp_path: Path, key: str) -> None:
    config = configured(tmp_path, "[]", f"catalogue.{key}=[deepl, lechat]")
    with pytest.raises(ConfigError) as raised:
        load_catalogue(config)
    assert raised.value.key == f"catalogue.{key}.1"
    assert raised.value.file == f"--set catalogue.{key}"
    assert raised.value.remedy == "Did you mean le-chat?"
