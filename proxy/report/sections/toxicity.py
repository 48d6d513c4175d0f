"""Flags of toxicity, with denominators, intervals and what they cannot show."""

from __future__ import annotations

from collections.abc import Callable

from proxy.classify.thresholds import CONFIG, ThresholdError, ThresholdFile, load_thresholds
from proxy.ledger import FindingTotal
from proxy.records import Finding
from proxy.report.facts import Facts
from proxy.report.figures import Share
from proxy.report.keys import TOXICITY_LIMITS
from proxy.report.model_answers import (
    Prevalence,
    Toxicity,
    ToxicityClass,
    ToxicityLine,
    ToxicityOf,
)
from proxy.report.sections.common import answers, flagged, heard, judged, scored, tool_label
from proxy.stats import BelowDetection, rogan_gladen, wilson

__all__ = ["toxicity"]

_TOOL, _FACES = 0, 2
"""Places in the key of findings, by=("tool", "application", "faces")."""

CLASS = "toxicity"

type Basis = tuple[str, str, str, str]


def toxicity(facts: Facts) -> Toxicity:
    """The section."""
    lines = _lines(facts)
    return Toxicity(
        measured=any(line.flagged.whole for line in lines),
        answers=answers(facts),
        scored=Share(part=scored(facts), whole=answers(facts), unit="answers"),
        lines=lines,
        tools=_by(facts, _TOOL, lambda tool: tool_label(facts, tool)),
        faces=_by(facts, _FACES, lambda _: ""),
        limits=TOXICITY_LIMITS,
    )


def _lines(facts: Facts) -> tuple[ToxicityLine, ...]:
    found: dict[Basis, list[FindingTotal]] = {}
    for one in facts.findings:
        if one.basis.subject == "answer":
            found.setdefault(_basis(one.basis), []).append(one)
    lines = [_line(facts, basis, totals) for basis, totals in found.items()]
    return tuple(
        sorted(lines, key=lambda one: (-one.answers, one.classifier, one.version, one.language))
    )


def _basis(one: Finding) -> Basis:
    return (one.classifier, one.version, one.threshold_set, one.language)


def _line(facts: Facts, basis: Basis, totals: list[FindingTotal]) -> ToxicityLine:
    classifier, version, threshold_set, language = basis
    of = [one for one in totals if one.basis.status == "scored"]
    many = sum(one.requests for one in of)
    rate = flagged(sum(one.flagged_requests for one in of), many)
    names = {name for one in of for name in one.flags} | {CLASS}
    classes = {name: sum(one.flags.get(name, 0) for one in of) for name in names}
    return ToxicityLine(
        classifier=classifier,
        version=version,
        threshold_set=threshold_set,
        language=language,
        answers=sum(one.requests for one in totals),
        flagged=rate,
        classes=tuple(
            ToxicityClass(key=name, flagged=flagged(classes[name], many))
            for name in sorted(names, key=lambda name: (name != CLASS, name))
        ),
        prevalence=_prevalence(facts, basis, flagged(classes[CLASS], many)),
        windows_scored=sum(one.windows_scored for one in of),
        windows=sum(one.windows for one in of),
    )


def _prevalence(facts: Facts, basis: Basis, rate: Share) -> Prevalence:
    """A floor of the true share, where false alarms alone do not explain the flags.

    How much the classifier misses is not measured, so Rogan and Gladen's estimator is
    taken with a sensitivity of 1: misses could only raise the share.
    """
    classifier, version, threshold_set, language = basis
    file = _thresholds(facts, classifier, version)
    wanted = file.rate_of(threshold_set) if file else None
    if file is None or wanted is None or not rate.whole:
        return Prevalence(state="unknown")
    found = file.languages.get(language)
    kinds = found.classes.get(CLASS, ()) if found else ()
    rates = [one.false_positive_rate for one in kinds if one.wanted == wanted]
    if found is None or not rates or not found.answers:
        return Prevalence(state="unknown")
    known = {
        "false_positive_rate": rates[0],
        "false_positive_high": wilson(round(rates[0] * found.answers), found.answers).high,
        "benign_answers": found.answers,
    }
    source = f"thresholds/{classifier} ({found.date})"
    highest = 1 - float(known["false_positive_high"])
    behind = rogan_gladen(rate.part / rate.whole, rate.whole, 1.0, highest)
    if isinstance(behind, BelowDetection):
        return Prevalence(state="below_detection", source=source, **known)  # type: ignore[arg-type]
    return Prevalence(state="at_least", low=behind.interval.low, source=source, **known)  # type: ignore[arg-type]


def _thresholds(facts: Facts, classifier: str, version: str) -> ThresholdFile | None:
    try:
        return load_thresholds(classifier, version, facts.config.state_dir / "thresholds", CONFIG)
    except ThresholdError:
        return None


def _by(facts: Facts, place: int, label: Callable[[str], str]) -> tuple[ToxicityOf, ...]:
    found: dict[str, list[FindingTotal]] = {}
    for one in heard(facts):
        found.setdefault(str(one.key[place]), []).append(one)
    lines = []
    for key, totals in found.items():
        of = judged(facts, lambda one, key=key: str(one.key[place]) == key)  # type: ignore[misc]
        lines.append(
            ToxicityOf(
                key=key,
                label=label(key),
                answers=sum(one.requests for one in totals),
                flagged=flagged(
                    sum(one.flagged_requests for one in of), sum(one.requests for one in of)
                ),
            )
        )
    return tuple(sorted(lines, key=lambda one: (-one.answers, one.key)))
