"""The ONNX classifier, on a network whose scores can be worked out by hand. No PyTorch."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

from proxy.classify.classifier import MissingError, Options, Window
from proxy.classify.detoxify_onnx import DetoxifyOnnx, make
from proxy.models import Store
from tests.support.networks import HAND_MADE, hand_made, record, rewritten


@pytest.fixture
def options(tmp_path: Path) -> Options:
    hand_made(tmp_path / "models")
    return Options(models=tmp_path / "models", model="counts")


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def toxicity(classifier: DetoxifyOnnx, *texts: str) -> list[float]:
    return [row["toxicity"] for row in classifier.score([Window(text, "fr") for text in texts])]


def test_scores_are_those_worked_out_by_hand(options: Options) -> None:
    classifier = make(options)
    (row,) = classifier.score([Window("idiot idiot", "en")])
    assert row == pytest.approx({"toxicity": sigmoid(1), "insult": sigmoid(-1)}, abs=1e-6)
    assert toxicity(classifier, "bonjour") == pytest.approx([sigmoid(-3)], abs=1e-6)


def test_padding_changes_no_score(options: Options) -> None:
    classifier = make(options)
    texts = ["idiot", "la ville " * 20 + "idiot", "", "idiot idiot ville"]
    together = toxicity(classifier, *texts)
    assert together == pytest.approx([toxicity(classifier, text)[0] for text in texts], abs=1e-6)
    assert together == pytest.approx([sigmoid(-1), sigmoid(-1), sigmoid(-3), sigmoid(1)], abs=1e-6)


def test_a_long_text_is_read_to_its_end(tmp_path: Path) -> None:
    hand_made(tmp_path / "models", limit=16)
    classifier = make(Options(models=tmp_path / "models", model="counts"))
    assert toxicity(classifier, "ville " * 200 + "idiot idiot") == pytest.approx(
        [sigmoid(1)], abs=1e-6
    )


def test_it_says_what_it_is(options: Options) -> None:
    classifier = make(options)
    digest = Store(options.models).manifest("detoxify-onnx", "counts").files[0].sha256
    assert classifier.name == "detoxify-onnx"
    assert classifier.version == f"counts-{digest[:12]}"
    assert classifier.classes == HAND_MADE
    assert classifier.languages == {"fr", "en"}
    assert classifier.lengths(["bonjour la ville", ""]) == [3, 0]


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="jauge models convert") as caught:
        make(Options(models=tmp_path / "models"))
    assert caught.value.missing == "detoxify-onnx multilingual is not on this machine"


def test_a_broken_file_is_missing_and_says_why(options: Options) -> None:
    file = options.models / "detoxify-onnx-counts" / "model.onnx"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(MissingError, match="bytes instead of"):
        make(options)


def test_a_file_that_is_no_network_is_missing(options: Options) -> None:
    store = Store(options.models)
    manifest = store.manifest("detoxify-onnx", "counts")
    file = store.folder("detoxify-onnx", "counts") / "model.onnx"
    file.write_bytes(b"no network at all")
    rewritten(store, manifest, files=(record(file), manifest.files[1]))
    with pytest.raises(MissingError, match=r"model.onnx cannot be run"):
        make(options)


def test_a_network_with_other_inputs_is_missing(options: Options) -> None:
    import onnx

    store = Store(options.models)
    manifest = store.manifest("detoxify-onnx", "counts")
    file = store.folder("detoxify-onnx", "counts") / "model.onnx"
    model = onnx.load(file)
    model.graph.node[-1].output[0] = model.graph.output[0].name = "logits_of_something"
    onnx.save(model, file)
    rewritten(store, manifest, files=(record(file), manifest.files[1]))
    with pytest.raises(MissingError, match="no converted Detoxify"):
        make(options)


def test_another_checkpoint_than_the_configured_one_is_missing(options: Options) -> None:
    wanted = Options(models=options.models, model="counts", sha256="0" * 64)
    assert make(wanted).name == "detoxify-onnx"
    other = Options(models=options.models, model="counts", sha256="1" * 64)
    with pytest.raises(MissingError, match="another checkpoint"):
        make(other)


def test_a_gpu_is_not_for_it(options: Options) -> None:
    with pytest.raises(MissingError, match="on the processor only"):
        make(Options(models=options.models, model="counts", device="cuda"))


def test_it_runs_without_pytorch_and_asks_no_server(options: Options) -> None:
    code = """
import sys
asked = []
sys.addaudithook(lambda name, args: asked.append(name) if name in CALLS else None)
CALLS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname"}
from pathlib import Path
from proxy.classify.classifier import Options, Window
from proxy.classify.detoxify_onnx import make
made = make(Options(models=Path(sys.argv[1]), model="counts"))
made.score([Window("bonjour", "fr")])
heavy = {"torch", "transformers", "detoxify", "onnx"} & set(sys.modules)
print(sorted(heavy), asked)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(options.models)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[] []\n"
    assert done.stderr == ""
