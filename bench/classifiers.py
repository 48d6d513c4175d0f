"""How fast the classifiers are, side by side: embedded, and Detoxify in its true size.

Detoxify's weights are random: what a network has learnt does not change how long it takes.
Each classifier runs alone in a process, on one thread; the rounds take turns, so that the
ratios hold even where other work slows the machine.
"""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path

from bench.random_network import BASE, write_checkpoint
from proxy.classify import CLASSIFIERS
from proxy.classify.convert import convert
from proxy.classify.speed import Speed, apart, median, table
from proxy.models import Store
from proxy.models.digest import sha256_of
from proxy.models.supply import import_folder

__all__ = ["classifiers"]

MODEL = "random-base"
AIM_RATIO, AIM_MB = 2.5, 1300.0
"""detoxify-onnx against detoxify at 64 tokens; memory of detoxify-onnx."""


def classifiers(rounds: int, seconds: float) -> None:
    """Make the network, measure, print."""
    print("\nClassifiers, one thread each")
    with tempfile.TemporaryDirectory() as folder:
        models = Path(folder) / "models"
        digest = _true_size(models, Path(folder) / "source") if _can() else ""
        runs: dict[str, list[Speed]] = {name: [] for name in CLASSIFIERS}
        for _ in range(rounds):
            for name, found in runs.items():
                found.append(apart(name, models, MODEL, digest, seconds))
    speeds = [median(found) for found in runs.values()]
    print("\n".join(table(speeds)))
    by_name = {speed.classifier: speed for speed in speeds if not speed.missing}
    if {"detoxify", "detoxify-onnx"} <= by_name.keys():
        _ratio(by_name["detoxify"], by_name["detoxify-onnx"])


def _ratio(reference: Speed, converted: Speed) -> None:
    ratio = converted.rates["64"] / reference.rates["64"]
    print(f"detoxify-onnx / detoxify at 64 tokens: {ratio:.2f} (aim ≥ {AIM_RATIO})")
    print(f"memory of detoxify-onnx: {converted.megabytes:,.0f} MB (aim ≤ {AIM_MB:,.0f})")


def _can() -> bool:
    found = all(importlib.util.find_spec(name) for name in ("torch", "detoxify", "onnxscript"))
    if not found:
        print("Detoxify is not installed: `make detoxify` adds it")
    return found


def _true_size(models: Path, source: Path) -> str:
    """A store with a random checkpoint of XLM-RoBERTa base, converted too; its SHA-256."""
    digest = sha256_of(write_checkpoint(source, BASE))
    store = Store(models)
    import_folder(store, source, model=MODEL, sha256=digest)
    convert(store, MODEL, sha256=digest, say=lambda line: print(f"  {line}", flush=True))
    return digest
