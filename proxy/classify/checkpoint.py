"""Detoxify's checkpoints and its real package, without the network and without running code.

The stock loader fetches a configuration from a hub even when everything is local, and
unpickles with `weights_only=False`, which lets a file run what it likes. Here the file is
compared with its SHA-256, read with `weights_only=True`, and handed to Detoxify's own
`get_model_and_tokenizer` with a local folder in place of a name on the hub. Scoring is
Detoxify's own `predict`.
"""

from __future__ import annotations

import io
import json
import os
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proxy.models import ModelError, known
from proxy.models.assurance import CHECKPOINT, assure
from proxy.models.contents import CONFIG
from proxy.models.digest import sha256_of
from proxy.models.store import Manifest, Store

if TYPE_CHECKING:
    import torch

__all__ = ["Checkpoint", "load", "offline"]

_AGAIN = "Fetch or import it again."
_RENAMED = {
    "toxic": "toxicity",
    "identity_hate": "identity_attack",
    "severe_toxic": "severe_toxicity",
}
"""As Detoxify names the classes of its oldest model since October 2021 (its README)."""
_NETWORKS = {
    "AlbertForSequenceClassification": "AlbertTokenizer",
    "BertForSequenceClassification": "BertTokenizer",
    "RobertaForSequenceClassification": "RobertaTokenizer",
    "XLMRobertaForSequenceClassification": "XLMRobertaTokenizer",
}
"""Networks that Detoxify publishes, with their tokenizers: a file may name no other class."""
_NOT_STORED = ("position_ids", "token_type_ids")
"""Ends of the names of tensors that a network derives and a checkpoint may hold or not."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint in memory, ready to run."""

    detoxify: Any
    """A `detoxify.Detoxify`; its `predict` takes a list of texts."""
    classes: tuple[str, ...]
    """In the order of the network's first outputs."""
    limit: int
    """Tokens that the network reads at once, special ones included."""
    tokenizer: str
    """tokenizer.json as Detoxify's tokenizer would write it: that class rebuilds some steps by
    itself, so the file in the folder may read a text otherwise."""
    sha256: str


def offline() -> None:
    """Tell the libraries, before they are imported, to ask no server for anything."""
    told = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
    os.environ.update(dict.fromkeys(told, "1"))
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def load(
    store: Store, manifest: Manifest, *, device: str = "cpu", threads: int = 1, sha256: str = ""
) -> Checkpoint:
    """The network of a checkpoint. Raises ModelError.

    `sha256` is the configuration's: only a file with that digest may be read although it
    holds more than weights. Some ten seconds and, at the peak, twice the file's size in memory.
    """
    offline()
    try:
        import detoxify  # noqa: PLC0415 - hundreds of megabytes, only where they are used
        import torch  # noqa: PLC0415
        from transformers.utils import logging  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(
            "package",
            f"the package {error.name} is not installed",
            "Add it with `make detoxify`, or use detoxify-onnx, which does without.",
        ) from None
    record = manifest.record(CHECKPOINT)
    known_model = known.load().get(manifest.model)
    known_file = known_model.file(record.name) if known_model else None
    assure(record.name, record.sha256, known_file, sha256)
    folder = store.verify(manifest)
    held = _read(torch, folder / record.name, sha256)
    torch.set_num_threads(threads)
    logging.disable_progress_bar()
    _check_device(torch, device)
    model, tokenizer, classes = _build(folder, held)
    return Checkpoint(
        detoxify=_ready(detoxify.Detoxify, model, tokenizer, classes, device),
        classes=classes,
        limit=int(tokenizer.model_max_length),
        tokenizer=tokenizer.backend_tokenizer.to_str(),
        sha256=record.sha256,
    )


def _read(torch: Any, file: Path, sha256: str) -> dict[str, Any]:  # noqa: ANN401 - the module
    """What the file holds: weights and plain values, or more where its digest is configured."""
    with file.open("rb") as opened:
        content = io.BufferedReader(opened.raw)
        try:
            held = torch.load(content, map_location="cpu", weights_only=True)
        except Exception as error:  # noqa: BLE001 - whatever a damaged file provokes
            if not zipfile.is_zipfile(file):
                problem = f"{file.name} is cut short or no PyTorch checkpoint"
                raise ModelError("broken", problem, _AGAIN) from None
            held = _trusted(torch, content, file.name, sha256, error)
    if not isinstance(held, dict) or not {"config", "state_dict"} <= held.keys():
        raise ModelError("broken", f"{file.name} is no checkpoint of Detoxify", _AGAIN)
    return held


