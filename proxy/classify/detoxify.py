"""Detoxify as its makers run it, by PyTorch: the reference, and the one that can use a GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from proxy.classify.checkpoint import Checkpoint, load
from proxy.classify.classifier import Options, Window
from proxy.classify.modelfiles import missing
from proxy.classify.network import Network, load_tokenizer
from proxy.models import Manifest, Store

__all__ = ["Detoxify", "make"]

NAME = "detoxify"


class Detoxify:
    """A checkpoint of Detoxify; scores are its own, in each class that it names."""

    name: str = NAME

    def __init__(self, manifest: Manifest, checkpoint: Checkpoint, network: Network) -> None:
        self.version = f"{manifest.model}-{checkpoint.sha256[:12]}"
        self.classes = checkpoint.classes
        self.languages = frozenset(manifest.languages)
        self.checkpoint = checkpoint
        self._network = network

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the two that frame it."""
        return self._network.lengths(texts)

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        """By Detoxify's `predict`, in batches of similar length."""
        return self._network.score(windows)

    def close(self) -> None:
        """The memory is freed with the object."""


def make(options: Options) -> Detoxify:
    """The reference classifier. Raises MissingError: files, packages or a GPU."""
    store = Store(options.models)
    with missing():
        manifest = store.manifest(NAME, options.model)
        checkpoint = load(
            store,
            manifest,
            device=options.device,
            threads=options.threads,
            sha256=options.sha256,
        )
        return assemble(manifest, checkpoint)


def assemble(manifest: Manifest, checkpoint: Checkpoint) -> Detoxify:
    """The classifier around a loaded checkpoint."""
    tokenizer = load_tokenizer(checkpoint.tokenizer)
    network = Network(tokenizer, checkpoint.limit, checkpoint.classes, _predictor(checkpoint))
    return Detoxify(manifest, checkpoint, network)


class _predictor:  # noqa: N801 - a function with a memory
    """Detoxify's `predict`, a row per text in place of a list per class."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint

    def __call__(self, texts: list[str]) -> list[list[float]]:
        found = self._checkpoint.detoxify.predict(texts)
        columns = [found[name] for name in self._checkpoint.classes]
        if len(texts) == 1:  # a list of one text gives numbers, not lists
            return [columns]
        return [list(row) for row in zip(*columns, strict=True)]
