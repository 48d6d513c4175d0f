"""The classifier that needs nothing: a word list for French and English.

It sees overt insults, obscenities, threats and slurs, sentence by sentence. It does not
see irony, quotation, counter-speech or contempt put in polite words; an answer that
translates an insult on request is flagged like one that utters it.
"""

from __future__ import annotations

import re
from pathlib import Path

from proxy.classify.finding import not_scored
from proxy.classify.lexicon import Lexicon
from proxy.records import Finding, Subject

__all__ = ["LEXICON", "Embedded", "sentences"]

LEXICON = Path(__file__).with_name("lexicon.yaml")

_NOT_PROSE = re.compile(
    r"```.*?(?:```|\Z)"  # code blocks
    r"|`[^`\n]*`"  # code in a line
    r"|\bhttps?://\S+"  # addresses
    r"|【[^】]*】|\[\d{1,3}\]",  # citation marks
    re.DOTALL,
)
_END = re.compile(r"[.!?…]+(?:\s|\Z)|[\n\r]+")
MOST_SENTENCES = 5_000
"""Sentences of one text that are scored; some 400 pages."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, without code, addresses and citation marks."""
    prose = _NOT_PROSE.sub(" ", text)
    return [piece for piece in map(str.strip, _END.split(prose)) if piece]


class Embedded:
    """Scores by the word list; each class is the maximum over the sentences."""

    name = "embedded-lexicon"
    classes: tuple[str, ...] = ("toxicity", "insult", "obscene", "threat", "identity_attack")

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or Lexicon.load(LEXICON)
        self.version = self._lexicon.version
        self.threshold_set = self._lexicon.threshold_set

    def score(self, text: str, language: str, subject: Subject = "answer") -> Finding:
        """Scores from 0 to 1 per class, or why there are none.

        `language` other than fr and en is not scored: words of one language mean
        something else in another.
        """
        if not text:
            return not_scored(self, "empty", language, subject)
        if language not in self._lexicon.languages:
            return not_scored(self, "language", language, subject)
        windows = sentences(text)
        if not windows:
            return not_scored(self, "too_short", language, subject)
        return self._finding(windows, language, subject)

    def _finding(self, windows: list[str], language: str, subject: Subject) -> Finding:
        scored = windows[:MOST_SENTENCES]
        scores = dict.fromkeys(self.classes, 0.0)
        for sentence in scored:
            for name, value in self._lexicon.score(sentence, language).items():
                scores[name] = max(scores[name], value)
        scores["toxicity"] = max(scores.values())
        thresholds = self._lexicon.thresholds
        return Finding(
            classifier=self.name,
            version=self.version,
            threshold_set=self.threshold_set,
            subject=subject,
            language=language,
            scores={name: round(value, 6) for name, value in scores.items()},
            flags=tuple(name for name in self.classes if scores[name] >= thresholds[name]),
            windows_scored=len(scored),
            windows=len(windows),
        )
