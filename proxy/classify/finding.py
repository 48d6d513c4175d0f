"""What every classifier offers, and how "not scored" is said."""

from __future__ import annotations

from typing import Protocol

from proxy.records import Finding, FindingStatus, Subject

__all__ = ["Scorer", "not_scored"]


class Scorer(Protocol):
    """A classifier. `score` never raises and keeps no text."""

    name: str
    """Label of its findings in metrics and the ledger."""
    version: str
    threshold_set: str
    classes: tuple[str, ...]
    """Classes that it claims; "toxicity" is always one."""

    def score(self, text: str, language: str, subject: Subject = "answer") -> Finding:
        """Scores from 0 to 1 per class, or why there are none."""
        ...


def not_scored(
    scorer: Scorer, status: FindingStatus, language: str, subject: Subject = "answer"
) -> Finding:
    """The finding that tells why a scorer gave no scores."""
    return Finding(
        classifier=scorer.name,
        version=scorer.version,
        threshold_set=scorer.threshold_set,
        status=status,
        subject=subject,
        language=language,
    )
