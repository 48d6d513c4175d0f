"""Markers of bias: shares against their references, and comparisons with their ratios."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.model_answers import Bias, BiasComparison, BiasLine
from proxy.report.render.blocks import Block, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say
from proxy.texts.markers import marker_name

__all__ = ["bias"]

_MOST_LINES = 8
_MOST_COMPARISONS = 5
"""Of a table; the others are counted under it, and stand in the CSV file."""


def bias(told: Bias, say: Say) -> Iterator[Block]:
    """The section; a sentence where nothing was measured."""
    yield Heading(say.t("answers.bias_title"), level=3)
    if not told.measured:
        yield Para(say.t(f"answers.no_bias.{told.reason or 'not_measured'}"))
        return
    yield Para(say.t("answers.bias_how"))
    if told.lines:
        yield _lines(told, say)
    if told.comparisons:
        yield _comparisons(told, say)
    if told.too_few or told.not_claimed:
        counts = {"too_few": say.count(told.too_few), "not_claimed": say.count(told.not_claimed)}
        yield Para(say.t("answers.comparisons_left", **counts))


def _lines(told: Bias, say: Say) -> Table:
    """What leaves its reference first, then what is held against one, then what is named most."""
    held = any(line.reference is not None for line in told.lines)
    ordered = sorted(
        told.lines,
        key=lambda one: (one.note != "apart", one.reference is None, -one.counted.part),
    )
    several = len({line.language for line in told.lines}) > 1
    return Table(
        say.t("answers.bias_table"),
        (
            Column(say.t("answers.marker" if several else "answers.marker_alone"), wide=2.6),
            Column(say.t("answers.counted"), numbers=True, wide=0.6),
            Column(say.t("answers.of"), numbers=True, wide=1.1),
            Column(say.t("answers.rate"), numbers=True, wide=1.1),
            *((Column(say.t("answers.reference"), wide=3),) if held else ()),
        ),
        tuple(_line(line, say, held=held, several=several) for line in ordered[:_MOST_LINES]),
        say.more(len(ordered) - _MOST_LINES),
    )


def _line(line: BiasLine, say: Say, *, held: bool, several: bool) -> tuple[str, ...]:
    counted = line.counted
    name = marker_name(line.key, say)
    return (
        f"{name}, {say.of('common.language', line.language)}" if several else name,
        say.count(counted.part),
        say.t(f"report.unit.{counted.unit}", count=counted.whole),
        say.rate(counted),
        *((_reference(line, say),) if held else ()),
    )


def _reference(line: BiasLine, say: Say) -> str:
    """What it is held against, and whether it leaves it."""
    note = say.of("answers.bias_note", line.note) if line.note else ""
    if line.reference is None:
        return note or NONE
    source = say.of("bias.reference", line.reference_source)
    held = say.t("answers.reference_is", share=say.percent(line.reference), source=source)
    return say.series([held, note]) if note else held


def _comparisons(told: Bias, say: Say) -> Table:
    """Established differences first, then by how much was counted."""
    ordered = sorted(told.comparisons, key=lambda one: (not one.differs, -one.whole))
    return Table(
        say.t("answers.comparisons_table"),
        (
            Column(say.t("answers.comparison"), wide=3.2),
            Column(say.t("answers.first_share"), numbers=True, wide=0.6),
            Column(say.t("answers.other_share"), numbers=True, wide=0.9),
            Column(say.t("answers.ratio"), numbers=True),
            Column(say.t("answers.remark"), wide=1.5),
        ),
        tuple(_comparison(one, say) for one in ordered[:_MOST_COMPARISONS]),
        say.more(len(ordered) - _MOST_COMPARISONS),
    )


def _comparison(one: BiasComparison, say: Say) -> tuple[str, ...]:
    names = [marker_name(one.key, say)]
    names += [say.of("common.language", one.language), *filter(None, [one.tool_label or one.tool])]
    measured = "differs" if one.differs else "same"
    remark = measured if one.state == "measured" else one.state
    return (
        ", ".join(names),
        _share(one.key, one.part / one.whole, say),
        _share(one.key, one.other_part / one.other_whole, say),
        _ratio(one, say),
        say.t(f"answers.compared.{remark}"),
    )


def _share(key: str, value: float, say: Say) -> str:
    """As percent; a mean score as it is: 0.04 is not 4 % of anything."""
    return say.number(value) if key.endswith("/toxicity") else say.percent(value)


def _ratio(one: BiasComparison, say: Say) -> str:
    if one.ratio is None or one.low is None or one.high is None:
        return NONE
    return " – ".join(say.number(value) for value in (one.low, one.ratio, one.high))
