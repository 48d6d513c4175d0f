"""`jauge models`, as an operator calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proxy.cli import main
from proxy.models import Store
from proxy.models.digest import sha256_of
from proxy.models.store import MANIFEST
from tests.proxy.models.test_supply import published
from tests.support.fileserver import serving
from tests.support.networks import hand_made


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def models(state: Path, *words: str, sets: tuple[str, ...] = ()) -> int:
    options = [f"--set={one}" for one in (f"state_dir={state}", *sets)]
    return main(["models", *words, *options])


def test_the_list_tells_licences_digests_and_that_nothing_is_here(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(state) == 0
    text = capsys.readouterr().out
    assert "multilingual: mean AUC 0.921, French 0.896" in text
    assert "licence: Apache-2.0 (weights), MIT (tokenizer)" in text
    assert "about 1112 MB, published SHA-256 0b549669…" in text
    assert "tokenizer.json: about 9.1 MB, no SHA-256 is published" in text
    assert text.endswith("on this machine: nothing\n")
    assert models(state, "list", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["known"]) == {"multilingual", "unbiased", "original"}
    assert told["installed"] == []


def test_an_import_shows_what_it_took(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = published(tmp_path / "usb")
    source = str(tmp_path / "usb")
    assert models(state, "import", source, "--model", "mine") == 1
    error = capsys.readouterr().err
    assert digest in error
    assert "set detoxify.sha256 to that value" in error
    chosen = (f"detoxify.sha256={digest}",)
    assert models(state, "import", source, "--model", "mine", sets=chosen) == 0
    text = capsys.readouterr().out
    assert f"SHA-256 {digest}" in text
    assert "as the configuration wants it" in text
    assert models(state, "list") == 0
    assert "  detoxify mine, since 20" in capsys.readouterr().out


def test_verify_finds_a_changed_file(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models(state, "verify") == 1
    assert "no model is on this machine" in capsys.readouterr().out
    hand_made(state / "models")
    assert models(state, "verify") == 0
    assert capsys.readouterr().out == "detoxify-onnx counts: every file as recorded\n"
    file = state / "models" / "detoxify-onnx-counts" / "model.onnx"
    file.write_bytes(file.read_bytes()[:-1])
    assert models(state, "verify", "counts") == 1
    assert "bytes instead of" in capsys.readouterr().out


def test_a_folder_made_elsewhere_is_imported(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `convert` made on a machine with PyTorch serves one without."""
    hand_made(tmp_path / "there" / "models")
    folder = tmp_path / "there" / "models" / "detoxify-onnx-counts"
    assert models(state, "import", str(folder)) == 0
    assert "nothing published to compare with" in capsys.readouterr().out
    store = Store(state / "models")
    assert store.verify(store.manifest("detoxify-onnx", "counts")).joinpath(MANIFEST).exists()


def test_a_fetch_shows_progress_licence_and_checksum(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From an own server, whose checkpoint is another than the published one."""
    digest = published(tmp_path / "mirror")
    held = {file.name: file.read_bytes() for file in (tmp_path / "mirror").iterdir()}
    checkpoint = next(name for name in held if name.endswith(".ckpt"))
    held["multilingual_debiased-0b549669.ckpt"] = held.pop(checkpoint)
    with serving(held) as served:
        words = ("fetch", "multilingual", "--from", served.url)
        assert models(state, *words) == 1
        error = capsys.readouterr().err
        assert f"has SHA-256 {digest}, its name says 0b549669" in error
        assert models(state, *words, sets=(f"detoxify.sha256={digest}",)) == 0
    out, err = capsys.readouterr()
    assert out.startswith("multilingual: 3 files, about 1,121 MB; licence: Apache-2.0")
    assert f"SHA-256 {digest}" in out
    assert "tokenizer.json  " in err
    assert "100 %" in err
    assert sha256_of(state / "models/detoxify-multilingual/tokenizer.json") in out


def test_offline_is_said_with_the_way_out(
    state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from proxy.models import download

    monkeypatch.setattr(download, "ATTEMPTS", 1)
    with serving({}) as served:
        pass
    assert models(state, "fetch", "--from", served.url) == 1
    error = capsys.readouterr().err
    assert "127.0.0.1 did not send the whole of multilingual_debiased" in error
    assert "Traceback" not in error


def test_mistakes_of_the_command_line(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert models(state, "fetch", "multilingue") == 2
    assert "Known: multilingual, unbiased, original." in capsys.readouterr().err
    assert models(state, "import") == 2
    assert "takes the folder" in capsys.readouterr().err
    assert models(state, "import", "/nowhere/at/all") == 1
    assert "no such folder" in capsys.readouterr().err
    assert models(state, "convert") == 1
    assert "jauge models fetch" in capsys.readouterr().err
