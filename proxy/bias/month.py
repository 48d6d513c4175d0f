"""A month's sums as figures: gaps with intervals, comparisons that survive their number.

What each figure means, and what it does not, is in docs/method/bias.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from proxy.bias.figures import Comparison, Figures, Gap, Mentions, Reference
from proxy.bias.keys import POPULATIONS, group_names, moments
from proxy.bias.shift import ShiftFile
from proxy.stats import (
    Moments,
    benjamini_hochberg,
    design_effect,
    difference,
    effective_wilson,
    risk_ratio,
    wilson,
)

__all__ = ["ALPHA", "CLAIMS", "LEAST_ANSWERS", "LEAST_CASES", "LEAST_MENTIONS", "figures", "gaps"]

LEAST_ANSWERS = 30
"""Answers that a population must stand in. Our choice: under it the spread between answers,
from which the intervals are widened, is itself hardly known."""
LEAST_CASES = 5
"""Cases that both sides of a comparison must have together, and each side be expected to have
at least one of by chance. Our choice: fewer decide nothing after correction."""
LEAST_MENTIONS = 5
"""Answers that must name a group before their number is told, unless there are none. Our
choice: one answer about a rare subject could be somebody's."""
ALPHA = 0.05
"""Share of false discoveries that is put up with."""

CLAIMS: Mapping[str, frozenset[str]] = {
    "embedded": frozenset({"insult"}),
    "detoxify": frozenset({"insult", "attack", "toxicity", "negative", "essential"}),
    "detoxify-onnx": frozenset({"insult", "attack", "toxicity", "negative", "essential"}),
}
"""Measures of sentences about groups that each classifier is fit for. The embedded one claims
overt insults only, so that nothing else is told of groups where it runs."""

_HCE = "hce"
"""The guide of the Haut Conseil à l'égalité for public communication without stereotypes."""
_NORM: Mapping[tuple[str, str], tuple[float, str]] = {
    ("forms", "inclusive"): (1.0, _HCE),
    ("titles", "feminised"): (1.0, _HCE),
}
"""References that are a norm: every form inclusive, every title of a woman feminised."""

_NOT_IN: Mapping[str, frozenset[str]] = {"titles": frozenset({"en"})}
"""Populations that a language does not have."""


def figures(  # noqa: PLR0913 - what a month is known by
    sums: Mapping[str, float],
    *,
    language: str,
    classifier: str,
    classifier_version: str = "",
    version: str = "",
    reference: Reference | None = None,
    shift: ShiftFile | None = None,
    least_answers: int = LEAST_ANSWERS,
    withheld: Collection[str] = (),
) -> Figures:
    """The figures of one language's sums, scored by one classifier, counted by one version.

    `withheld`: groups of which the number of mentions is not told (`proxy.bias.complement`).
    """
    against = reference or Reference()
    attributes = [
        _compared(sums, ("about/women", "about/men"), family, least_answers)
        for family in POPULATIONS["about/women"]
    ]
    groups = [
        _of_group(sums, group, measure, _Detector(language, classifier, shift), least_answers)
        for group in group_names()
        for measure in POPULATIONS[f"group/{group}"]
    ]
    told = _adjusted([*attributes, *groups])
    return Figures(
        language=language,
        classifier=classifier,
        classifier_version=classifier_version,
        version=version,
        answers=round(sums.get("all.answers", 0)),
        sentences=round(sums.get("all.n", 0)),
        gaps=gaps(sums, language=language, reference=against, least_answers=least_answers),
        attributes=told[: len(attributes)],
        mentions=tuple(
            _too_few(sums, group, "complement")
            if group in withheld
            else _mentions(sums, group, least_answers)
            for group in group_names()
        ),
        groups=told[len(attributes) :],
    )


class _Detector(msgspec.Struct, frozen=True):
    """What scored the sentences, and what is known of its shift."""

    language: str
    classifier: str
    shift: ShiftFile | None


# Shares against a reference ------------------------------------------------------------------


def gaps(
    sums: Mapping[str, float],
    *,
    language: str,
    reference: Reference,
    least_answers: int = LEAST_ANSWERS,
) -> tuple[Gap, ...]:
    """The shares alone: a millisecond."""
    found = []
    for population in POPULATIONS:
        if population.startswith(("about/", "group/")):
            continue
        for measure in POPULATIONS[population]:
            norm = _NORM.get((population, measure))
            if measure == "women":
                norm = (reference.women, reference.source)
            found.append(_gap(sums, (population, measure), language, norm, least_answers))
    return tuple(found)


def _gap(
    sums: Mapping[str, float],
    of: tuple[str, str],
    language: str,
    norm: tuple[float, str] | None,
    least_answers: int,
) -> Gap:
    counted = moments(sums, *of)
    plain = Gap(
        state="too_few",
        reason="minimum",
        population=of[0],
        measure=of[1],
        part=round(counted.x),
        whole=round(counted.n),
        answers=round(counted.answers),
    )
    replace = msgspec.structs.replace
    if language in _NOT_IN.get(of[0], ()):
        return replace(plain, state="not_claimed", reason="language")
    share = counted.share
    if counted.answers < least_answers or share is None:
        return plain
    interval = effective_wilson(counted)
    told = replace(plain, state="measured", reason="", share=share, interval=interval)
    if norm is None:
        return told
    return replace(
        told,
        reference=norm[0],
        reference_source=norm[1],
        gap=share - norm[0],
        apart=norm[0] not in interval,
    )


