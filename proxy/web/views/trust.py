"""How to read the figures: what they rest on, and how far to trust them."""

from __future__ import annotations

from proxy.texts import Texts
from proxy.web.reading import Reading
from proxy.web.subject import Published, Subject

__all__ = ["view"]

_CLASSES = ("A", "B", "C")


def view(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    month = reading.month
    sets = month.factor_sets if month else ()
    key = "trust.method.text" if sets else "trust.method.none"
    return {
        "qualities": _qualities(reading, texts),
        "method": texts.t(key, sets=", ".join(sets), set=subject.factor_set),
        "people": texts.t("trust.people.text", k=subject.config.settings.privacy.k),
        "published_rows": [_claim(one, subject.glass_ml, texts) for one in subject.published],
    }


def _qualities(reading: Reading, texts: Texts) -> list[tuple[str, str, str]]:
    """Class, meaning, requests of the month; empty without a reading."""
    month = reading.month
    if month is None:
        return []
    lines = [
        (name, texts.t(f"trust.quality.{name}"), texts.count(month.qualities.get(name, 0)))
        for name in _CLASSES
    ]
    without = month.whole.requests - month.whole.estimated
    return [*lines, ("–", texts.t("trust.quality.none"), texts.count(without))]


def _claim(one: Published, glass_ml: float, texts: Texts) -> tuple[str, ...]:
    """Value, requests per glass, scope, source: a row of the table."""
    return (
        texts.amount("water_ml", one.millilitres),
        texts.number(glass_ml / one.millilitres),
        (one.scope_fr if texts.lang == "fr" else "") or one.scope_en,
        one.source,
    )
