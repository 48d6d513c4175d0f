"""Markers of bias over all answers of the month: shares with their intervals and references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from proxy.bias.figures import Gap, Reference
from proxy.bias.merge import Basis
from proxy.bias.month import gaps
from proxy.texts import Texts
from proxy.texts.markers import marker_name

__all__ = ["bias_rows"]


def bias_rows(
    sums: Mapping[Basis, Mapping[str, float]], reference: Reference, texts: Texts
) -> list[tuple[str, ...]]:
    """Marker and language, counted, of, share with its interval, reference, remark: rows.

    What rests on too few answers is left out. Of several detectors the one that read the
    most answers speaks.
    """
    by_answers = sorted(sums.items(), key=lambda item: item[1].get("all.answers", 0.0))
    found: dict[tuple[str, str], Gap] = {}
    for basis, one in by_answers:
        for gap in gaps(one, language=basis.language, reference=reference):
            found[basis.language, f"{gap.population}/{gap.measure}"] = gap
    return [row for (language, _), gap in found.items() for row in _row(language, gap, texts)]


def _row(language: str, gap: Gap, texts: Texts) -> Iterator[tuple[str, ...]]:
    if gap.state != "measured" or gap.share is None or gap.interval is None:
        return
    marker = marker_name(f"{gap.population}/{gap.measure}", texts)
    name = f"{marker}, {texts.of('common.language', language)}"
    rate = texts.percent_range(gap.interval.low, gap.share, gap.interval.high)
    held, remark = "–", "–"
    if gap.reference is not None:
        source = texts.of("bias.reference", gap.reference_source)
        share = texts.percent(gap.reference)
        held = texts.t("answers.reference_is", share=share, source=source)
        remark = texts.t(f"answers.bias_note.{'apart' if gap.apart else 'within'}")
    yield name, texts.count(gap.part), texts.count(gap.whole), rate, held, remark
