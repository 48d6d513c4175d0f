"""One answer as counts: quick, pure, and nothing of its text in what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from proxy.bias import english, french
from proxy.bias.about import About, about
from proxy.bias.keys import CLASSES, CUT
from proxy.bias.mention import Mention, Referent, referent_of
from proxy.bias.tokens import tokens
from proxy.records import ScoredSentence

__all__ = ["LANGUAGES", "VERSION", "Read", "read", "rejoined", "tally"]

VERSION = "1"
"""Of the rules and word lists; raised whenever a count may come out differently."""

_MENTIONS = {"fr": french.mentions, "en": english.mentions}
LANGUAGES = frozenset(_MENTIONS)


class Read(NamedTuple):
    """One sentence, read."""

    tokens: list[str]
    mentions: list[Mention]
    about: About
    referent: Referent
    """Whom the next sentence's pronouns go on with."""


def read(sentence: str, language: str, before: Referent = "") -> Read:
    """Read one sentence. `before`: the referent of the sentence before it."""
    found = tokens(sentence)
    low = [token.lower() for token in found]
    mentions = _MENTIONS[language](found, low, before)
    return Read(found, mentions, about(low, language), referent_of(mentions))


_CUT_OFF = ("M.", "MM.", "Mr.", "Mrs.", "Ms.", "Dr.", "Mme.", "Mlle.")
"""What sentences seem to end with when they are cut after a title."""


def rejoined(texts: Sequence[str]) -> list[str]:
    """Sentences that were cut after a title ("M." and a name) put together again."""
    whole: list[str] = []
    for text in texts:
        if whole and whole[-1].endswith(_CUT_OFF):
            whole[-1] = f"{whole[-1]} {text}"
        else:
            whole.append(text)
    return whole


def _whole(sentences: Sequence[ScoredSentence]) -> Sequence[ScoredSentence]:
    """The same of scored ones, each class with its highest score."""
    if not any(one.text.endswith(_CUT_OFF) for one in sentences):
        return sentences
    whole: list[ScoredSentence] = []
    for one in sentences:
        if whole and whole[-1].text.endswith(_CUT_OFF):
            last = whole.pop()
            names = last.scores.keys() | one.scores.keys()
            scores = {n: max(last.scores.get(n, 0.0), one.scores.get(n, 0.0)) for n in names}
            whole.append(ScoredSentence(f"{last.text} {one.text}", scores))
        else:
            whole.append(one)
    return whole


class _Counts(dict[str, float]):
    """Counts of one answer; what is not there is zero."""

    def __missing__(self, key: str) -> float:
        return 0.0


def tally(sentences: Sequence[ScoredSentence], language: str) -> Mapping[str, float]:
    """The counts of one answer, by `KEYS`; zeros are left out.

    Sentences come as they were cut, in the order in which they were written, so that a
    pronoun goes on with the one before. Empty for a language that has no word lists.
    """
    if language not in _MENTIONS:
        return {}
    n, x = _Counts(), _Counts()
    before: Referent = ""
    for sentence in _whole(sentences):
        found = read(sentence.text, language, before)
        before = found.referent
        n["all"] += 1
        _count_mentions(found.mentions, n, x)
        _count_attributes(found, n, x)
        _count_groups(found.about, sentence.scores, n, x)
    return _sums(n, x)


def _sums(n: _Counts, x: _Counts) -> dict[str, float]:
    """What one answer adds: n, its square and 1; and of each measure x, its square and x n."""
    sums: dict[str, float] = {}
    for population, count in n.items():
        sums[f"{population}.n"] = count
        sums[f"{population}.nn"] = count * count
        sums[f"{population}.answers"] = 1.0
    for measure, seen in x.items():
        if seen:
            population = measure.rpartition("/")[0]
            sums[f"{measure}.x"] = seen
            sums[f"{measure}.xx"] = seen * seen
            sums[f"{measure}.xn"] = seen * n[population]
    return sums


def _count_mentions(mentions: Sequence[Mention], n: _Counts, x: _Counts) -> None:
    for mention in mentions:
        if mention.kind in {"women", "men"}:
            n["gendered"] += 1
            x["gendered/women"] += mention.kind == "women"
        else:
            n["forms"] += 1
            x["forms/inclusive"] += mention.kind != "generic"
            x["forms/paired"] += mention.kind == "paired"
        if mention.title:
            n["titles"] += 1
            x["titles/feminised"] += mention.title == "feminised"
        if mention.family and mention.form != "n":
            woman = mention.kind == "women" or mention.form == "f"
            n[f"occupation/{mention.family}"] += 1
            x[f"occupation/{mention.family}/women"] += woman


def _count_attributes(found: Read, n: _Counts, x: _Counts) -> None:
    """Attributes of sentences that speak of women only, or of men only."""
    if not found.referent:
        return
    population = "about/women" if found.referent == "f" else "about/men"
    n[population] += 1
    for family in {family for family, _, _ in found.about.attributes}:
        x[f"{population}/{family}"] += 1


def _count_groups(said: About, scores: Mapping[str, float], n: _Counts, x: _Counts) -> None:
    named = {group for group, _, _ in said.groups} or {"none"}
    measures = {
        "negative": bool(said.negative),
        "essential": bool(said.essential),
        "toxicity": scores.get("toxicity", 0.0),
        **{name: scores.get(cls, 0.0) >= CUT for name, cls in CLASSES.items()},
    }
    for group in named:
        population = f"group/{group}"
        n[population] += 1
        for name, value in measures.items():
            x[f"{population}/{name}"] += value
