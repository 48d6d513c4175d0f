"""The parts of a worker, put together from a configuration."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from addons.assemble import build, private_folder
from addons.capture import Capture
from addons.health import Health
from addons.identity import Identities
from addons.passthrough import Passthrough
from addons.scope import Scope
from proxy.config import load
from proxy.providers import CatalogueError
from tests.support.edge import configure


def end(addons: list[object]) -> None:
    for one in addons:
        if isinstance(one, Passthrough | Capture | Health):
            one.done()


def test_the_order_is_that_of_the_hooks(tmp_path: Path) -> None:
    addons = build(load(configure(tmp_path)))
    assert [type(one) for one in addons] == [
        *(Scope, Passthrough, Identities, Capture, Health),
    ]
    end(addons)


@pytest.mark.parametrize(
    ("given", "environment", "name"),
    [("w1", None, "w1"), ("w1", "w2", "w1"), (None, "w2", "w2")],
)
def test_the_worker_s_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    environment: str | None,
    name: str,
) -> None:
    monkeypatch.delenv("JAUGE_WORKER", raising=False)
    if environment is not None:
        monkeypatch.setenv("JAUGE_WORKER", environment)
    addons = build(load(configure(tmp_path, {"edge.name": "mairie-1"})), worker=given)
    health = addons[-1]
    assert isinstance(health, Health)
    assert (health.state().edge, health.state().worker) == ("mairie-1", name)
    end(addons)


def test_folders_are_private_and_may_be_there(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert private_folder(folder) == folder


def test_a_wrong_catalogue_is_told(tmp_path: Path) -> None:
    config = load(configure(tmp_path, {"catalogue.enable": ["no-such-tool"]}))
    with pytest.raises(CatalogueError, match="no-such-tool"):
        build(config)
    assert not (tmp_path / "var" / "outbox").exists()


@pytest.mark.parametrize(("allowed", "passes"), [(False, False), (True, True)])
def test_declared_proxies_are_let_through_only_with_leave(
    tmp_path: Path, *, allowed: bool, passes: bool
) -> None:
    (tmp_path / "organisation.yaml").write_text("proxies: [10.1.0.250/32]\n")
    addons = build(load(configure(tmp_path, {"edge.passthrough_proxies": allowed})))
    passthrough = addons[1]
    assert isinstance(passthrough, Passthrough)
    assert passthrough._may_pass("10.1.0.250") is passes
    assert passthrough._may_pass("10.1.0.251")
    end(addons)
