"""Both forms at once in French: doublets, points, and determiners that come in two."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple

from proxy.bias.mention import Mention
from proxy.bias.nouns import Noun

__all__ = ["Candidate", "Gender", "paired", "suffix"]

Gender = Literal["m", "f", "c"]


class Candidate(NamedTuple):
    """A noun that stands for people, and where."""

    at: int
    noun: Noun

    @property
    def end(self) -> int:
        """The word after the last."""
        return self.at + len(self.noun.form)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_JOIN = _set("et ou / ( ·")
_BETWEEN = _set("et ou / ( ) les la le l' des aux un une de d' , - du au à nos vos leurs ces")
_SUFFIXES = _set(
    "e es ne nes le les re ère ères ière ières trice trices rice rices euse euses se ses ve te "
    "tes sse esse sses esses"
)
_ENDINGS = _set("· • . - ) s")
_SEPARATORS = _set("· • . ( - /")
_BETWEEN_TITLES = _set(", et ou / .")
_PAIRS: dict[str, str] = {
    one: other
    for a, b in (
        ("celles", "ceux"),
        ("celle", "celui"),
        ("toutes", "tous"),
        ("chacune", "chacun"),
        ("elle", "il"),
        ("elles", "ils"),
        ("femmes", "hommes"),
    )
    for one, other in ((a, b), (b, a))
}
_POINTED = _set("tou tous chacun celui ceux certain certains il")
_DETERMINER_PAIRS = frozenset(
    {("un", "une"), ("une", "un"), ("le", "la"), ("la", "le"), ("ce", "cette"), ("cette", "ce")}
    | {("son", "sa"), ("sa", "son"), ("du", "la"), ("au", "la"), ("tout", "toute")}
    | {("toute", "tout"), ("la", "du"), ("la", "au"), ("celui", "celle"), ("du", "de")}
    | {("chers", "chères"), ("chères", "chers"), ("cher", "chère"), ("chère", "cher")}
)


def suffix(low: list[str], at: int) -> int:
    """How many tokens of a feminine ending begin at `at`: four in "agent·e·s" after the noun."""
    if at + 1 >= len(low) or low[at] not in _SEPARATORS or low[at + 1] not in _SUFFIXES:
        return 0
    size = 2
    while at + size < len(low) and low[at + size] in _ENDINGS:
        if low[at + size] in {".", "-"} and low[at + size + 1 : at + size + 2] != ["s"]:
            break
        size += 1
    return size


class _Pairs:
    """Mentions in both forms, and the places that they take."""

    def __init__(self) -> None:
        self.found: list[Mention] = []
        self.taken: set[int] = set()

    def take(self, start: int, end: int, family: str, *places: int) -> None:
        self.found.append(Mention("paired", start, end, family))
        self.taken.update(places)


def paired(
    low: list[str], candidates: list[Candidate], titles: dict[int, Gender]
) -> tuple[list[Mention], set[int]]:
    """Mentions in both forms, and the places that they take. `titles`: place to gender."""
    pairs = _Pairs()
    _with_endings(low, candidates, pairs)
    _doublets(low, candidates, pairs)
    _titles(low, titles, pairs)
    _pronouns(low, pairs)
    return pairs.found, pairs.taken


def _with_endings(low: list[str], candidates: list[Candidate], pairs: _Pairs) -> None:
    for one in candidates:
        size = suffix(low, one.end) if one.noun.gender != "f" else 0
        if size:
            pairs.take(one.at, one.end + size, one.noun.family, one.at)
        elif _two_determiners(low, one.at):
            pairs.take(one.at - 3, one.end, one.noun.family, one.at)


def _two_determiners(low: list[str], at: int) -> bool:
    """Whether a noun has both: "le ou la maire", "un/une élève"."""
    if at < 3 or low[at - 2] not in _JOIN:
        return False
    return (low[at - 3], low[at - 1]) in _DETERMINER_PAIRS


def _doublets(low: list[str], candidates: list[Candidate], pairs: _Pairs) -> None:
    for one, two in pairwise(candidates):
        if {one.at, two.at} & pairs.taken or one.noun.lemma != two.noun.lemma:
            continue
        if {one.noun.gender, two.noun.gender} == {"m", "f"} and _joined(low[one.end : two.at]):
            pairs.take(one.at, two.end, one.noun.family, one.at, two.at)


def _joined(gap: list[str]) -> bool:
    return 0 < len(gap) <= 4 and set(gap) <= _BETWEEN and bool(_JOIN & set(gap))


def _titles(low: list[str], titles: dict[int, Gender], pairs: _Pairs) -> None:
    for first, second in pairwise(sorted(titles)):
        gap = low[first + 1 : second]
        if titles[first] != titles[second] and gap and set(gap) <= _BETWEEN_TITLES:
            pairs.take(first, second + 1, "", first, second)


def _pronouns(low: list[str], pairs: _Pairs) -> None:
    for at, word in enumerate(low):
        if at in pairs.taken:
            continue
        if word in _PAIRS:
            if (
                low[at + 1 : at + 2]
                and low[at + 1] in _JOIN
                and low[at + 2 : at + 3] == [_PAIRS[word]]
            ):
                pairs.take(at, at + 3, "", at, at + 2)
        elif word in _POINTED and suffix(low, at + 1) and low[at + 1] != "-":
            pairs.take(at, at + 1 + suffix(low, at + 1), "", at)
        elif word in {"iel", "iels"}:
            pairs.take(at, at + 1, "", at)
