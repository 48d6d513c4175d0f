"""Loading checkpoints: what is refused, and that nothing runs and nothing is asked for."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.random_network import CLASSES, TINY, write_checkpoint
from proxy.classify.checkpoint import load
from proxy.models import ModelError, Store
from proxy.models.contents import CONFIG
from proxy.models.digest import sha256_of
from proxy.models.supply import import_folder
from tests.support.networks import NEEDS_DETOXIFY, tiny_store

pytestmark = NEEDS_DETOXIFY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("tiny")
    _, digest = tiny_store(folder / "models", folder / "source")
    return folder, digest


def rewrite(source: Path, target: Path, change: dict[str, Any]) -> tuple[Store, str]:
    """A store with the tiny checkpoint after `change`: new values by their dotted place."""
    import torch

    shutil.copytree(source, target / "source")
    file = next((target / "source").glob("*.ckpt"))
    held = torch.load(file, weights_only=True)
    for place, value in change.items():
        *path, last = place.split("/")
        inner = held
        for key in path:
            inner = inner[key]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    torch.save(held, file)
    digest = sha256_of(file)
    store = Store(target / "models")
    import_folder(store, target / "source", model="tiny", sha256=digest)
    return store, digest


def test_it_names_classes_and_length(made: tuple[Path, str]) -> None:
    folder, digest = made
    store = Store(folder / "models")
    found = load(store, store.manifest("detoxify", "tiny"), sha256=digest)
    assert found.classes == CLASSES
    assert found.limit == TINY.positions - 2
    assert found.detoxify.tokenizer.model_max_length == found.limit
    assert found.detoxify.model.config.num_labels == 16
    assert found.sha256 == digest


def test_scores_are_those_of_the_stock_package(made: tuple[Path, str], tmp_path: Path) -> None:
    """Stock Detoxify loads offline when the checkpoint's own name of the network is a folder."""
    import detoxify
    import torch

    folder, digest = made
    source = next((folder / "source").glob("*.ckpt"))
    held = torch.load(source, weights_only=True)
    held["config"]["arch"]["args"]["model_type"] = str(folder / "source")
    torch.save(held, tmp_path / "stock.ckpt")
    stock = detoxify.Detoxify(checkpoint=str(tmp_path / "stock.ckpt"))
    store = Store(folder / "models")
    ours = load(store, store.manifest("detoxify", "tiny"), sha256=digest)
    texts = ["you idiot", "bonjour la ville", "Merci, thank you!", ""]
    assert ours.detoxify.predict(texts) == stock.predict(texts)


def test_reading_asks_no_server_and_needs_no_home(made: tuple[Path, str], tmp_path: Path) -> None:
    folder, digest = made
    code = """
import sys
asked = []
CALLS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}
sys.addaudithook(lambda name, args: asked.append(name) if name in CALLS else None)
from pathlib import Path
from proxy.classify.classifier import Options, Window
from proxy.classify.detoxify import make
made = make(Options(models=Path(sys.argv[1]), model="tiny", sha256=sys.argv[2]))
made.score([Window("bonjour", "fr")])
print(asked)
"""
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "models"), digest],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout == "[]\n"
    assert "bonjour" not in done.stderr
    assert not [file for file in home.rglob("*") if file.is_file()]


class Payload:
    """What unpickling would run: it leaves a file."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def test_code_in_a_file_is_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    file = write_checkpoint(tmp_path / "source", TINY, extra=Payload(trace))
    trace.unlink(missing_ok=True)
    digest = sha256_of(file)
    store = Store(tmp_path / "models")
    manifest = import_folder(store, tmp_path / "source", model="tiny", sha256=digest)
    assert not trace.exists()
    with pytest.raises(ModelError, match="no checkpoint that Jauge knows"):
        load(store, manifest)
    assert not trace.exists()
    load(store, manifest, sha256=digest)  # the configuration vouches for this very file
    assert trace.exists()


def test_more_than_weights_is_refused_without_the_full_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a file whose name and prefix are known: the prefix is no proof."""
    from proxy.models import known

    trace = tmp_path / "ran"
    file = write_checkpoint(tmp_path / "source", TINY, extra=Payload(trace))
    trace.unlink(missing_ok=True)
    one = known.KnownModel(
        languages=("fr",),
        quality="none",
        licence="none",
        files=(
            known.KnownFile(
                name=file.name,
                url="https://models.example/x",
                megabytes=1,
                sha256_begins=file.name[-13:-5],
                source="a test",
            ),
        ),
    )
    monkeypatch.setattr(known, "load", lambda: {"known": one})
    store = Store(tmp_path / "models")
    manifest = import_folder(store, tmp_path / "source")
    assert manifest.files[0].assurance == "prefix"
    with pytest.raises(ModelError, match=r"more than weights .*") as caught:
        load(store, manifest)
    assert "detoxify.sha256" in caught.value.remedy
    assert not trace.exists()


