"""headers: a header is looked up in one pass over the fields.

mitmproxy goes through a generic multidict: three calls, a conversion of every name and
an exception for every header that is not there. A dozen look-ups happen per message.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from mitmproxy.http import Headers
from mitmproxy.utils.strutils import always_bytes

from addons.levers.patch import Patch

__all__ = ["patches"]


@lru_cache(maxsize=512)
def _wanted(name: str | bytes) -> bytes:
    """The name as it is compared; those that are looked up are few and stand in the code."""
    return always_bytes(name, "utf-8", "surrogateescape").lower()


def _get_all(self: Headers, name: str | bytes) -> list[str]:
    """`Headers.get_all`."""
    wanted = _wanted(name)
    return [
        value.decode("utf-8", "surrogateescape")
        for key, value in self.fields
        if key.lower() == wanted
    ]


def _getitem(self: Headers, name: str | bytes) -> str:
    """`Headers.__getitem__`."""
    values = _get_all(self, name)
    if not values:
        raise KeyError(name)
    return values[0] if len(values) == 1 else ", ".join(values)


def _get(self: Headers, name: str | bytes, default: Any = None) -> Any:  # noqa: ANN401 - as Mapping.get
    """`Headers.get`."""
    values = _get_all(self, name)
    if not values:
        return default
    return values[0] if len(values) == 1 else ", ".join(values)


def _contains(self: Headers, name: Any) -> bool:  # noqa: ANN401 - as Mapping.__contains__
    """`Headers.__contains__`."""
    wanted = _wanted(name)
    return any(key.lower() == wanted for key, _ in self.fields)


def patches() -> tuple[Patch, ...]:
    """What this lever replaces."""
    return (
        Patch(Headers, "get_all", _get_all),
        Patch(Headers, "__getitem__", _getitem),
        Patch(Headers, "get", _get),
        Patch(Headers, "__contains__", _contains),
    )
