"""The sentences of a text, without what is no prose."""

from __future__ import annotations

import re

__all__ = ["prose", "sentences"]

_NOT_PROSE = re.compile(
    r"```.*?(?:```|\Z)"  # code blocks; one that is never closed reaches to the end
    r"|~~~.*?(?:~~~|\Z)"
    r"|`[^`\n]*`"  # code in a line
    r"|<(script|style)\b.*?(?:</\1>|\Z)"
    r"|\b(?:https?|ftp)://\S+|\bwww\.\S+"  # addresses
    r"|【[^】\n]{0,200}】|\[\^?\d{1,3}\]|\ue200.{0,500}?\ue201",  # citation marks of services
    re.DOTALL | re.IGNORECASE,
)
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\([^)\n]{0,2000}\)")
"""A Markdown link: its words stay, its address goes. Bounded, like the marks above: a megabyte
of opening brackets must not be looked through once per bracket."""
_END = re.compile(r"(?<=[.!?…])\s*[\"'”»)\]]*\s+|[\n\r]+")
_LETTER = re.compile(r"[^\W\d_]")


def prose(text: str) -> str:
    """The text without code blocks, addresses and citation marks."""
    return _NOT_PROSE.sub(" ", _LINK.sub(r"\1", text))


def sentences(text: str) -> list[str]:
    """The sentences and lines of a prose that hold at least one letter."""
    pieces = map(str.strip, _END.split(text))
    return [piece for piece in pieces if _LETTER.search(piece)]
