from __future__ import annotations

import errno
from pathlib import Path

import pytest

from proxy.models import Manifest, ModelError, Store
from proxy.models.store import MANIFEST, check
from tests.support.networks import hand_made, record


@pytest.fixture
def store(tmp_path: Path) -> Store:
    hand_made(tmp_path / "models")
    return Store(tmp_path / "models")


def manifest(store: Store) -> Manifest:
    return store.manifest("detoxify-onnx", "counts")


def test_what_was_installed_is_whole_and_alone(store: Store) -> None:
    folder = store.verify(manifest(store))
    assert {file.name for file in folder.iterdir()} == {MANIFEST, "model.onnx", "tokenizer.json"}
    assert [one.model for one in store.installed()] == ["counts"]


def test_nothing_there_says_how_to_get_it(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert list(store.installed()) == []
    with pytest.raises(ModelError, match="jauge models fetch") as caught:
        store.manifest("detoxify", "multilingual")
    assert caught.value.kind == "absent"
    with pytest.raises(ModelError, match="jauge models convert"):
        store.manifest("detoxify-onnx", "multilingual")


def test_a_byte_that_changed_is_found(store: Store) -> None:
    file = store.folder("detoxify-onnx", "counts") / "model.onnx"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"model.onnx has SHA-256") as caught:
        store.verify(manifest(store))
    assert caught.value.kind == "checksum"


def test_a_file_cut_short_or_gone_is_found(store: Store) -> None:
    file = store.folder("detoxify-onnx", "counts") / "tokenizer.json"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(ModelError, match=r"has \d+ bytes instead of \d+") as caught:
        store.verify(manifest(store))
    assert caught.value.kind == "broken"
    file.unlink()
    with pytest.raises(ModelError, match=r"tokenizer.json is missing"):
        store.verify(manifest(store))


def test_a_manifest_that_cannot_be_read_is_said(store: Store) -> None:
    place = store.folder("detoxify-onnx", "counts") / MANIFEST
    place.write_text('{"format": 1, "classifier"')
    with pytest.raises(ModelError, match="cannot be read") as caught:
        manifest(store)
    assert caught.value.kind == "broken"
    assert list(store.installed()) == []


def test_a_manifest_with_two_checkpoints_is_refused(store: Store) -> None:
    with pytest.raises(ModelError, match=r"names 0 .ckpt files"):
        manifest(store).record(".ckpt")


def test_an_interrupted_installation_reads_as_absent(store: Store, tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    staged.mkdir()
    (staged / "model.onnx").write_bytes(b"new")
    wanted = manifest(store)
    new = Manifest(
        classifier=wanted.classifier,
        model=wanted.model,
        languages=wanted.languages,
        licence=wanted.licence,
        files=(record(staged / "model.onnx"), wanted.files[1]),
        recorded=wanted.recorded,
    )
    with pytest.raises(FileNotFoundError):
        store.install(new, staged)  # its second file is not staged
    with pytest.raises(ModelError) as caught:
        manifest(store)
    assert caught.value.kind == "absent"


def test_staging_goes_when_done_and_stays_when_interrupted(store: Store) -> None:
    with store.staging("detoxify", "new") as place:
        (place / "half").touch()
    assert not place.exists()
    with pytest.raises(ZeroDivisionError):
        interrupted(store)
    assert (place / "half").exists()


def interrupted(store: Store) -> None:
    with store.staging("detoxify", "new") as place:
        (place / "half").touch()
        _ = 1 / 0


def test_a_full_disk_is_told_as_one(store: Store) -> None:
    with (
        pytest.raises(ModelError, match="the disk is full while writing") as caught,
        store.staging("detoxify", "new"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.kind == "disk"
    assert "state_dir" in caught.value.remedy


def test_check_compares_size_before_content(tmp_path: Path) -> None:
    file = tmp_path / "one"
    file.write_bytes(b"12345")
    expected = record(file)
    check(file, expected)
    file.write_bytes(b"12346")
    with pytest.raises(ModelError, match="SHA-256"):
        check(file, expected)
