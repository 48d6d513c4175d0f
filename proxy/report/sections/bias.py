"""Markers of bias of the month as a whole. Toxicity is not bias."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from proxy.bias.figures import Comparison, Figures, Gap, Reference
from proxy.bias.merge import Basis, added
from proxy.bias.month import figures
from proxy.bias.shift import CONFIG, ShiftError, ShiftFile, load_shift
from proxy.report.facts import Facts
from proxy.report.figures import Share
from proxy.report.keys import BIAS_LIMITS
from proxy.report.model_answers import Bias, BiasComparison, BiasLine
from proxy.report.sections.common import tool_label

__all__ = ["bias"]

_TOLD = frozenset({"measured", "not_distinguishable"})


def bias(facts: Facts) -> Bias:
    """The section: not measured where the ledger holds no counts of bias.

    Shares are of all answers together; sentences about a group are held against the other
    sentences of the same tool, because tools answer different questions.
    """
    if not facts.bias:
        reason = "not_measured" if facts.now.requests else "no_answers"
        return Bias(measured=False, reason=reason, lines=(), limits=BIAS_LIMITS)
    told = _Telling(facts)
    whole = [
        told.figures(basis, sums) for (_, basis), sums in added(facts.bias, lambda _: "").items()
    ]
    tools = [(tool, told.figures(basis, sums)) for (tool, basis), sums in added(facts.bias).items()]
    compared = [("", one, each) for each in whole for one in each.attributes]
    compared += [(tool, one, each) for tool, each in tools for one in each.groups]
    return Bias(
        measured=True,
        reason="",
        lines=tuple(line for one in whole for line in _lines(one)),
        limits=BIAS_LIMITS,
        comparisons=tuple(_comparisons(facts, compared)),
        too_few=sum(one.state == "too_few" for _, one, _ in compared),
        not_claimed=sum(one.state == "not_claimed" for _, one, _ in compared),
    )


class _Telling:
    """Sums as figures; reads each classifier's file once."""

    def __init__(self, facts: Facts) -> None:
        declared = facts.config.organisation.gender
        self._reference = Reference(women=declared.women, source=declared.source)
        self._folder = facts.config.state_dir / "bias"
        self._shifts: dict[tuple[str, str], ShiftFile | None] = {}

    def figures(self, basis: Basis, sums: Mapping[str, float]) -> Figures:
        """What the sums of one basis say."""
        return figures(
            sums,
            language=basis.language,
            classifier=basis.classifier,
            classifier_version=basis.classifier_version,
            version=basis.version,
            reference=self._reference,
            shift=self._shift(basis.classifier, basis.classifier_version),
        )

    def _shift(self, name: str, version: str) -> ShiftFile | None:
        if (name, version) not in self._shifts:
            try:
                self._shifts[name, version] = load_shift(name, version, self._folder, CONFIG)
            except ShiftError:
                self._shifts[name, version] = None
        return self._shifts[name, version]


def _lines(told: Figures) -> Iterator[BiasLine]:
    """Shares with their references; then how often each group is named."""
    for one in told.gaps:
        if one.state == "measured" and one.interval is not None:
            yield BiasLine(
                key=f"{one.population}/{one.measure}",
                language=told.language,
                counted=Share(
                    part=one.part,
                    whole=one.whole,
                    unit="mentions",
                    low=one.interval.low,
                    high=one.interval.high,
                ),
                version=told.version,
                note=_note(one),
                reference=one.reference,
                reference_source=one.reference_source,
            )
    for named in told.mentions:
        if named.state == "measured" and named.answers and named.interval is not None:
            yield BiasLine(
                key=f"group/{named.group}",
                language=told.language,
                counted=Share(
                    part=named.answers,
                    whole=named.of_answers,
                    unit="answers",
                    low=named.interval.low,
                    high=named.interval.high,
                ),
                version=told.version,
            )


def _note(one: Gap) -> str:
    if one.reference is None:
        return ""
    return "apart" if one.apart else "within"


def _comparisons(
    facts: Facts,
    compared: Iterable[tuple[str, Comparison, Figures]],
) -> Iterator[BiasComparison]:
    for tool, one, told in compared:
        if one.state not in _TOLD:
            continue
        yield BiasComparison(
            key=f"{one.population}/{one.measure}",
            language=told.language,
            tool=tool,
            tool_label=tool_label(facts, tool) if tool else "",
            state=one.state,
            part=one.part,
            whole=one.whole,
            other_part=one.other_part,
            other_whole=one.other_whole,
            ratio=one.ratio,
            low=one.interval.low if one.interval else None,
            high=one.interval.high if one.interval else None,
            p_adjusted=one.p_adjusted,
            differs=one.differs,
            version=told.version,
        )
