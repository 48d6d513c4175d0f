"""Small networks: one made of ONNX operators whose scores can be worked out by hand, and
checkpoints of Detoxify's format."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import msgspec
import numpy as np
import pytest

from bench.random_network import TINY, write_checkpoint, write_tokenizer
from proxy.classify.detoxify_onnx import MODEL_FILE, NAME
from proxy.models import Manifest, Record, Store
from proxy.models.contents import TOKENIZER
from proxy.models.digest import sha256_of
from proxy.models.supply import import_folder, now

__all__ = ["DETOXIFY_IS_HERE", "HAND_MADE", "NEEDS_DETOXIFY", "hand_made", "tiny_store"]

_REQUIRED = os.environ.get("JAUGE_TEST_DETOXIFY") == "required"
DETOXIFY_IS_HERE = all(
    importlib.util.find_spec(name) for name in ("torch", "detoxify", "onnxscript")
)
NEEDS_DETOXIFY = [
    pytest.mark.detoxify,
    pytest.mark.skipif(
        not (DETOXIFY_IS_HERE or _REQUIRED),
        reason="Detoxify is not installed: make test-detoxify adds it",
    ),
]
"""Marks of the tests that need the extra; under `make test-detoxify` none is skipped."""

HAND_MADE = ("toxicity", "insult")
"""Classes of the hand-made network: each occurrence of "idiot" adds 2 to the first one's
logit and 1 to the second's, from -3; every score is the sigmoid of that."""
BASE, STEPS = -3.0, (2.0, 1.0)


def write_network(file: Path, tokenizer: Path, steps: tuple[float, float] = STEPS) -> None:
    """A graph that counts one word where the mask is 1."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer

    word = Tokenizer.from_file(str(tokenizer)).token_to_id("▁idiot")
    table = np.zeros((TINY.vocabulary, len(HAND_MADE)), dtype=np.float32)
    table[word] = steps
    weights = {
        "table": table,
        "base": np.array([BASE], dtype=np.float32),
        "last": np.array([2], dtype=np.int64),
        "tokens": np.array([1], dtype=np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["rows", "wide"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "tokens"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "base"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["scores"]),
    ]
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes,
        "counts",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, shape)
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", 2])],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, file)


def hand_made(
    root: Path, *, model: str = "counts", steps: tuple[float, float] = STEPS, limit: int = 128
) -> Manifest:
    """The hand-made network, installed in a store as if it had been converted."""
    staged = root.parent / f"{model}-staged"
    staged.mkdir(parents=True)
    write_tokenizer(staged / TOKENIZER, TINY)
    write_network(staged / MODEL_FILE, staged / TOKENIZER, steps)
    manifest = Manifest(
        classifier=NAME,
        model=model,
        languages=("fr", "en"),
        licence="Apache-2.0",
        files=tuple(record(staged / name) for name in (MODEL_FILE, TOKENIZER)),
        recorded=now(),
        classes=HAND_MADE,
        limit=limit,
        made_from="0" * 64,
    )
    Store(root).install(manifest, staged)
    return manifest


def record(file: Path) -> Record:
    """A file as it is."""
    return Record(
        name=file.name,
        bytes=file.stat().st_size,
        sha256=sha256_of(file),
        assurance="made-here",
    )


def rewritten(store: Store, manifest: Manifest, **changes: object) -> Manifest:
    """The same manifest with changes, on the disk too."""
    changed = msgspec.structs.replace(manifest, **changes)
    folder = store.folder(changed.classifier, changed.model)
    (folder / "manifest.json").write_bytes(msgspec.json.encode(changed))
    return changed


def tiny_store(root: Path, source: Path) -> tuple[Store, str]:
    """A store with a tiny random checkpoint under the name "tiny"; its SHA-256."""
    file = write_checkpoint(source, TINY, lively=True)
    digest = sha256_of(file)
    store = Store(root)
    import_folder(store, source, model="tiny", sha256=digest)
    return store, digest
