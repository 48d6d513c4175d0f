"""A configuration handed to child processes as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxy.config import Config, load
from proxy.config.snapshot import VARIABLE, inherited, read_snapshot, write_snapshot
from tests.support import edge


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "organisation.yaml").write_text(
        "departments: [{name: accueil, headcount: 9, networks: [10.0.0.0/8]}]\n"
    )
    settings = {"edge.parent": "http://u:secret@p.test:3128", "edge.levers": ["headers"]}
    return load(edge.configure(tmp_path, settings), ["edge.workers=3"])


def test_it_comes_back_as_it_was_however_often_it_is_read(config: Config) -> None:
    descriptor = write_snapshot(config)
    try:
        assert read_snapshot(descriptor) == config
        assert read_snapshot(descriptor) == config
    finally:
        os.close(descriptor)


def test_no_folder_names_it_and_it_is_not_handed_on_by_accident(config: Config) -> None:
    descriptor = write_snapshot(config)
    try:
        assert not os.get_inheritable(descriptor)
        assert os.fstat(descriptor).st_nlink == 0
    finally:
        os.close(descriptor)


def test_a_child_finds_it_in_its_environment_once(config: Config) -> None:
    descriptor = write_snapshot(config)
    environ = {VARIABLE: str(descriptor), "OTHER": "1"}
    assert inherited(environ) == config
    assert environ == {"OTHER": "1"}
    assert inherited(environ) is None
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
