"""The same checkpoint, converted once to int8 and run by ONNX Runtime, without PyTorch.

`jauge models convert` makes it (proxy.classify.convert).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from proxy.classify.classifier import Options, Window
from proxy.classify.modelfiles import missing
from proxy.classify.network import Network, load_tokenizer
from proxy.models import Manifest, ModelError, Store
from proxy.models.contents import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["MODEL_FILE", "NAME", "DetoxifyOnnx", "make", "session"]

NAME: Literal["detoxify-onnx"] = "detoxify-onnx"
MODEL_FILE = "model.onnx"
INPUTS, OUTPUT = ("input_ids", "attention_mask"), "scores"
_AGAIN = "Make it again with `jauge models convert`, or import it again."


class DetoxifyOnnx:
    """A converted checkpoint; scores differ from the reference's as its manifest says."""

    name: str = NAME

    def __init__(self, folder: Path, manifest: Manifest, threads: int = 1) -> None:
        """Raises ModelError where the files do not belong together."""
        record = manifest.record(".onnx")
        self.version = f"{manifest.model}-{record.sha256[:12]}"
        self.classes = manifest.classes
        self.languages = frozenset(manifest.languages)
        self._session = session(folder / record.name, threads)
        self._tokenizer = load_tokenizer((folder / TOKENIZER).read_text(encoding="utf-8"))
        self._padding = _padding(self._tokenizer)
        self._network = Network(self._tokenizer, manifest.limit, self.classes, self._predict)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the two that frame it."""
        return self._network.lengths(texts)

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        """By ONNX Runtime, in batches of similar length."""
        return self._network.score(windows)

    def close(self) -> None:
        """The memory is freed with the object."""

    def _predict(self, texts: list[str]) -> Any:  # noqa: ANN401 - an array, a row per text
        import numpy as np  # noqa: PLC0415 - only where it is used

        found = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]
        shape = (len(texts), max(map(len, found)))
        ids = np.full(shape, self._padding, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, tokens in enumerate(found):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (scores,) = self._session.run([OUTPUT], dict(zip(INPUTS, (ids, mask), strict=True)))
        return scores


def session(file: Path, threads: int) -> Any:  # noqa: ANN401 - ships no types
    """ONNX Runtime on the processor. Raises ModelError for a file that it does not take."""
    import onnxruntime  # noqa: PLC0415 - only where it is used

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors are raised; nothing is printed
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        made = onnxruntime.InferenceSession(str(file), options, ["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - the library has a dozen
        problem = f"{file.name} cannot be run ({type(error).__name__})"
        raise ModelError("broken", problem, _AGAIN) from None
    if {one.name for one in made.get_inputs()} != set(INPUTS) or (
        OUTPUT not in {one.name for one in made.get_outputs()}
    ):
        raise ModelError("broken", f"{file.name} is no converted Detoxify", _AGAIN)
    return made


def _padding(tokenizer: Tokenizer) -> int:
    """The number that fills up short rows; its attention is masked."""
    for token in ("<pad>", "[PAD]"):
        found = tokenizer.token_to_id(token)
        if found is not None:
            return int(found)
    return 0


def make(options: Options) -> DetoxifyOnnx:
    """The converted classifier. Raises MissingError."""
    store = Store(options.models)
    with missing():
        if options.device != "cpu":
            problem = "detoxify-onnx computes on the processor only"
            raise ModelError("usage", problem, "Set detoxify.device to cpu, or use detoxify.")
        manifest = store.manifest(NAME, options.model)
        if options.sha256 not in ("", manifest.made_from):
            problem = "the converted network was made from another checkpoint than detoxify.sha256"
            raise ModelError("checksum", problem, "Convert or import the right one.")
        return DetoxifyOnnx(store.verify(manifest), manifest, options.threads)
