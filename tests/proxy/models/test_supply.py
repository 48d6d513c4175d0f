"""Models come in, by network and by folder, with files of the right shape and no weights."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bench.random_network import TINY, config, write_tokenizer
from proxy.models import ModelError, Store, known, supply
from proxy.models.contents import CONFIG, TOKENIZER
from proxy.models.digest import sha256_of
from proxy.models.download import Route
from proxy.models.store import MANIFEST
from proxy.models.supply import fetch, import_folder
from tests.support.fileserver import Files, serving

ROUTE = Route(pause=lambda _: None)


def published(folder: Path) -> str:
    """Files as a publisher would lay them out; the checkpoint's SHA-256."""
    folder.mkdir()
    with zipfile.ZipFile(folder / "whole.ckpt", "w") as archive:
        archive.writestr("archive/data.pkl", b"weights")
    digest = sha256_of(folder / "whole.ckpt")
    (folder / "whole.ckpt").rename(folder / f"made_up-{digest[:8]}.ckpt")
    (folder / CONFIG).write_text(json.dumps(config(TINY)), encoding="utf-8")
    write_tokenizer(folder / TOKENIZER, TINY)
    return digest


@pytest.fixture
def source(tmp_path: Path) -> Path:
    published(tmp_path / "source")
    return tmp_path / "source"


@pytest.fixture
def digest(source: Path) -> str:
    return sha256_of(next(source.glob("*.ckpt")))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state" / "models")


@pytest.fixture
def made_up(source: Path, monkeypatch: pytest.MonkeyPatch) -> known.KnownModel:
    """A known model with the files of `source`."""
    checkpoint = next(source.glob("*.ckpt"))
    names = {checkpoint.name: checkpoint.name[-13:-5], CONFIG: "", TOKENIZER: ""}
    model = known.KnownModel(
        languages=("fr", "en"),
        quality="none",
        licence="Apache-2.0",
        files=tuple(
            known.KnownFile(
                name=name,
                url=f"https://models.example/{name}",
                megabytes=1,
                sha256_begins=begins,
                source="a test",
            )
            for name, begins in names.items()
        ),
    )
    monkeypatch.setattr(known, "load", lambda: {"made-up": model})
    return model


@pytest.fixture
def served(source: Path) -> Iterator[Files]:
    with serving({file.name: file.read_bytes() for file in source.iterdir()}) as files:
        yield files


def test_an_import_checks_copies_and_records(source: Path, digest: str, store: Store) -> None:
    (source / "README.md").write_text("left where it is")
    manifest = import_folder(store, source, model="mine", sha256=digest)
    folder = store.verify(store.manifest("detoxify", "mine"))
    assert {file.name for file in folder.iterdir()} == {
        MANIFEST,
        f"made_up-{digest[:8]}.ckpt",
        CONFIG,
        TOKENIZER,
    }
    assert [record.assurance for record in manifest.files] == [
        "configuration",
        "first-use",
        "first-use",
    ]
    assert manifest.files[0].sha256 == digest
    assert [file.name for file in store.root.iterdir()] == ["detoxify-mine"]


def test_a_known_checkpoint_needs_no_name(
    source: Path, store: Store, made_up: known.KnownModel
) -> None:
    manifest = import_folder(store, source)
    assert (manifest.model, manifest.languages) == ("made-up", made_up.languages)
    assert manifest.files[0].assurance == "prefix"


def test_an_unknown_checkpoint_is_refused_and_leaves_nothing(source: Path, store: Store) -> None:
    with pytest.raises(ModelError, match=r"detoxify.sha256") as caught:
        import_folder(store, source, model="mine")
    assert caught.value.kind == "checksum"
    with pytest.raises(ModelError, match="--model"):
        import_folder(store, source)
    assert not store.root.exists()


def test_a_checkpoint_cut_short_is_told(source: Path, store: Store) -> None:
    checkpoint = next(source.glob("*.ckpt"))
    checkpoint.write_bytes(checkpoint.read_bytes()[:-30])
    with pytest.raises(ModelError, match="cut short") as caught:
        import_folder(store, source, model="mine", sha256=sha256_of(checkpoint))
    assert caught.value.kind == "broken"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((TOKENIZER, b"{"), "cut short or no JSON"),
        ((TOKENIZER, b"{}"), "is no tokenizer"),
        ((CONFIG, b"[]"), "cut short or no JSON"),
        ((CONFIG, b'{"vocab_size": 30522}'), r"knows 400 tokens and config\.json wants 30522"),
    ],
)
def test_files_that_do_not_fit_are_told(
    source: Path, digest: str, store: Store, change: tuple[str, bytes], said: str
) -> None:
    name, content = change
    (source / name).write_bytes(content)
    with pytest.raises(ModelError, match=said) as caught:
        import_folder(store, source, model="mine", sha256=digest)
    assert caught.value.kind == "broken"


