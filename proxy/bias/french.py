"""Gender in French sentences, by rules over word lists.

What the rules take for what, with examples, is in docs/method/bias.fr.md. They read words,
not people: a first name tells them nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from proxy.bias.data import people
from proxy.bias.french_pairs import Candidate, Gender, paired, suffix
from proxy.bias.mention import Mention, Referent
from proxy.bias.nouns import Noun, Nouns, french_plural

__all__ = ["mentions"]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MASCULINE = _set("le un du au ce cet tout quel aucun certain mon ton son notre votre leur")
_FEMININE = _set("la une cette ma ta sa toute quelle aucune certaine")
_COMMON = _set(
    "l' les des d' de aux ces mes tes ses nos vos leurs leur notre votre chaque quelques "
    "plusieurs certains certaines quels quelles deux trois quatre cinq six sept huit neuf dix "
    "cent mille aucuns qu' par pour entre comme tous toutes et ou"
)
_PLURAL = _set(
    "les des aux ces mes tes ses nos vos leurs quelques plusieurs certains certaines deux trois "
    "quatre cinq six sept huit neuf dix"
)
_BEFORE = _set(
    "jeune jeunes nouveau nouvel nouvelle nouveaux nouvelles ancien ancienne anciens anciennes "
    "futur future futurs futures premier première premiers premières autre autres bon bonne bons "
    "bonnes meilleur meilleure meilleurs grand grande grands petit petite petits vieux vieille "
    "seul seule simple simples excellent excellente excellents nombreux nombreuses principaux "
    "différents différentes même mêmes cher chère chers chères propre propres"
)
_WOMAN = _set("mme madame mesdames mmes mademoiselle mlle")
_MAN = _set("monsieur messieurs mm mr")
_TO_BE = _set("est était sera devient fut reste serait devenue")
_NAMED = _set("nommée élue recrutée devenue promue embauchée désignée comme")
_IMPERSONAL = _set(
    "faut fallait faudra faudrait y agit convient existe importe suffit semble paraît pleut "
    "conviendrait conviendra va vaut manque"
)
_IT_IS = _set(
    "important possible nécessaire essentiel recommandé conseillé préférable impossible utile "
    "temps vrai interdit obligatoire prévu clair souhaitable indispensable rare fréquent "
    "difficile facile crucial primordial demandé proposé permis donc également aussi toujours "
    "souvent parfois inutile question rappelé précisé"
)


class _Sentence(NamedTuple):
    tokens: list[str]
    low: list[str]
    """In lower case."""
    titles: dict[int, Gender]
    """Place of each title to its gender."""
    sirs: bool
    """Whether one of them is a man's."""


@cache
def _nouns() -> Nouns:
    return Nouns(people("fr"), french_plural)


def mentions(tokens: list[str], low: list[str], before: Referent) -> list[Mention]:
    """The mentions of one sentence. `low`: its tokens in lower case."""
    titles = dict(_titles(tokens, low))
    sentence = _Sentence(tokens, low, titles, sirs="m" in titles.values())
    candidates = _people(low)
    found, taken = paired(low, candidates, titles)
    for at, noun in candidates:
        if at not in taken:
            found.append(_resolved(sentence, at, noun))
    merged = {at for at, _ in candidates for at in (at - 1, at - 2) if _is_title_of(low, at)}
    found += [
        Mention("women" if gender == "f" else "men", at, at + 1)
        for at, gender in titles.items()
        if at not in taken and at not in merged
    ]
    return found + _pronouns(low, found, taken, before)


def _is_title_of(low: list[str], at: int) -> bool:
    """Whether a title stands there with its office right behind: "Madame la maire"."""
    return at >= 0 and low[at] in _WOMAN | _MAN and low[at + 1] in {"la", "le", "l'"}


def _titles(tokens: list[str], low: list[str]) -> Iterator[tuple[int, Gender]]:
    for at, word in enumerate(low):
        if word in _WOMAN:
            yield at, "f"
        elif word in _MAN or (tokens[at] == "M" and _before_a_name(tokens, at + 1)):
            yield at, "m"


def _before_a_name(tokens: list[str], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at] == "." and tokens[at + 1][0].isupper()


# Which words count ------------------------------------------------------------------------


def _determiner(low: list[str], at: int) -> tuple[str, int]:
    """The determiner before a noun, and where; empty without one."""
    place = at - 1
    while place > max(0, at - 5) and (
        low[place] in _BEFORE or low[place].isdigit() or low[place] == "-"
    ):
        place -= 1
    if place < 0:
        return "", at
    word = low[place]
    known = word in _MASCULINE or word in _FEMININE or word in _COMMON or word.isdigit()
    return (word, place) if known else ("", at)


def _people(low: list[str]) -> list[Candidate]:
    """The nouns that stand for people in this sentence."""
    found: list[Candidate] = []
    for at, noun in _nouns().find(low):
        after_people = bool(found) and found[-1].end == at - 1
        if _counts(low, at, noun, after_people=after_people):
            found.append(Candidate(at, noun))
    return found


