"""What a sentence says of people's gender: one mention after the other."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Kind", "Mention", "Referent", "referent_of"]

Kind = Literal["women", "men", "generic", "paired", "epicene"]
"""women, men: a word marked for that gender stands for somebody. generic: a masculine form
for nobody in particular, meant for all ("les agents"). paired: both forms ("les agentes et
agents", "agent·es"). epicene: one form for all ("les élèves", "le personnel")."""

Referent = Literal["f", "m", ""]
"""Whom the pronouns of the next sentence go on with."""


class Mention(NamedTuple):
    """One mention. Of words, never of a person: no name is looked at to tell a gender."""

    kind: Kind
    start: int
    """First word, counted in the tokens of the sentence."""
    end: int
    """The word after the last."""
    family: str = ""
    """Of occupations, where it is one."""
    form: Literal["f", "m", "n"] = "n"
    """The form of the word: feminine, masculine, or neither."""
    title: Literal["feminised", "not_feminised", ""] = ""
    """Whether a trade or an office that a woman holds has its feminine form."""


def referent_of(found: list[Mention]) -> Referent:
    """Whom a sentence spoke of, where it spoke of women only or of men only."""
    kinds = {mention.kind for mention in found}
    if "women" in kinds and "men" not in kinds:
        return "f"
    return "m" if "men" in kinds and "women" not in kinds else ""