def _mentions(sums: Mapping[str, float], group: str, least_answers: int) -> Mentions:
    answers = round(sums.get(f"group/{group}.answers", 0))
    of_answers = round(sums.get("all.answers", 0))
    if of_answers < least_answers or 0 < answers < LEAST_MENTIONS:
        return _too_few(sums, group, "minimum")
    return Mentions(
        state="measured",
        group=group,
        answers=answers,
        of_answers=of_answers,
        sentences=round(sums.get(f"group/{group}.n", 0)),
        share=answers / of_answers,
        interval=wilson(answers, of_answers),
    )


def _too_few(sums: Mapping[str, float], group: str, reason: str) -> Mentions:
    return Mentions(
        state="too_few",
        reason=reason,
        group=group,
        answers=0,
        of_answers=round(sums.get("all.answers", 0)),
        sentences=0,
    )


# Sentences against sentences -----------------------------------------------------------------


def _of_group(
    sums: Mapping[str, float], group: str, measure: str, detector: _Detector, least_answers: int
) -> Comparison:
    """One measure of a group's sentences against those that name none."""
    of = (f"group/{group}", "group/none")
    if measure not in CLAIMS.get(detector.classifier, ()):
        return _withheld(_counted(sums, of, measure), "classifier")
    own = detector.shift.of(detector.language, group, measure) if detector.shift else None
    if own is None:
        return _withheld(_counted(sums, of, measure), "shift_unknown")
    found = _compared(sums, of, measure, least_answers)
    found = msgspec.structs.replace(found, shift=own.shift, shift_limit=own.limit)
    apart = found.difference
    if found.state == "measured" and apart is not None and abs(apart) <= own.limit:
        return msgspec.structs.replace(found, state="not_distinguishable", reason="shift")
    return found


def _withheld(found: Comparison, reason: str) -> Comparison:
    """A comparison without its results: what is not claimed must not be read off."""
    return Comparison(
        state="not_claimed",
        reason=reason,
        population=found.population,
        other=found.other,
        measure=found.measure,
        part=0,
        whole=found.whole,
        other_part=0,
        other_whole=found.other_whole,
    )


def _counted(sums: Mapping[str, float], of: tuple[str, str], measure: str) -> Comparison:
    """Both sides as counted, not compared yet."""
    one, other = (moments(sums, population, measure) for population in of)
    return Comparison(
        state="too_few",
        reason="minimum",
        population=of[0],
        other=of[1],
        measure=measure,
        part=one.x,
        whole=round(one.n),
        other_part=other.x,
        other_whole=round(other.n),
    )


def _compared(
    sums: Mapping[str, float], of: tuple[str, str], measure: str, least_answers: int
) -> Comparison:
    plain = _counted(sums, of, measure)
    one, other = (moments(sums, population, measure) for population in of)
    if min(one.answers, other.answers) < least_answers:
        return plain
    compare: Callable[[Comparison, Moments, Moments], Comparison]
    compare = _means if measure == "toxicity" else _shares
    return compare(plain, one, other)


def _shares(plain: Comparison, one: Moments, other: Moments) -> Comparison:
    cases, sentences = one.x + other.x, one.n + other.n
    if cases < LEAST_CASES or cases * min(one.n, other.n) / sentences < 1:
        return plain
    design = (design_effect(one), design_effect(other))
    counts = (round(one.x), round(one.n), round(other.x), round(other.n))
    found = risk_ratio(*counts, design=design)
    share, other_share = one.x / one.n, other.x / other.n
    return msgspec.structs.replace(
        plain,
        state="measured",
        reason="",
        share=share,
        other_share=other_share,
        difference=share - other_share,
        ratio=found.ratio,
        interval=found.interval,
        p_adjusted=found.p_value,
    )


def _means(plain: Comparison, one: Moments, other: Moments) -> Comparison:
    found = difference(one, other)
    if found is None:
        return plain
    return msgspec.structs.replace(
        plain,
        state="measured",
        reason="",
        share=one.share,
        other_share=other.share,
        difference=found.value,
        interval=found.interval,
        p_adjusted=found.p_value,
    )


def _adjusted(found: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The same with p-values corrected for the number of those that could be compared."""
    p_values = [one.p_adjusted for one in found if one.p_adjusted is not None]
    corrected = iter(benjamini_hochberg(p_values))
    told = []
    for one in found:
        if one.p_adjusted is None:
            told.append(one)
            continue
        p_value = next(corrected)
        differs = one.state == "measured" and p_value < ALPHA
        told.append(msgspec.structs.replace(one, p_adjusted=p_value, differs=differs))
    return tuple(told)
