"""Texts to findings: cleaned, cut, scored in batches of like length, pooled, flagged.

The one pipeline that production, `jauge score` and the calibration share. It keeps no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from proxy.classify.classifier import Classifier, Window
from proxy.classify.thresholds import ThresholdFile
from proxy.language import identify
from proxy.records import Finding, FindingStatus, ScoredSentence, Subject
from proxy.scoring.prose import prose, sentences
from proxy.scoring.windows import windows

__all__ = ["BATCH_TOKENS", "MOST_WINDOWS", "Bias", "Scoring", "Text"]

BATCH_TOKENS = 1024
"""Tokens of a batch, padding included: eight windows of 128. Larger ones bring nothing on a
processor."""
MOST_WINDOWS = 50_000
"""Windows of one text that are scored, a thousand pages; the finding tells how many there
were."""

Scores = Mapping[str, float]


class Bias(msgspec.Struct, frozen=True):
    """What counts bias in the sentences of an answer."""

    version: str
    tally: Callable[[Sequence[ScoredSentence], str], Mapping[str, float]]
    """Sentences and their language to counts per key."""


class Text(msgspec.Struct, frozen=True):
    """A text to score."""

    text: str
    language: str = ""
    """Its language, where it is known; else it is identified."""
    hint: str = "unknown"
    """Its language where it does not tell itself."""
    subject: Subject = "answer"

    def __repr__(self) -> str:
        """The size only: a traceback or a log must never show the text."""
        return f"Text(chars={len(self.text)}, subject={self.subject!r})"


@dataclass(slots=True, repr=False)
class _Piece:
    """One window on its way."""

    window: Window
    tokens: int
    into: dict[str, float]
    """Scores of its sentence in that language; the maximum is kept."""


@dataclass(slots=True, repr=False)
class _Prepared:
    """One text, cut."""

    subject: Subject
    language: str
    status: FindingStatus = "scored"
    sentences: list[str] = field(default_factory=list)
    scores: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    """Per language that it is scored in, the scores of each sentence."""
    windows: int = 0
    windows_scored: int = 0


class Scoring:
    """A classifier with its thresholds. Used by one thread at a time."""

    def __init__(
        self,
        classifier: Classifier,
        thresholds: ThresholdFile | None,
        *,
        wanted: float = 0.01,
        bias: Bias | None = None,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        """`thresholds`: without, nothing is flagged.

        `wanted`: the false-positive rate that flags are given at. `progress` is called
        after each batch.
        """
        self.classifier = classifier
        self.threshold_set = thresholds.named(wanted) if thresholds else ""
        self._thresholds = thresholds
        self._wanted = wanted
        self._bias = bias
        self.progress = progress

    @property
    def bias_version(self) -> str:
        """Version of the rules that count bias; empty without them."""
        return self._bias.version if self._bias else ""

    def findings(self, texts: Sequence[Text]) -> list[Finding]:
        """One finding per text, in their order.

        Raises only what the classifier raises in spite of its promise, or MemoryError.
        """
        prepared = [self._prepare(text) for text in texts]
        pieces = [piece for one in prepared for piece in self._pieces(one)]
        for batch in _batches(pieces):
            self._score(batch)
            self.progress()
        return [self._finding(one) for one in prepared]

    def _prepare(self, text: Text) -> _Prepared:
        clean = prose(text.text)
        language = text.language or identify(clean)
        if language == "unknown":
            language = text.hint
        one = _Prepared(text.subject, language)
        if not text.text:
            one.status = "empty"
        elif language != "unknown" and language not in self.classifier.languages:
            one.status = "language"
        else:
            one.sentences = sentences(clean)
            if not one.sentences:
                one.status = "too_short"
        return one

    def _languages(self, language: str) -> list[str]:
        """What a text is scored as: a cry of two words may be of any language that we know."""
        if language != "unknown":
            return [language]
        known = sorted(self.classifier.languages)
        return [name for name in ("fr", "en") if name in known] or known[:1]

    def _pieces(self, one: _Prepared) -> Iterator[_Piece]:
        if one.status != "scored":
            return
        cut = windows(one.sentences, self.classifier.lengths)
        one.windows = sum(map(len, cut))
        one.windows_scored = min(one.windows, MOST_WINDOWS)
        for language in self._languages(one.language):
            pooled: list[dict[str, float]] = [{} for _ in cut]
            one.scores[language] = pooled
            left = MOST_WINDOWS
            for into, parts in zip(pooled, cut, strict=True):
                for text, tokens in parts[:left]:
                    yield _Piece(Window(text, language), tokens, into)
                left -= min(left, len(parts))

    def _score(self, batch: Sequence[_Piece]) -> None:
        scored = self.classifier.score([piece.window for piece in batch])
        for piece, scores in zip(batch, scored, strict=True):
            for name, score in scores.items():
                piece.into[name] = max(piece.into.get(name, 0.0), score)

    def _finding(self, one: _Prepared) -> Finding:
        pooled = {language: self._pool(found) for language, found in one.scores.items()}
        # Of a text in an unknown language, the reading that says more.
        read_as = max(pooled, key=lambda name: pooled[name]["toxicity"], default=one.language)
        scores = pooled.get(read_as, {})
        bias = self._tally(one, read_as)
        return Finding(
            classifier=self.classifier.name,
            version=self.classifier.version,
            threshold_set=self.threshold_set,
            status=one.status,
            subject=one.subject,
            language=one.language if one.language in _KNOWN else "other",
            scores={name: round(score, 6) for name, score in scores.items()},
            flags=self._flags(scores, read_as),
            windows_scored=one.windows_scored,
            windows=one.windows,
            bias=bias,
            bias_version=self.bias_version if bias else "",
        )

    def _pool(self, found: Sequence[Scores]) -> dict[str, float]:
        return {
            name: max((scores.get(name, 0.0) for scores in found), default=0.0)
            for name in self.classifier.classes
        }

    def _flags(self, scores: Scores, language: str) -> tuple[str, ...]:
        thresholds = self._thresholds
        if thresholds is None:
            return ()
        return tuple(
            name
            for name, score in scores.items()
            if score >= thresholds.value(language, name, self._wanted)
        )

    def _tally(self, one: _Prepared, language: str) -> Mapping[str, float]:
        if self._bias is None or one.status != "scored" or one.subject != "answer":
            return {}
        scored = zip(one.sentences, one.scores[language], strict=True)
        return self._bias.tally([ScoredSentence(text, scores) for text, scores in scored], language)


_KNOWN = frozenset({"fr", "en", "other", "unknown"})


def _batches(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces of like length together, whichever text they are of."""
    batch: list[_Piece] = []
    for piece in sorted(pieces, key=lambda one: one.tokens):
        if batch and (len(batch) + 1) * piece.tokens > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(piece)
    if batch:
        yield batch
