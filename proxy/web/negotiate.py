"""Which language a browser asks for (Accept-Language, RFC 9110, section 12.5.4)."""

from __future__ import annotations

import contextlib

from proxy.texts import LANGS, Lang

__all__ = ["language"]

_USUAL: Lang = "fr"
"""For who asks for neither: the town halls are French."""


def language(header: str) -> Lang:
    """The language of ours that the header prefers; the first one named where two are equal."""
    best: Lang = _USUAL
    weight = 0.0
    for part in header.split(","):
        tag, _, parameters = part.partition(";")
        wanted = next((lang for lang in LANGS if _is(tag.strip().lower(), lang)), None)
        if wanted is not None and (found := _weight(parameters)) > weight:
            best, weight = wanted, found
    return best


def _is(tag: str, lang: Lang) -> bool:
    return tag == lang or tag.startswith(f"{lang}-")


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() == "q":
        with contextlib.suppress(ValueError):
            return min(1.0, max(0.0, float(value)))
        return 0.0
    return 1.0
