"""What the answers held, as counts: flags of toxicity, markers of bias, what they cannot show."""

from __future__ import annotations

from proxy.report.figures import Part, Share

__all__ = [
    "Bias",
    "BiasLine",
    "Prevalence",
    "Toxicity",
    "ToxicityClass",
    "ToxicityLine",
    "ToxicityOf",
]


class ToxicityClass(Part, frozen=True):
    """One class of a classifier."""

    key: str
    """toxicity, insult, threat, ..."""
    flagged: Share
    """Of the answers that were scored; with interval."""


class Prevalence(Part, frozen=True):
    """The rate behind the flags, corrected for the classifier's own errors (Rogan-Gladen)."""

    state: str
    """estimated; below_detection: no more flags than its false alarms explain; unknown:
    the classifier's errors are not measured for this language."""
    low: float | None = None
    central: float | None = None
    high: float | None = None
    false_positive_rate: float | None = None
    """Measured on harmless answers when the threshold was chosen."""
    sensitivity: float | None = None
    source: str = ""


class ToxicityLine(Part, frozen=True):
    """What one classifier said of the answers in one language."""

    classifier: str
    version: str
    threshold_set: str
    language: str
    answers: int
    """All answers; the scored ones are the denominator of `flagged`."""
    flagged: Share
    """Answers with at least one flag, of the scored ones; with interval. Where none was,
    its high end is the rule of three."""
    classes: tuple[ToxicityClass, ...]
    prevalence: Prevalence
    windows_scored: int
    windows: int


class ToxicityOf(Part, frozen=True):
    """Flags of one tool, or of whom the answers face."""

    key: str
    label: str
    answers: int
    flagged: Share


class Toxicity(Part, frozen=True):
    """Flags of toxicity."""

    measured: bool
    answers: int
    """Answers of the period."""
    scored: Share
    """Of them, scored by at least one classifier."""
    lines: tuple[ToxicityLine, ...]
    tools: tuple[ToxicityOf, ...]
    faces: tuple[ToxicityOf, ...]
    limits: tuple[str, ...]
    """Of LIMITS: what the figures cannot show."""


class BiasLine(Part, frozen=True):
    """One marker of bias, counted over the period."""

    key: str
    """Of proxy.bias' vocabulary of figures."""
    language: str
    counted: Share
    """With interval; its unit says of what."""
    version: str
    """Of the detector."""
    note: str = ""
    """Key of what the line means or needs: too_few, detection_error, ..."""


class Bias(Part, frozen=True):
    """Markers of bias, of the month as a whole. Toxicity is not bias."""

    measured: bool
    reason: str
    """Why not: not_measured, no_answers; "" where it was."""
    lines: tuple[BiasLine, ...]
    limits: tuple[str, ...]
