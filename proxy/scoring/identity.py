"""Under which name findings are recorded, and how "not scored" is said."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.records import Finding, FindingStatus, Subject

__all__ = ["Identity"]


@dataclass(frozen=True, slots=True)
class Identity:
    """The classifier that runs; before it has told its version, the one that is to run."""

    name: str
    version: str = ""
    threshold_set: str = ""

    def not_scored(
        self, status: FindingStatus, language: str, subject: Subject = "answer"
    ) -> Finding:
        """The finding that tells why there are no scores."""
        return Finding(
            classifier=self.name,
            version=self.version,
            threshold_set=self.threshold_set,
            status=status,
            subject=subject,
            language=language,
        )
