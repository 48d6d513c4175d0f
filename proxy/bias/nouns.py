"""The nouns for human beings of one language, by their first word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from proxy.bias.data import People
from proxy.bias.tokens import words

__all__ = ["Noun", "Nouns", "Sense", "english_plural", "french_plural"]

Sense = Literal["occupation", "people", "national", "epicene", "generic", "sexed"]

_OF = frozenset({"de", "d'", "à"})


class Noun(NamedTuple):
    """One form of one noun."""

    form: tuple[str, ...]
    lemma: str
    """The same for its masculine and its feminine."""
    gender: Literal["m", "f", "c"]
    """c: common to both."""
    sense: Sense
    family: str
    strict: bool
    """Counted only after a determiner."""
    plural: bool


def french_plural(form: tuple[str, ...]) -> tuple[str, ...]:
    """The plural of a noun of several words: those before "de", "d'" or "à" take it."""
    until = next((at for at, word in enumerate(form) if word in _OF), len(form))
    return (*(_french_word(word) for word in form[:until]), *form[until:])


def _french_word(word: str) -> str:
    if not word[-1].isalpha() or word[-1] in "sxz":
        return word
    if word.endswith("al"):
        return word[:-1] + "ux"
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def english_plural(form: tuple[str, ...]) -> tuple[str, ...]:
    """The plural of a noun of several words: the last takes it."""
    word = form[-1]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        plural = word[:-1] + "ies"
    elif word.endswith(("s", "x", "ch", "sh")):
        plural = word + "es"
    else:
        plural = word + "s"
    return (*form[:-1], plural)


class Nouns:
    """Every form of every noun of a language."""

    def __init__(self, data: People, plural: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        self._plural = plural
        self._by_first: dict[str, list[Noun]] = {}
        everything = list(self._all(data))
        everything.sort(key=lambda noun: len(noun.form), reverse=True)
        for noun in everything:
            self._add(noun)

    def _all(self, data: People) -> Iterator[Noun]:
        for family, nouns in data.occupations.items():
            for written in nouns:
                yield from self._forms(written, "occupation", family)
        for women, men in data.women_men:
            lemma = women.rstrip("~")
            of_men: Sense = "generic" if men in data.generic else "sexed"
            yield from self._both_numbers(women, "f", lemma, "sexed", "")
            yield from self._both_numbers(men, "m", lemma, of_men, "")
        senses: tuple[tuple[Sense, tuple[str, ...]], ...] = (
            ("people", data.people),
            ("national", data.nationals),
            ("epicene", data.epicene),
            ("generic", data.generic),
        )
        for sense, listed in senses:
            for written in listed:
                yield from self._forms(written, sense, "")

    def _forms(self, written: str, sense: Sense, family: str) -> Iterator[Noun]:
        masculine, _, feminine = written.partition("/")
        if feminine:
            strict = "~" if written.endswith("~") else ""
            lemma = feminine.rstrip("~")
            yield from self._both_numbers(masculine + strict, "m", lemma, sense, family)
            yield from self._both_numbers(feminine, "f", lemma, sense, family)
        else:
            yield from self._both_numbers(written, "c", written.rstrip("~"), sense, family)

    def _both_numbers(
        self, written: str, gender: Literal["m", "f", "c"], lemma: str, sense: Sense, family: str
    ) -> Iterator[Noun]:
        strict = written.endswith("~")
        form = tuple(words(written.rstrip("~")))
        one = Noun(form, lemma, gender, sense, family, strict, plural=False)
        yield one
        yield one._replace(form=self._plural(form), plural=True)

    def _add(self, noun: Noun) -> None:
        known = self._by_first.setdefault(noun.form[0], [])
        if all(one.form != noun.form for one in known):
            known.append(noun)
            if noun.form[0][0] == "é":  # capitals are often written without accent
                plain = "e" + noun.form[0][1:]
                self._by_first.setdefault(plain, []).append(
                    noun._replace(form=(plain, *noun.form[1:]))
                )

    def find(self, low: list[str]) -> Iterator[tuple[int, Noun]]:
        """Where nouns begin, the longest at each place."""
        by_first = self._by_first
        free = 0
        for at in [at for at, word in enumerate(low) if word in by_first]:
            if at < free:
                continue
            for noun in by_first[low[at]]:
                size = len(noun.form)
                if size == 1 or tuple(low[at : at + size]) == noun.form:
                    free = at + size
                    yield at, noun
                    break