def _trusted(
    torch: Any,  # noqa: ANN401 - the module
    content: io.BufferedReader,
    name: str,
    sha256: str,
    error: Exception,
) -> Any:  # noqa: ANN401 - whatever it holds
    """A file with more than weights: refused unless the configuration vouches for it."""
    if not sha256:
        raise ModelError(
            "checksum",
            f"{name} holds more than weights and could run code ({type(error).__name__})",
            "If you trust it, set detoxify.sha256 to its full SHA-256.",
        ) from None
    if sha256_of(content) != sha256:
        raise ModelError("checksum", f"{name} has changed while it was read", _AGAIN) from None
    content.seek(0)
    try:
        return torch.load(content, map_location="cpu", weights_only=False)
    except Exception as second:  # noqa: BLE001 - whatever a damaged file provokes
        problem = f"{name} cannot be read ({type(second).__name__})"
        raise ModelError("broken", problem, _AGAIN) from None


def _check_device(torch: Any, device: str) -> None:  # noqa: ANN401 - the module
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ModelError(
            "package", "no GPU can be used here", "Set detoxify.device to cpu, or its driver up."
        )


def _build(folder: Path, held: dict[str, Any]) -> tuple[torch.nn.Module, Any, tuple[str, ...]]:
    """Network, tokenizer, classes, by Detoxify's own function with a local folder as the name."""
    from detoxify.detoxify import get_model_and_tokenizer  # noqa: PLC0415

    arch, classes = _described(held["config"])
    outputs = int(arch["num_classes"])
    limit = _limit(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # notes on what the libraries will do one day
        try:
            model, tokenizer = get_model_and_tokenizer(
                model_type=str(folder),
                model_name=arch["model_name"],
                tokenizer_name=arch["tokenizer_name"],
                num_classes=outputs,
                state_dict=held["state_dict"],
            )
        except Exception as error:  # noqa: BLE001 - whatever files that do not fit provoke
            problem = f"checkpoint and configuration do not fit ({type(error).__name__})"
            raise ModelError("broken", problem, _AGAIN) from None
    _check_weights(model, held["state_dict"])
    # Without it long texts crash the network.
    tokenizer.model_max_length = min(int(tokenizer.model_max_length), limit)
    return model, tokenizer, classes


def _described(config: Any) -> tuple[dict[str, Any], tuple[str, ...]]:  # noqa: ANN401
    """Architecture and class names, "toxicity" first. Raises ModelError."""
    try:
        arch = dict(config["arch"]["args"])
        names = config["dataset"]["args"].get("classes") or arch["classes"]
        classes = tuple(_RENAMED.get(name, str(name)) for name in names)
        known = _NETWORKS.get(arch["model_name"]) == arch["tokenizer_name"]
        enough = int(arch["num_classes"]) >= len(classes)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ModelError("broken", "the checkpoint does not say what it is", _AGAIN) from None
    if not known or not enough or classes[:1] != ("toxicity",):
        raise ModelError("broken", "the checkpoint is of a network that Detoxify has not", _AGAIN)
    return arch, classes


def _limit(folder: Path) -> int:
    """Tokens that fit: positions, less those that RoBERTa's kind reserves for padding."""
    config = json.loads((folder / CONFIG).read_bytes())
    reserved = 2 if "roberta" in config.get("model_type", "") else 0
    return int(config["max_position_embeddings"]) - reserved


def _check_weights(model: torch.nn.Module, stored: dict[str, torch.Tensor]) -> None:
    """Every weight must come from the file: the library makes up what it does not find."""
    import torch  # noqa: PLC0415

    made_up = [
        name
        for name, tensor in model.state_dict().items()
        if not name.endswith(_NOT_STORED)
        and not (name in stored and torch.equal(tensor, stored[name]))
    ]
    if made_up:
        problem = f"the checkpoint lacks {len(made_up)} weights of the network ({made_up[0]}, …)"
        raise ModelError("broken", problem, "Take checkpoint and configuration of one model.")


def _ready(
    kind: Any,  # noqa: ANN401 - detoxify.Detoxify
    model: torch.nn.Module,
    tokenizer: object,
    classes: tuple[str, ...],
    device: str,
) -> Any:  # noqa: ANN401 - a Detoxify
    """A Detoxify that holds what was loaded here; its __init__ would load by itself."""
    whole = kind.__new__(kind)
    whole.model, whole.tokenizer = model.to(device).eval(), tokenizer
    whole.class_names, whole.device = list(classes), device
    return whole
