"""A scorer without a process: the real scoring, done at once or when told to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from proxy.classify import CLASSIFIERS, Options
from proxy.classify.thresholds import load_thresholds
from proxy.records import Finding, FindingStatus, Subject
from proxy.scoring.identity import Identity
from proxy.scoring.scorer import Scored, ScorerState
from proxy.scoring.scoring import Scoring, Text

__all__ = ["AtOnce", "embedded", "found"]


@cache
def embedded() -> Scoring:
    classifier = CLASSIFIERS["embedded"](Options(Path("nowhere")))
    return Scoring(classifier, load_thresholds(classifier.name, classifier.version))


class AtOnce:
    """What `proxy.scoring.Scorer` offers; `held`: keep what comes until `release`."""

    def __init__(self, *, held: bool = False) -> None:
        scoring = embedded()
        one = scoring.classifier
        self.identity = Identity(one.name, one.version, scoring.threshold_set)
        self.held = held
        self.refusal: FindingStatus | None = None
        self.texts: list[tuple[str, Subject, Text]] = []

    def offer(
        self, exchange: str, subject: Subject, language: str, text: str
    ) -> FindingStatus | None:
        if self.refusal is None:
            self.texts.append((exchange, subject, Text(text, hint=language, subject=subject)))
        return self.refusal

    def take(self) -> list[Scored]:
        if self.held:
            return []
        taken, self.texts = self.texts, []
        findings = embedded().findings([text for *_, text in taken])
        return [
            Scored(exchange, subject, finding, 0.01)
            for (exchange, subject, _), finding in zip(taken, findings, strict=True)
        ]

    def state(self) -> ScorerState:
        return ScorerState(self.identity, self.identity.name, running=True)

    def stop(self, drain_s: float) -> None:
        """Everything that is held comes, as from a scorer that has time enough."""
        self.held = self.held and drain_s == 0.0


def found(text: str, language: str = "") -> Finding:
    """What the embedded classifier finds in a text."""
    return embedded().findings([Text(text, language=language)])[0]