def test_a_digest_of_another_file_is_refused(made: tuple[Path, str]) -> None:
    store = Store(made[0] / "models")
    with pytest.raises(ModelError, match="the configuration") as caught:
        load(store, store.manifest("detoxify", "tiny"), sha256="f" * 64)
    assert caught.value.kind == "checksum"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state_dict/classifier.dense.bias": None}, "lacks 1 weights"),
        ({"config": None}, "no checkpoint of Detoxify"),
        ({"config/arch": None}, "does not say what it is"),
        ({"config/arch/args/model_name": "AutoModel"}, "that Detoxify has not"),
        ({"config/arch/args/tokenizer_name": "BertTokenizer"}, "that Detoxify has not"),
        ({"config/arch/args/num_classes": 3}, "that Detoxify has not"),
        ({"config/arch/args/num_classes": 17}, "do not fit"),
        ({"config/dataset/args/classes": ["insult"]}, "that Detoxify has not"),
    ],
)
def test_what_is_not_a_whole_detoxify_is_refused(
    made: tuple[Path, str], tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    """Stock Detoxify would make up missing weights with a warning."""
    store, digest = rewrite(made[0] / "source", tmp_path, change)
    with pytest.raises(ModelError, match=said) as caught:
        load(store, store.manifest("detoxify", "tiny"), sha256=digest)
    assert caught.value.kind == "broken"


def test_class_names_of_the_oldest_model_are_todays(made: tuple[Path, str], tmp_path: Path) -> None:
    names = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
    change = {"config/dataset/args/classes": None, "config/arch/args/classes": names}
    store, digest = rewrite(made[0] / "source", tmp_path, change)
    found = load(store, store.manifest("detoxify", "tiny"), sha256=digest)
    assert found.classes == (
        "toxicity",
        "severe_toxicity",
        "obscene",
        "threat",
        "insult",
        "identity_attack",
    )


def test_a_configuration_of_another_network_is_refused(
    made: tuple[Path, str], tmp_path: Path
) -> None:
    shutil.copytree(made[0] / "source", tmp_path / "source")
    config = json.loads((tmp_path / "source" / CONFIG).read_text())
    (tmp_path / "source" / CONFIG).write_text(json.dumps(config | {"hidden_size": 64}))
    store = Store(tmp_path / "models")
    manifest = import_folder(store, tmp_path / "source", model="tiny", sha256=made[1])
    with pytest.raises(ModelError, match=r"do not fit|lacks"):
        load(store, manifest, sha256=made[1])


def test_a_gpu_that_is_not_there_is_told(made: tuple[Path, str]) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    store = Store(made[0] / "models")
    with pytest.raises(ModelError, match="no GPU") as caught:
        load(store, store.manifest("detoxify", "tiny"), device="cuda", sha256=made[1])
    assert caught.value.kind == "package"


def test_the_plain_tokenizer_reads_like_detoxifys(made: tuple[Path, str]) -> None:
    """The one counts and feeds ONNX, the other is what `predict` uses."""
    from proxy.classify.network import load_tokenizer

    store = Store(made[0] / "models")
    found = load(store, store.manifest("detoxify", "tiny"), sha256=made[1])
    plain = load_tokenizer(found.tokenizer)
    for text in ("bonjour la ville", "You idiot!", "  deux  espaces\n", "é à ﬁ", "a\u0301", ""):
        assert found.detoxify.tokenizer(text)["input_ids"] == plain.encode(text).ids
