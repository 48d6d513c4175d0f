"""Sentences cut to what a classifier takes at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["MOST_TOKENS", "Lengths", "windows"]

MOST_TOKENS = 128
"""Tokens of a window."""
MOST_CHARS = 2_000
"""Characters of a window: no language needs so many for 128 tokens, so what is longer is
cut before any tokenizer sees it (one line of a megabyte, base64)."""

Lengths = Callable[[Sequence[str]], list[int]]
"""Tokens of each text."""


def windows(sentences: Sequence[str], lengths: Lengths) -> list[list[tuple[str, int]]]:
    """For each sentence its windows, in order, with their tokens.

    A sentence of more than `MOST_TOKENS` is cut in two at the space nearest its middle,
    and its halves again, so that no part is left out and none is tiny.
    """
    found: list[list[tuple[str, int]]] = [[] for _ in sentences]
    waiting = [(index, part) for index, text in enumerate(sentences) for part in _by_chars(text)]
    while waiting:
        counts = lengths([text for _, text in waiting])
        cut: list[tuple[int, str]] = []
        for (index, text), tokens in zip(waiting, counts, strict=True):
            if tokens <= MOST_TOKENS or len(text) < 2:
                found[index].append((text, tokens))
            else:
                cut += ((index, half) for half in _halves(text))
        waiting = cut
    return found


def _by_chars(text: str) -> list[str]:
    parts = [text]
    while any(len(part) > MOST_CHARS for part in parts):
        parts = [
            half for part in parts for half in (_halves(part) if len(part) > MOST_CHARS else [part])
        ]
    return parts


def _halves(text: str) -> list[str]:
    middle = len(text) // 2
    before, after = text.rfind(" ", 1, middle), text.find(" ", middle, len(text) - 1)
    spaces = [at for at in (before, after) if at > 0]
    at = min(spaces, key=lambda one: abs(one - middle)) if spaces else middle
    return [half for half in (text[:at].strip(), text[at:].strip()) if half]
