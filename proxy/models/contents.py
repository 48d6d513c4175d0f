"""What can be seen of model files without loading them: cut short, or not made for each other."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from proxy.models.assurance import CHECKPOINT
from proxy.models.errors import ModelError

__all__ = ["CONFIG", "TOKENIZER", "examine"]

CONFIG, TOKENIZER = "config.json", "tokenizer.json"
_AGAIN = "Fetch it again, or copy it again from its source."


def examine(folder: Path, names: list[str]) -> None:
    """Look into the files of a model. Raises ModelError("broken")."""
    for name in names:
        if name.endswith(CHECKPOINT) and not zipfile.is_zipfile(folder / name):
            # Its index stands at the end: what was cut short has none.
            raise ModelError("broken", f"{name} is cut short or no PyTorch checkpoint", _AGAIN)
    words = _vocabulary(folder / TOKENIZER)
    if CONFIG in names:
        wanted = _json(folder / CONFIG).get("vocab_size")
        if wanted != words:
            raise ModelError(
                "broken",
                f"{TOKENIZER} knows {words} tokens and {CONFIG} wants {wanted}",
                "Take both from the same source.",
            )


def _json(file: Path) -> dict[str, Any]:
    try:
        held = json.loads(file.read_bytes())
    except ValueError:
        held = None
    if not isinstance(held, dict):
        raise ModelError("broken", f"{file.name} is cut short or no JSON", _AGAIN)
    return held


def _vocabulary(file: Path) -> int:
    from tokenizers import Tokenizer  # noqa: PLC0415 - keeps `jauge --help` fast

    _json(file)
    try:
        return int(Tokenizer.from_file(str(file)).get_vocab_size())
    except Exception:  # noqa: BLE001 - the library raises bare Exception for every mistake
        raise ModelError("broken", f"{file.name} is no tokenizer", _AGAIN) from None
