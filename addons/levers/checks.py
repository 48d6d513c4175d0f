"""checks: messages are not checked field by field against their type annotations.

mitmproxy does so at the birth of every request and response, for the sake of authors of
addons; its own code and ours are checked by mypy instead.
"""

from __future__ import annotations

from mitmproxy.http import MessageData

from addons.levers.patch import Patch

__all__ = ["patches"]


def _unchecked(self: MessageData) -> None:
    """Take the place of `MessageData.__post_init__`."""


def patches() -> tuple[Patch, ...]:
    """What this lever replaces."""
    return (Patch(MessageData, "__post_init__", _unchecked),)