def test_what_is_missing_is_named(source: Path, digest: str, store: Store, tmp_path: Path) -> None:
    (source / TOKENIZER).unlink()
    with pytest.raises(ModelError, match=r"tokenizer.json is missing beside made_up"):
        import_folder(store, source, model="mine", sha256=digest)
    next(source.glob("*.ckpt")).unlink()
    with pytest.raises(ModelError, match="holds 0 checkpoints"):
        import_folder(store, source, model="mine")
    with pytest.raises(ModelError, match="no such folder"):
        import_folder(store, tmp_path / "nowhere")


def test_a_full_disk_leaves_the_old_model_and_no_rest(
    source: Path, digest: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_folder(store, source, model="mine", sha256=digest)

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, f"No space left on device {source.name}")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ModelError, match="the disk is full while copying"):
        import_folder(store, source, model="mine", sha256=digest)
    assert [file.name for file in store.root.iterdir()] == ["detoxify-mine"]
    store.verify(store.manifest("detoxify", "mine"))


def test_a_store_of_another_machine_is_imported_by_its_manifest(
    source: Path, digest: str, store: Store, tmp_path: Path
) -> None:
    import_folder(store, source, model="mine", sha256=digest)
    there = Store(tmp_path / "there")
    folder = store.folder("detoxify", "mine")
    with pytest.raises(ModelError, match="no checkpoint that Jauge knows"):
        import_folder(there, folder)
    manifest = import_folder(there, folder, sha256=digest)
    assert there.verify(manifest) == tmp_path / "there" / "detoxify-mine"
    (folder / TOKENIZER).write_bytes(b"{}" + b" " * (manifest.files[2].bytes - 2))
    with pytest.raises(ModelError, match=r"tokenizer.json has SHA-256"):
        import_folder(there, folder, sha256=digest)
    there.verify(manifest)  # what was there is still whole


def test_a_manifest_cannot_name_files_elsewhere(
    source: Path, digest: str, store: Store, tmp_path: Path
) -> None:
    manifest = import_folder(store, source, model="mine", sha256=digest)
    evil = msgspec.structs.replace(manifest.files[1], name="../../config.json")
    changed = msgspec.structs.replace(manifest, files=(manifest.files[0], evil))
    folder = store.folder("detoxify", "mine")
    (folder / MANIFEST).write_bytes(msgspec.json.encode(changed))
    with pytest.raises(ModelError, match="cannot be read"):
        import_folder(Store(tmp_path / "there"), folder, sha256=digest)


def test_a_fetch_asks_for_every_file_and_checks_it(
    served: Files, store: Store, made_up: known.KnownModel
) -> None:
    states: list[str] = []
    manifest = fetch(
        store, "made-up", ROUTE, lambda name, *_: states.append(name), mirror=served.url
    )
    assert [path for path, _ in served.asked] == [f"/{file.name}" for file in made_up.files]
    assert set(states) == {file.name for file in made_up.files}
    assert [record.assurance for record in manifest.files] == ["prefix", "first-use", "first-use"]
    store.verify(manifest)


@pytest.mark.usefixtures("made_up")
def test_a_fetch_that_was_interrupted_asks_only_for_the_rest(served: Files, store: Store) -> None:
    served.cuts = [50]

    def gone(attempt: int) -> None:
        assert attempt == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(store, "made-up", Route(pause=gone), lambda *_: None, mirror=served.url)
    served.asked.clear()
    fetch(store, "made-up", ROUTE, lambda *_: None, mirror=served.url)
    assert served.ranges_asked() == ["bytes=50-", None, None]


@pytest.mark.usefixtures("made_up")
def test_wrong_bytes_are_refused_and_not_resumed_from(served: Files, store: Store) -> None:
    name = next(name for name in served.files if name.endswith(".ckpt"))
    right = served.files[name]
    served.files[name] = right[:-1] + b"\1"
    with pytest.raises(ModelError, match=f"{name} has SHA-256") as caught:
        fetch(store, "made-up", ROUTE, lambda *_: None, mirror=served.url)
    assert caught.value.kind == "checksum"
    assert hashlib.sha256(served.files[name]).hexdigest() in str(caught.value)
    assert list(store.root.iterdir()) == []
    served.files[name] = right
    fetch(store, "made-up", ROUTE, lambda *_: None, mirror=served.url)


def test_a_name_is_no_path(source: Path, digest: str, store: Store) -> None:
    with pytest.raises(ModelError, match="--model") as caught:
        import_folder(store, source, model="../mine", sha256=digest)
    assert caught.value.kind == "usage"


def test_times_are_written_with_their_zone() -> None:
    assert supply.now().endswith("+00:00")
