"""What the audit itself consumed."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.figures import Span
from proxy.report.model import Report
from proxy.report.render.blocks import Block, Heading, Para
from proxy.report.render.say import Say

__all__ = ["own"]


def own(report: Report, say: Say) -> Iterator[Block]:
    """Its electricity and gases, beside those of the audited requests."""
    told = report.own
    yield Heading(say.t("own.title"), id="own")
    if not told.watched.part:
        yield Para(say.t("own.unknown"))
        yield Para(say.t("own.latency"), tone="soft")
        return
    yield Para(
        say.t(
            "own.cost",
            energy=say.cost_between(told.energy),
            ghg=say.cost_between(told.ghg),
            watched=say.share(told.watched),
        )
    )
    if told.ratio.central is not None:
        yield Para(say.t("own.ratio", ratio=_ratio(told.ratio, say)))
    sources = [say.of("own.source", source) for source in told.sources]
    if sources:
        how = say.t("own.how", how=say.all_of(sources))
        notes = (how, say.t("own.left_out"), say.t("own.latency"))
        yield Para(" ".join(notes), tone="soft")


def _ratio(ratio: Span, say: Say) -> str:
    """As percent; as a plain ratio where it has no upper end."""
    if ratio.low is None or ratio.central is None or ratio.high is None:
        return say.span(ratio)
    return say.percent_range(ratio.low, ratio.central, ratio.high)
