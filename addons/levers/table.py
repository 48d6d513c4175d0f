"""The list of levers, and which of them are pulled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from mitmproxy import version

from addons.levers import checks, coalesce, dispatch, headers, options
from addons.levers.patch import Patch, put

__all__ = ["LEVERS", "Lever", "chosen", "pull"]

logger = logging.getLogger("jauge.edge")


@dataclass(frozen=True, slots=True)
class Lever:
    """One shortcut."""

    patches: Callable[[], tuple[Patch, ...]]
    versions: frozenset[str]
    """mitmproxy versions that the equivalence tests passed on."""
    what: str
    """What it saves, for the notice and for `doctor`."""


_COMPARED = frozenset({"12.2.3"})

LEVERS: dict[str, Lever] = {
    "coalesce": Lever(coalesce.patches, _COMPARED, "one event for all body pieces of one read"),
    "checks": Lever(checks.patches, _COMPARED, "no type check of every field of a message"),
    "headers": Lever(headers.patches, _COMPARED, "direct look-up of headers"),
    "options": Lever(options.patches, _COMPARED, "no deep copy of numbers and texts"),
    "dispatch": Lever(dispatch.patches, _COMPARED, "handlers of a hook looked up once"),
}


def chosen(
    switch: Literal[True, False] | Collection[str], running: str = version.VERSION
) -> tuple[str, ...]:
    """The levers to pull: all, none or those named, without those not compared on `running`.

    Raises KeyError for a name that is no lever.
    """
    names = tuple(LEVERS if switch is True else switch or ())
    kept = tuple(name for name in names if running in LEVERS[name].versions)
    if len(kept) < len(names):
        off = ", ".join(name for name in names if name not in kept)
        logger.warning("levers off, not compared on mitmproxy %s: %s", running, off)
    return kept


def pull(names: Collection[str]) -> list[Patch]:
    """Apply the named levers to this process; returns what undoes them."""
    return put([patch for name in names for patch in LEVERS[name].patches()])
