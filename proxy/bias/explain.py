"""Which words of a text counted, and as what: for whoever gave the text, and nobody else.

Nothing here is called while answers are audited: it is the one place that gives words back,
and it gives them to whom they came from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from proxy.bias.mention import Referent
from proxy.bias.tally import Read, read, rejoined

__all__ = ["Counted", "Explained", "explain"]


class Counted(msgspec.Struct, frozen=True):
    """Some words that counted."""

    sentence: int
    """From 1."""
    words: str
    counted_as: str
    """gender/women, title/feminised, occupation/nursing, attribute/care, group/migrants,
    negative, essential."""

    def __repr__(self) -> str:
        """Without the words: a log or a traceback must not show them."""
        return f"Counted(sentence={self.sentence}, counted_as={self.counted_as!r})"


class Explained(msgspec.Struct, frozen=True):
    """A text, explained."""

    language: str
    sentences: int
    counts: Mapping[str, int]
    """How often each `counted_as` occurred."""
    words: Sequence[Counted]


def explain(sentences: Sequence[str], language: str) -> Explained:
    """Explain a text's sentences. Raises KeyError for a language without word lists."""
    found: list[Counted] = []
    before: Referent = ""
    texts = rejoined(sentences)
    for number, text in enumerate(texts, 1):
        seen = read(text, language, before)
        before = seen.referent
        found += [Counted(number, words, said) for words, said in _said(seen)]
    counts = Counter(one.counted_as for one in found)
    return Explained(language, len(texts), dict(sorted(counts.items())), found)


def _said(seen: Read) -> Iterator[tuple[str, str]]:
    def words(start: int, end: int) -> str:
        return " ".join(seen.tokens[start:end]).replace("' ", "'")

    for mention in seen.mentions:
        span = words(mention.start, mention.end)
        yield span, f"gender/{mention.kind}"
        if mention.title:
            yield span, f"title/{mention.title}"
        if mention.family:
            yield span, f"occupation/{mention.family}"
    about = seen.about
    for kind, hits in (("attribute/", about.attributes), ("group/", about.groups)):
        for name, start, end in hits:
            yield words(start, end), f"{kind}{name}"
    for kind, hits in (("negative", about.negative), ("essential", about.essential)):
        for _, start, end in hits:
            yield words(start, end), kind
