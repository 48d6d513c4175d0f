"""French typography for texts that are written with plain spaces.

Catalogues are typed on ordinary keyboards; the spaces that must not break are put in here:
narrow before ; : ! ? and within « », and an apostrophe that is one.
"""

from __future__ import annotations

import re

from proxy.texts.numbers import NARROW, Lang

__all__ = ["typeset"]

_BEFORE = re.compile(r"[ \u00a0\u202f]+(?=[;:!?»%](?:\W|$))")
_AFTER = re.compile(r"«[ \u00a0\u202f]*")
_CLOSING = re.compile(r"[ \u00a0\u202f]*»")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def typeset(text: str, lang: Lang) -> str:
    """The text as a typesetter of that language would space it."""
    text = _APOSTROPHE.sub("\u2019", text)
    if lang == "en":
        return text
    text = _BEFORE.sub(NARROW, text)
    text = _AFTER.sub(f"«{NARROW}", text)
    return _CLOSING.sub(f"{NARROW}»", text)
