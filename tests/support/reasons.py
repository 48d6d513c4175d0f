"""Reasons as the page says them, which fails where a message has a gap that nothing fills."""

from __future__ import annotations

from collections.abc import Iterable

from proxy.reasons import Reason
from proxy.texts import LANGS, Texts
from proxy.web.views.health import told

__all__ = ["in_both_languages"]


def in_both_languages(reasons: Iterable[Reason]) -> list[str]:
    """Every reason in every language."""
    return [told(reason, Texts(lang)) for reason in reasons for lang in LANGS]
