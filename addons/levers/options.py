"""options: a number, a text or a yes/no is handed out as it is, not deeply copied.

mitmproxy copies so that nobody changes an option by accident, which only lists allow.
"""

from __future__ import annotations

import copy
from typing import Any

from mitmproxy.optmanager import _Option, unset

from addons.levers.patch import Patch

__all__ = ["current", "patches"]

_IMMUTABLE = frozenset({str, int, float, bool, type(None)})


def current(self: _Option) -> Any:  # noqa: ANN401 - an option is of any type
    """`_Option.current`, which copies only what can be changed."""
    value = self._default if self.value is unset else self.value
    return value if type(value) in _IMMUTABLE else copy.deepcopy(value)


def patches() -> tuple[Patch, ...]:
    """What this lever replaces."""
    return (Patch(_Option, "current", current),)
