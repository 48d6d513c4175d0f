"""Checkpoints in Detoxify's format with random weights: tiny ones for tests, true-sized for speed.

Speed depends on a network's size, not on what it has learnt.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

__all__ = ["BASE", "CLASSES", "TINY", "WORDS", "Size", "write_checkpoint", "write_tokenizer"]

CLASSES = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "identity_attack",
    "insult",
    "threat",
    "sexual_explicit",
)
"""As the multilingual checkpoint names its first seven outputs."""
OUTPUTS = 16
"""It has nine more, which `predict` drops."""
WORDS = ("le", "la", "ville", "bonjour", "merci", "the", "town", "hall", "thank", "you", "idiot")
_LETTERS = "abcdefghijklmnopqrstuvwxyzàâçéèêëîïôùûüœ0123456789.,;:!?'’-ABCDEFGHIJKLMNOPQRSTUVWXYZ"


_LIVELY = (("attention", 12.0), ("classifier", 10.0))
"""Parts of the names of weights, and what they are multiplied by."""


@dataclass(frozen=True, slots=True)
class Size:
    """The dimensions of an XLM-RoBERTa."""

    vocabulary: int
    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int


TINY = Size(vocabulary=400, hidden=32, layers=2, heads=4, inner=64, positions=130)
BASE = Size(vocabulary=250_002, hidden=768, layers=12, heads=12, inner=3072, positions=514)
"""XLM-RoBERTa base, as its published configuration states it."""


def config(size: Size) -> dict[str, Any]:
    """What config.json says of a network of that size."""
    return {
        "model_type": "xlm-roberta",
        "vocab_size": size.vocabulary,
        "hidden_size": size.hidden,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "intermediate_size": size.inner,
        "max_position_embeddings": size.positions,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-05,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }


def pieces(count: int) -> list[tuple[str, float]]:
    """A vocabulary of that many entries: special ones, letters, words, and made-up words."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    letters = ["▁", *_LETTERS]
    words = [f"▁{word}" for word in WORDS]
    known = [*special, *letters, *words]
    made_up = ("▁" + "".join(some) for some in product("bcdfgklmnprstvz", repeat=5))
    rest = [*islice(made_up, count - len(known) - 1), "<mask>"]
    scores = [0.0] * 4 + [-8.0] * len(letters) + [-3.0] * (count - 4 - len(letters))
    return list(zip([*known, *rest], scores, strict=True))


def write_tokenizer(file: Path, size: Size) -> None:
    """tokenizer.json, of XLM-RoBERTa's kind."""
    tokenizer = Tokenizer(Unigram(pieces(size.vocabulary), unk_id=3))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.save(str(file))


def write_checkpoint(
    folder: Path, size: Size, *, seed: int = 1, lively: bool = False, extra: object = None
) -> Path:
    """A folder with checkpoint, config.json and tokenizer.json; the checkpoint's path.

    `lively` enlarges some weights, so that scores differ between texts; as the library makes
    them, they all stay close to 0.5, whatever the text. `extra` goes into the file beside the
    weights, as training frameworks leave things there.
    """
    import torch  # noqa: PLC0415 - of an extra
    import transformers  # noqa: PLC0415

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config(size)), encoding="utf-8")
    write_tokenizer(folder / "tokenizer.json", size)
    network = transformers.XLMRobertaForSequenceClassification(
        transformers.XLMRobertaConfig(**config(size), num_labels=OUTPUTS)
    )
    weights = network.state_dict()
    for name, weight in weights.items():
        if lively and weight.dim() == 2:
            weights[name] = weight * next((by for part, by in _LIVELY if part in name), 1.0)
    arch = {
        "num_classes": OUTPUTS,
        "model_type": "xlm-roberta-base",
        "model_name": "XLMRobertaForSequenceClassification",
        "tokenizer_name": "XLMRobertaTokenizer",
    }
    held: dict[str, object] = {
        "config": {"arch": {"args": arch}, "dataset": {"args": {"classes": list(CLASSES)}}},
        "state_dict": weights,
    }
    if extra is not None:
        held["extra"] = extra
    file = folder / "whole.ckpt"
    torch.save(held, file)
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return file.rename(folder / f"random-{digest[:8]}.ckpt")
