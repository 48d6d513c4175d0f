"""What the answers held, as counts: flags of toxicity, markers of bias, what they cannot show."""

from __future__ import annotations

from proxy.report.figures import Part, Share

__all__ = [
    "Bias",
    "BiasComparison",
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
    """What may lie behind the flags of class `of`, false alarms taken away (Rogan-Gladen)."""

    state: str
    """below_detection: no more flags than false alarms explain; at_least: more, so that
    `low` is a floor (the misses, which nobody measured, only add to it); unknown: the
    false alarms are not measured for this language and version."""
    of: str = "toxicity"
    low: float | None = None
    """Share of answers, 0 to 1."""
    false_positive_rate: float | None = None
    """Measured on harmless answers when the threshold was chosen."""
    false_positive_high: float | None = None
    """Upper end of its 95 % interval (Wilson), which `low` is worked out with."""
    benign_answers: int | None = None
    """Harmless answers that it was measured on."""
    source: str = ""
    """File of thresholds and day of the calibration."""


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
    """Key of what the line means or needs: apart and within (of the reference), too_few,
    detection_error."""
    reference: float | None = None
    """Share that it is held against; None where there is none."""
    reference_source: str = ""
    """Of the reference: parity, hce, or as organisation.yaml says."""


class BiasComparison(Part, frozen=True):
    """What is said of women against men, or of a group against the other sentences."""

    key: str
    """about/women/..., a family of attributes, or group/.../..., a group and a measure; of
    proxy.bias' vocabulary."""
    language: str
    tool: str
    """The tool whose sentences are compared; "" for all."""
    tool_label: str
    state: str
    """measured or not_distinguishable (from the detector's own shift)."""
    part: float
    """Sentences of the first; for the measure toxicity, a sum of scores."""
    whole: int
    other_part: float
    other_whole: int
    ratio: float | None
    """How many times as often; None where the others have none, and for mean scores."""
    low: float | None
    """95 %, of the ratio; for mean scores, of the difference."""
    high: float | None
    p_adjusted: float | None
    """After Benjamini and Hochberg, over the comparisons of that tool and language."""
    differs: bool
    version: str


class Bias(Part, frozen=True):
    """Markers of bias, of the month as a whole. Toxicity is not bias."""

    measured: bool
    reason: str
    """Why not: not_measured, no_answers; "" where it was."""
    lines: tuple[BiasLine, ...]
    limits: tuple[str, ...]
    comparisons: tuple[BiasComparison, ...] = ()
    too_few: int = 0
    """Comparisons for which too little was counted."""
    not_claimed: int = 0
    """Comparisons that the classifier in use is not fit for."""