def _counts(low: list[str], at: int, noun: Noun, *, after_people: bool) -> bool:
    if noun.lemma == "femme" and noun.gender == "m" and low[max(0, at - 3) : at] == _RIGHTS:
        return False
    if noun.sense != "national" and not noun.strict:
        return True
    word, _ = _determiner(low, at)
    if noun.sense == "national":
        return word in _PLURAL or word in {"un", "une"} or word.isdigit()
    if not word:
        return suffix(low, at + len(noun.form)) > 0 or _said_of_somebody(low, at, noun)
    if word in {"et", "ou"}:
        return after_people
    # "la particulière" and "un employée" are no nouns; a thing's adjective agrees otherwise.
    agrees = noun.gender != "m" or word not in _FEMININE
    return agrees and (noun.plural or word not in {"tous", "toutes", "de", "d'"})


def _said_of_somebody(low: list[str], at: int, noun: Noun) -> bool:
    """Whether it tells somebody's trade: "M. Roux, infirmier", "elle est infirmière"."""
    somebody = _WOMAN | _MAN | {"m", "elle", "il"}
    if at < 2 or somebody.isdisjoint(low[max(0, at - 6) : at - 1]):
        return False
    after = low[at + len(noun.form) : at + len(noun.form) + 1]
    goes_on = bool(after) and after[0] in {"de", "d'", "par", "à", "pour"}
    return low[at - 1] == "," or (low[at - 1] in _TO_BE and not goes_on)


_RIGHTS = ["droits", "de", "l'"]


def _gender(low: list[str], at: int) -> Gender:
    word, _ = _determiner(low, at)
    if word in {"mon", "ton", "son"} and low[at][0] in "aeiouyéèêh":
        return "c"
    if word in _FEMININE:
        return "f"
    return "m" if word in _MASCULINE and word not in _COMMON else "c"


# One form ---------------------------------------------------------------------------------


def _resolved(sentence: _Sentence, at: int, noun: Noun) -> Mention:
    """The mention that one noun is."""
    end = at + len(noun.form)
    if noun.sense == "epicene":
        return Mention("epicene", at, end)
    gender = noun.gender if noun.gender != "c" else _gender(sentence.low, at)
    title = _own_title(at, sentence.titles)
    of_a_woman = gender != "f" and _of_a_woman(sentence, at, noun)
    if gender == "f" or of_a_woman:
        said: Literal["feminised", "not_feminised"] = "not_feminised" if of_a_woman else "feminised"
        form: Literal["f", "m"] = "m" if of_a_woman else "f"
        return Mention("women", at, end, noun.family, form, said if noun.family else "")
    if gender == "c" and not title:
        return Mention("epicene", at, end, noun.family)
    if title == "f":
        return Mention("women", at, end, noun.family, "f")
    one = title or noun.sense == "sexed" or (not noun.plural and _of_a_man(sentence, at, end))
    return Mention("men" if one else "generic", at, end, noun.family, "m")


def _own_title(at: int, titles: dict[int, Gender]) -> Gender | None:
    return next((titles[place] for place in (at - 2, at - 1) if place in titles), None)


def _of_a_woman(sentence: _Sentence, at: int, noun: Noun) -> bool:
    """Whether a masculine form names a woman: "Madame le maire", "elle est directeur"."""
    if noun.sense == "sexed":
        return False
    low, titles = sentence.low, sentence.titles
    word, place = _determiner(low, at)
    if word in _PLURAL or noun.plural:
        return at > 0 and low[at - 1] == "femmes"
    ahead = low[max(0, place - 3) : place]
    last = ahead[-1] if ahead else ""
    apposed = not word and last == ","
    return (
        (noun.gender == "m" and word in _FEMININE)
        or last in _WOMAN | {"femme"} | _NAMED - {"comme"}
        or ("elle" in ahead and bool((_TO_BE | _NAMED) & set(ahead)))
        or (apposed and any(titles.get(one) == "f" for one in range(max(0, at - 6), at)))
    )


def _of_a_man(sentence: _Sentence, at: int, end: int) -> bool:
    """Whether a masculine form names one man or goes with a name."""
    if sentence.sirs:
        return True
    tokens, low = sentence.tokens, sentence.low
    if end < len(tokens) and tokens[end][0].isupper() and tokens[end].lower() == low[end]:
        return not tokens[end].isupper() or len(tokens[end]) > 4
    named = low[at - 1] == "," if at >= 3 else False
    return named and tokens[at - 2][0].isupper() and tokens[at - 3][0].isupper()


# Pronouns ---------------------------------------------------------------------------------


def _pronouns(
    low: list[str], found: list[Mention], taken: set[int], before: Referent
) -> list[Mention]:
    """Pronouns that go on with a woman or a man, never with a thing."""
    women = before == "f" or any(one.kind == "women" for one in found)
    men = before == "m" or any(one.kind == "men" for one in found)
    more: list[Mention] = []
    for at, word in enumerate(low):
        if at in taken:
            continue
        if word in {"elle", "elles"} and women:
            more.append(Mention("women", at, at + 1, form="f"))
        elif word == "il" and men and not _impersonal(low, at):
            more.append(Mention("men", at, at + 1, form="m"))
    return more


def _impersonal(low: list[str], at: int) -> bool:
    after = [word for word in low[at + 1 : at + 5] if word not in {"ne", "n'", "s'", "-"}]
    if not after or after[0] in _IMPERSONAL:
        return True
    return (
        after[0] in {"est", "était", "serait", "sera"}
        and after[1:2] != []
        and (after[1] in _IT_IS or after[1:3] in (["pas", "possible"], ["pas", "nécessaire"]))
    )
