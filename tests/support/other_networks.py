"""Tiny checkpoints of the kinds behind Detoxify's English models: BERT and RoBERTa."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from bench.random_network import WORDS

__all__ = ["KINDS", "write_other"]

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHAPE = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
}


def _bert() -> tuple[dict[str, Any], Tokenizer]:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = [*special, *LETTERS, *(f"##{letter}" for letter in LETTERS), *WORDS, ".", "!", ","]
    vocabulary = {word: place for place, word in enumerate(dict.fromkeys(words))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(special)
    return {"model_type": "bert", "max_position_embeddings": 128, "pad_token_id": 0}, tokenizer


def _roberta() -> tuple[dict[str, Any], Tokenizer]:
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    words = [*special, *sorted(pre_tokenizers.ByteLevel.alphabet()), "<mask>"]
    vocabulary = {word: place for place, word in enumerate(words)}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([*special, "<mask>"])
    described = {"model_type": "roberta", "max_position_embeddings": 130, "type_vocab_size": 1}
    return described | {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}, tokenizer


KINDS: Mapping[str, Callable[[], tuple[dict[str, Any], Tokenizer]]] = {
    "Bert": _bert,
    "Roberta": _roberta,
}
"""Beginning of the names of network and tokenizer in the Transformers library."""


def write_other(folder: Path, kind: str) -> Path:
    """A folder with checkpoint, config.json and tokenizer.json; the checkpoint's path."""
    import torch
    import transformers

    torch.manual_seed(1)
    folder.mkdir(parents=True)
    described, tokenizer = KINDS[kind]()
    config = SHAPE | described | {"vocab_size": tokenizer.get_vocab_size()}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    tokenizer.save(str(folder / "tokenizer.json"))
    made = getattr(transformers, f"{kind}Config")(**config, num_labels=6)
    network = getattr(transformers, f"{kind}ForSequenceClassification")(made)
    classes = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
    arch = {
        "num_classes": 6,
        "model_type": "somewhere-on-a-hub",
        "model_name": f"{kind}ForSequenceClassification",
        "tokenizer_name": f"{kind}Tokenizer",
    }
    told = {"arch": {"args": arch}, "dataset": {"args": {"classes": classes}}}
    file = folder / "other.ckpt"
    torch.save({"config": told, "state_dict": network.state_dict()}, file)
    return file
