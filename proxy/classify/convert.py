"""A checkpoint of Detoxify becomes a small, fast file: exported to ONNX, quantised to int8.

The weights of matrices and embeddings become 8-bit integers, one scale per column;
activations are quantised as they come (dynamic quantisation). Nothing is calibrated, so
no text is needed. The result is compared with the reference before it is kept.
"""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from proxy.classify.agreement import compare, require
from proxy.classify.checkpoint import load
from proxy.classify.detoxify import NAME as REFERENCE
from proxy.classify.detoxify import Detoxify, assemble
from proxy.classify.detoxify_onnx import INPUTS, MODEL_FILE, NAME, OUTPUT, DetoxifyOnnx
from proxy.models import Agreement, Manifest, ModelError, Record, Store
from proxy.models.contents import TOKENIZER
from proxy.models.digest import sha256_of
from proxy.models.supply import now

__all__ = ["convert"]

Say = Callable[[str], None]


def convert(
    store: Store, model: str, *, sha256: str = "", threads: int = 1, say: Say = lambda _: None
) -> Manifest:
    """Make detoxify-onnx of a model that is there for detoxify. Raises ModelError.

    Needs the packages of the extra; for XLM-RoBERTa base a minute or two, 5 GB of memory and
    1.5 GB of disk while it works. What was there before stays until the new one agrees.
    """
    manifest = store.manifest(REFERENCE, model)
    say("loading the checkpoint")
    reference = assemble(manifest, load(store, manifest, threads=threads, sha256=sha256))
    try:
        with store.staging(NAME, model) as staged:
            say("exporting it to ONNX")
            _export(reference, staged / "float.onnx")
            say("quantising it to int8")
            _quantise(staged / "float.onnx", staged / MODEL_FILE)
            (staged / TOKENIZER).write_text(reference.checkpoint.tokenizer, encoding="utf-8")
            made = _manifest(staged, manifest, reference)
            say("comparing its scores with the reference's")
            found = compare(reference, DetoxifyOnnx(staged, made, threads))
            say(_told(found))
            require(found)
            made = _with(made, found)
            store.install(made, staged)
    finally:
        store.remove_staging(NAME, model)
    return made


def _told(found: Agreement) -> str:
    return (
        f"agreement over {found.texts} texts: largest difference {found.largest:.4f}, "
        f"mean {found.mean:.5f}, {found.flips} scores on the other side of 0.5"
    )


def _export(reference: Detoxify, file: Path) -> None:
    """The network with its last step, probabilities of the named classes. Raises ModelError."""
    import torch  # noqa: PLC0415 - only where it is used

    checkpoint = reference.checkpoint
    kept = len(checkpoint.classes)

    class Scores(torch.nn.Module):  # type: ignore[misc] # its types may not be here
        """What `predict` does after the tokenizer."""

        def __init__(self) -> None:
            super().__init__()
            self.network = checkpoint.detoxify.model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            out = self.network(input_ids=input_ids, attention_mask=attention_mask)[0]
            return torch.sigmoid(out[:, :kept])

    batch = torch.export.Dim("batch", min=1, max=64)
    tokens = torch.export.Dim("tokens", min=2, max=checkpoint.limit)
    ids = torch.full((2, 16), 4)
    with _quiet():
        try:
            program = torch.onnx.export(
                Scores().eval(),
                (ids, torch.ones_like(ids)),
                dynamo=True,
                verbose=False,
                input_names=list(INPUTS),
                output_names=[OUTPUT],
                dynamic_shapes={name: {0: batch, 1: tokens} for name in INPUTS},
            )
            program.save(str(file), external_data=True)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the exporter meets
            problem = f"the network could not be exported ({type(error).__name__})"
            raise ModelError("broken", problem, "Go on with detoxify.") from None


def _quantise(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    with _quiet():
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True)


def _manifest(staged: Path, source: Manifest, reference: Detoxify) -> Manifest:
    return Manifest(
        classifier=NAME,
        model=source.model,
        languages=source.languages,
        licence=source.licence,
        files=tuple(_record(staged / name) for name in (MODEL_FILE, TOKENIZER)),
        recorded=now(),
        classes=reference.classes,
        limit=reference.checkpoint.limit,
        made_from=reference.checkpoint.sha256,
    )


def _record(file: Path) -> Record:
    return Record(
        name=file.name,
        bytes=file.stat().st_size,
        sha256=sha256_of(file),
        assurance="made-here",
    )


def _with(manifest: Manifest, found: Agreement) -> Manifest:
    import msgspec  # noqa: PLC0415 - only here

    return msgspec.structs.replace(manifest, agreement=found)


@contextlib.contextmanager
def _quiet() -> Iterator[Any]:
    """Without the exporters' chatter, which speaks to their developers."""
    before = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
