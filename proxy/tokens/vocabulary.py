"""Vocabularies of installed packages, loaded when first needed, checked, and used in pieces.

The file's content must have the hash that the configuration states, so that a package
cannot change what is counted. Neither package is imported: only its data file is read.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import tiktoken

from proxy.tokens.families import Vocabulary

__all__ = ["LONGEST_COUNT", "PIECE", "VocabularyError", "count", "load", "pieces"]

PIECE = 8192
"""Characters encoded at once. An encoder's time grows faster than the length of a run
without spaces, and its memory with the length of the text."""

LONGEST_COUNT = 2_000_000
"""Characters counted of one text; of a longer one this many, evenly spread, stand for all."""

log = logging.getLogger(__name__)


class VocabularyError(ValueError):
    """A vocabulary that is not installed, or is not the one that was measured."""


class _Token(msgspec.Struct):
    rank: int
    token_bytes: bytes


class _TekkenConfig(msgspec.Struct):
    pattern: str
    default_vocab_size: int
    default_num_special_tokens: int


class _Tekken(msgspec.Struct):
    """Mistral's file: a pattern, and tokens of which the special ones take the first ids."""

    config: _TekkenConfig
    vocab: list[_Token]


def _read_tiktoken(content: bytes) -> tuple[str, dict[bytes, int]]:
    """OpenAI's file: one line per token, its bytes in base64 and its rank."""
    lines = (line.split() for line in content.splitlines() if line)
    return "", {base64.b64decode(token): int(rank) for token, rank in lines}


def _read_tekken(content: bytes) -> tuple[str, dict[bytes, int]]:
    held = msgspec.json.decode(content, type=_Tekken)
    size = held.config.default_vocab_size - held.config.default_num_special_tokens
    return held.config.pattern, {token.token_bytes: token.rank for token in held.vocab[:size]}


_READERS: dict[str, Callable[[bytes], tuple[str, dict[bytes, int]]]] = {
    ".tiktoken.gz": _read_tiktoken,
    ".json": _read_tekken,
}


def load(name: str, vocabulary: Vocabulary) -> tiktoken.Encoding:
    """The encoder of a vocabulary. Raises VocabularyError. Takes about half a second."""
    content = _content(vocabulary)
    if hashlib.sha256(content).hexdigest() != vocabulary.sha256:
        raise VocabularyError(f"{name}: the file in {vocabulary.package} is not the one expected")
    read = next((r for end, r in _READERS.items() if vocabulary.file.endswith(end)), None)
    if read is None:
        raise VocabularyError(f"{name}: no reader for {vocabulary.file}")
    pattern, ranks = read(content)
    return tiktoken.Encoding(
        name,
        pat_str="|".join(vocabulary.pattern) or pattern,
        mergeable_ranks=ranks,
        special_tokens={},
    )


def _content(vocabulary: Vocabulary) -> bytes:
    spec = importlib.util.find_spec(vocabulary.package)
    folders = spec.submodule_search_locations if spec else None
    if not folders:
        raise VocabularyError(f"the package {vocabulary.package} is not installed")
    try:
        data = (Path(folders[0]) / vocabulary.file).read_bytes()
        return gzip.decompress(data) if vocabulary.file.endswith(".gz") else data
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise VocabularyError(f"{vocabulary.package}: no readable {vocabulary.file}") from error


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    """The text in pieces of at most `size` characters, cut before white space where there is any.

    Encoders put a space to the word after it, so such a cut changes no token but those of
    runs of white space.
    """
    start = 0
    while len(text) - start > size:
        end = start + size
        cut = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
        if cut <= start:
            cut = end
        yield text[start:cut]
        start = cut
    yield text[start:]


def count(encoding: tiktoken.Encoding, text: str) -> int:
    """Tokens of a text; of a very long one extrapolated from evenly spread pieces."""
    if len(text) <= PIECE:
        return len(encoding.encode_ordinary(text))
    if len(text) <= LONGEST_COUNT:
        return sum(len(encoding.encode_ordinary(piece)) for piece in pieces(text))
    step = len(text) * PIECE // LONGEST_COUNT
    parts = [text[at : at + PIECE] for at in range(0, len(text) - PIECE, step)]
    counted = sum(len(encoding.encode_ordinary(part)) for part in parts)
    return round(counted * len(text) / sum(map(len, parts)))
