"""Character n-grams of texts as numbers: what the embedded classifier's weights stand for.

All windows of a batch are joined into one array of character codes, so that NumPy hashes
every n-gram of every window in a handful of passes. A bucket of the hash is what a weight
is learned for; different n-grams may share one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["BITS", "DAMPING", "SIZES", "grams", "plain", "sums"]

BITS = 20
"""Buckets: 2 ** BITS."""
SIZES = (3, 4, 5)
"""Characters of an n-gram, spaces included; all sizes share the buckets."""
DAMPING = 5.0
"""Added to the number of n-grams before its root is taken: a text of three letters must not
weigh per n-gram as its shortness would have it."""

_REPEATED = re.compile(r"(.)\1{2,}")
_DIGITS = re.compile(r"\d+")
_SPELT = re.compile(r"\b[^\W\d_](?:[ .*_-][^\W\d_]\b){3,}")
_SPACES = re.compile(r"\s+")

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(29)

type Numbers = npt.NDArray[np.int64]


def plain(text: str) -> str:
    """A text without case, accents, figures, stretched letters and spelt-out words.

    "Connaaard" becomes "connaard", "c.o.n.n.a.r.d" becomes "connard".
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(char for char in decomposed if not unicodedata.combining(char))
    text = _REPEATED.sub(r"\1\1", text.replace("œ", "oe").replace("æ", "ae").replace("’", "'"))
    text = _SPELT.sub(lambda match: match.group()[::2], text)
    return _SPACES.sub(" ", _DIGITS.sub("0", text)).strip()


def grams(texts: Sequence[str]) -> Iterator[tuple[Numbers, Numbers]]:
    """For each size, the bucket of every n-gram and the position of the text it is in.

    `texts` are plain ones.
    """
    padded = [f" {text} " for text in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32)
    owner = np.repeat(np.arange(len(padded)), [len(text) for text in padded])
    hashes = codes.astype(np.uint64)
    for size in range(2, max(SIZES) + 1):
        hashes = hashes[:-1] * _MULTIPLIER + codes[size - 1 :]
        if size in SIZES:
            whole = owner[: len(hashes)] == owner[size - 1 :]
            inside = hashes[whole]
            mixed = (inside ^ (inside >> _SHIFT)) * _MIX
            buckets = (mixed >> np.uint64(64 - BITS)).astype(np.int64)
            yield buckets, owner[: len(hashes)][whole]


def sums(texts: Sequence[str], weights: npt.NDArray[np.int8]) -> npt.NDArray[np.float64]:
    """For each plain text, the sum of its n-grams' weights over the root of their number."""
    total = np.zeros(len(texts))
    number = np.full(len(texts), DAMPING)
    for buckets, owner in grams(texts):
        total += np.bincount(owner, weights[buckets], len(texts))
        number += np.bincount(owner, minlength=len(texts))
    return np.asarray(total / np.sqrt(number))
