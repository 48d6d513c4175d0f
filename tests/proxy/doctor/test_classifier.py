from __future__ import annotations

from pathlib import Path

import pytest

from proxy.config import load
from proxy.doctor import classifier as module
from proxy.doctor.classifier import classifier
from proxy.doctor.finding import Finding
from tests.proxy.models.test_supply import published
from tests.support.networks import hand_made


def found(folder: Path, *settings: str) -> Finding:
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: {folder / 'state'}\ncontent: {{{', '.join(settings)}}}\n")
    (one,) = classifier(load(file, ["detoxify.model=counts"], environ={}))
    return one


def test_what_needs_no_files_is_well(tmp_path: Path) -> None:
    assert found(tmp_path) == Finding("classifier", "ok", "embedded: needs no files")
    off = found(tmp_path, "classifier: detoxify", "observe: counts")
    assert (off.state, off.text) == ("ok", "no words are read (content.observe: counts)")


def test_what_is_missing_is_said_with_what_takes_its_place(tmp_path: Path) -> None:
    one = found(tmp_path, "classifier: detoxify-onnx")
    assert one.state == "warn"
    assert one.text == ("detoxify-onnx counts is not on this machine: embedded scores in its place")
    assert "jauge models convert" in one.remedy


def test_a_converted_network_is_well_until_it_is_cut_short(tmp_path: Path) -> None:
    hand_made(tmp_path / "state" / "models")
    assert found(tmp_path, "classifier: detoxify-onnx").text == "detoxify-onnx counts"
    file = tmp_path / "state" / "models" / "detoxify-onnx-counts" / "model.onnx"
    file.write_bytes(file.read_bytes()[:-1])
    one = found(tmp_path, "classifier: detoxify-onnx")
    assert (one.state, one.text.split(":")[0]) == (
        "warn",
        "files of detoxify-onnx counts are missing or cut short",
    )
    file.unlink()
    assert found(tmp_path, "classifier: detoxify-onnx") == one


def test_detoxify_wants_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from proxy.models import Store
    from proxy.models.supply import import_folder

    digest = published(tmp_path / "source")
    store = Store(tmp_path / "state" / "models")
    import_folder(store, tmp_path / "source", model="counts", sha256=digest)
    monkeypatch.setattr(module, "PACKAGES", ("surely_not_installed",))
    one = found(tmp_path, "classifier: detoxify")
    assert one.text.startswith("the package surely_not_installed is not installed")
    monkeypatch.setattr(module, "PACKAGES", ("msgspec",))
    assert found(tmp_path, "classifier: detoxify").state == "ok"
