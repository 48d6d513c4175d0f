"""Host names: made equal to compare them, and found among exact names and patterns."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from proxy.catalogue.entry import Entry, Match

__all__ = ["NameIndex", "normal", "problem_with"]

_LONGEST = 255
_LABELS = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\Z")


def normal(name: str) -> str:
    """A host name in the form in which names are compared; "" for what is no name.

    Lower case, no port, no brackets, no final dot, internationalised labels in their
    ASCII form (IDNA 2003, RFC 3490), as a TLS client sends them.
    """
    if len(name) > _LONGEST:
        return ""
    name = name.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    if name.count(":") == 1:
        name = name.partition(":")[0]
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return name.removesuffix(".")


def problem_with(pattern: str, match: Match) -> str | None:
    """What is expected of a pattern of this kind; None when it is well formed."""
    if match == "glob":
        parts = pattern.rpartition("*")
        anchored = parts[2].partition(".")[2] if parts[1] else ""
        if not anchored or not _LABELS.match(pattern.replace("*", "x")):
            return "a host name with `*` in it, not at its end (*.example.org, api-*.example.org)"
        return None
    if _LABELS.match(pattern) or (match == "exact" and _is_address(pattern)):
        return None
    return "a host name in lower case, without scheme, port, path or `*` (glob has the `*`)"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A suffix or glob under its anchor: the labels after its last `*`."""

    entry: Entry
    whole: re.Pattern[str] | None
    """None for a suffix, which its anchor says entirely."""


def _compiled(pattern: str) -> re.Pattern[str]:
    """A leading `*.` is one or more labels, any other `*` part of one label."""
    lead, rest = (r"(.+)\.", pattern[2:]) if pattern.startswith("*.") else ("", pattern)
    return re.compile(lead + "([^.]+)".join(re.escape(part) for part in rest.split("*")))


class NameIndex:
    """Entries of the catalogue by host name: exact first, then the longest suffix."""

    __slots__ = ("_exact", "_patterns")

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[str, Entry] = {}
        self._patterns: dict[str, tuple[_Pattern, ...]] = {}
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        if entry.match == "exact":
            self._exact[entry.pattern] = entry
            return
        whole = _compiled(entry.pattern) if entry.match == "glob" else None
        anchor = entry.pattern
        if whole:
            anchor = anchor[anchor.find(".", anchor.rfind("*")) + 1 :]
        known = self._patterns.get(anchor, ())
        # The longest pattern first: the most of it is literal.
        patterns = sorted(
            (*known, _Pattern(entry, whole)), key=lambda item: -len(item.entry.pattern)
        )
        self._patterns[anchor] = tuple(patterns)

    def find(self, name: str) -> tuple[Entry, str | None] | None:
        """The entry of a name in `normal` form, and what the first `*` stands for."""
        entry = self._exact.get(name)
        if entry is not None:
            return entry, None
        start = 0
        while True:
            for pattern in self._patterns.get(name[start:], ()):
                if pattern.whole is None:
                    return pattern.entry, None
                match = pattern.whole.fullmatch(name)
                if match:
                    return pattern.entry, match[1]
            dot = name.find(".", start)
            if dot < 0:
                return None
            start = dot + 1
