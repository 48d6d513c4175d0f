"""Gender in English sentences, by rules over word lists; see docs/method/bias.md."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from proxy.bias.data import people
from proxy.bias.mention import Kind, Mention, Referent
from proxy.bias.nouns import Noun, Nouns, english_plural

__all__ = ["mentions"]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WOMAN = _set("she her hers herself mrs ms madam")
_MAN = _set("he him his himself mr")
_PRONOUNS = _set("she her hers herself he him his himself")
_ANYBODY = _set("a an any each every no whoever anyone everyone someone nobody")
_JOIN = _set("or and / , ( )")
_DETERMINERS = _set("a an the this that our their his her my your each every any of as no some")
_NO_NAMES = _set(
    "i monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december"
)
_PAIRS = frozenset(
    {("he", "she"), ("him", "her"), ("his", "her"), ("his", "hers"), ("himself", "herself")}
    | {("s", "he"), ("mr", "mrs"), ("mr", "ms"), ("sir", "madam")}
)


@cache
def _nouns() -> Nouns:
    return Nouns(people("en"), english_plural)


def mentions(tokens: list[str], low: list[str], before: Referent) -> list[Mention]:
    """The mentions of one sentence. `low`: its tokens in lower case."""
    del before  # an English pronoun tells its gender itself
    plain = [word.rstrip("'") for word in low]
    nouns = [(at, noun) for at, noun in _nouns().find(plain) if _counts(plain, at, noun)]
    found, taken = _paired(plain, nouns)
    marked = [
        Mention(kind, at, at + 1, form="f" if kind == "women" else "m")
        for at, word in enumerate(plain)
        if at not in taken and (kind := _pronoun_kind(tokens, at, word))
    ]
    marked += [_marked(at, noun) for at, noun in nouns if at not in taken and _is_marked(noun)]
    if _for_anybody(tokens, plain, nouns, marked):
        marked = [one._replace(kind="generic") for one in marked]
    found += marked
    kinds = {one.kind for one in found} & {"women", "men"}
    rest = [one for one in nouns if one[0] not in taken and not _is_marked(one[1])]
    return found + [_resolved(at, noun, kinds) for at, noun in rest]


def _pronoun_kind(tokens: list[str], at: int, word: str) -> Kind | None:
    if word in _WOMAN:
        return "women"
    if word in _MAN:
        return "men"
    named = at + 1 < len(tokens) and tokens[at + 1][0].isupper() and tokens[at][0].isupper()
    if named and word in {"miss", "sir"}:
        return "women" if word == "miss" else "men"
    return None


def _is_marked(noun: Noun) -> bool:
    return noun.sense == "sexed" or (noun.sense == "occupation" and noun.gender == "f")


def _marked(at: int, noun: Noun) -> Mention:
    woman = noun.gender == "f"
    kind: Kind = "women" if woman else "men"
    return Mention(kind, at, at + len(noun.form), noun.family, "f" if woman else "m")


def _counts(low: list[str], at: int, noun: Noun) -> bool:
    return not noun.strict or noun.plural or (at > 0 and low[at - 1] in _DETERMINERS)


def _paired(low: list[str], nouns: list[tuple[int, Noun]]) -> tuple[list[Mention], set[int]]:
    """Mentions of both genders at once, and the places that they take."""
    found: list[Mention] = []
    taken: set[int] = set()
    for at in range(len(low)):
        for other in (at + 2, at + 3):
            if _are_a_pair(low, at, other) and not {at, other} & taken:
                found.append(Mention("paired", at, other + 1))
                taken |= {at, other}
    for (one, first), (two, second) in pairwise(nouns):
        gap = set(low[one + len(first.form) : two])
        opposed = first.lemma == second.lemma and first.gender != second.gender
        if opposed and gap & _JOIN and gap <= _JOIN | {"the"}:
            found.append(Mention("paired", one, two + len(second.form)))
            taken |= {one, two}
    return found, taken


def _are_a_pair(low: list[str], at: int, other: int) -> bool:
    """Whether "he" and "she", or "Mr." and "Mrs.", are joined."""
    if other >= len(low):
        return False
    gap = set(low[at + 1 : other]) - {"."}
    both = (low[at], low[other])
    return bool(gap & _JOIN) and gap <= _JOIN and (both in _PAIRS or both[::-1] in _PAIRS)


def _for_anybody(
    tokens: list[str], low: list[str], nouns: list[tuple[int, Noun]], marked: list[Mention]
) -> bool:
    """Whether "he" stands for anybody: "each employee must sign his form"."""
    if not marked or any(one.kind != "men" for one in marked):
        return False
    if any(low[one.start] not in _PRONOUNS for one in marked):
        return False
    if any(word[0].isupper() for word in tokens[1:] if word.lower() not in _NO_NAMES):
        return False
    open_to_all = any(
        not noun.plural
        and noun.sense in {"epicene", "occupation"}
        and at < marked[0].start
        and _ANYBODY & set(low[max(0, at - 2) : at])
        for at, noun in nouns
    )
    return open_to_all or bool(low and low[0] in {"anyone", "everyone", "whoever", "someone"})


def _resolved(at: int, noun: Noun, kinds: set[Kind]) -> Mention:
    """The mention that a noun is which marks no gender itself. `kinds`: of the sentence."""
    end = at + len(noun.form)
    if noun.sense == "generic":
        return Mention("men" if kinds == {"men"} else "generic", at, end, form="m")
    if noun.sense != "occupation":
        return Mention("epicene", at, end)
    if len(kinds) != 1:
        return Mention("epicene", at, end, noun.family)
    return Mention("epicene", at, end, noun.family, "f" if "women" in kinds else "m")
