"""Typography for texts that are written with plain spaces.

Catalogues are typed on ordinary keyboards; the spaces that must not break are put in here:
between a number and its unit in both languages, in French narrow before ; : ! ? and within
« », and after n°; and an apostrophe that is one.
"""

from __future__ import annotations

import re

from proxy.texts.numbers import NARROW, NO_BREAK, Lang

__all__ = ["typeset"]

_BEFORE = re.compile(r"[ \u00a0\u202f]+(?=[;:!?»%](?:\W|$))")
_AFTER = re.compile(r"«[ \u00a0\u202f]*")
_CLOSING = re.compile(r"[ \u00a0\u202f]*»")
_UNIT = re.compile(r"(?<=\d) (?=(?:[mkMG]?Wh|mL|L|m³|[kMGT]J|(?:[mk]?g|t)\u00a0CO₂e|kB|ko)\b)")
_NUMERO = re.compile(r"(?<=\bn°) ")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def typeset(text: str, lang: Lang) -> str:
    """The text as a typesetter of that language would space it."""
    text = _UNIT.sub(NO_BREAK, _APOSTROPHE.sub("\u2019", text))
    if lang == "en":
        return text
    text = _NUMERO.sub(NO_BREAK, _BEFORE.sub(NARROW, text))
    text = _AFTER.sub(f"«{NARROW}", text)
    return _CLOSING.sub(f"{NARROW}»", text)
