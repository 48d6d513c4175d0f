"""How the parts of the system are doing, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from proxy.reasons import Reason
from proxy.texts import Texts

__all__ = ["Part", "parts", "told"]

type Say = Callable[[Texts, str], str]

_SAID: Mapping[str, Say] = {
    "kind": lambda texts, kind: texts.of("page.fault", kind),
    "error": lambda texts, error: texts.of("health.error", error),
    "end": lambda texts, end: texts.of("health.end", end),
    "why": lambda texts, why: texts.of("health.why", texts.of("health.error", why)),
    "month": lambda texts, month: texts.of_month(month),
}
"""How a value of a reason is said; every other is a name, a number, or a list of codes."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part and how it is."""

    name: str
    status: str
    """ok, degraded or fail."""
    state: str
    reasons: tuple[str, ...]


def parts(components: Mapping[str, Any], texts: Texts) -> list[Part]:
    """The components of `proxy.audit.health.report`, for a template."""
    return [
        Part(
            name=texts.of("site.system.components", name),
            status=part.status,
            state=texts.t(f"site.system.state.{part.status}"),
            reasons=tuple(told(reason, texts) for reason in part.reasons),
        )
        for name, part in components.items()
    ]


def told(reason: Reason, texts: Texts) -> str:
    """A reason as a sentence."""
    values = {
        name: _SAID[name](texts, str(value)) if name in _SAID else value
        for name, value in reason.values.items()
    }
    return texts.t(f"health.reason.{reason.key}", **values)
