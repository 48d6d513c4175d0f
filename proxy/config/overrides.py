"""`--set key=value`: one YAML value at a dotted path, list indexes included.

--set edge.workers=2
--set edge.clients='[10.0.0.0/8]'
--set edge.listeners.0.listen=127.0.0.1:8081
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from proxy.config.errors import ConfigError
from proxy.config.yamlfile import YamlError, parse

__all__ = ["Override", "apply", "parse_override"]


@dataclass(frozen=True, slots=True)
class Override:
    """One `--set`: where, and what."""

    key: str
    value: object

    @property
    def source(self) -> str:
        """How an error names it; never with its value."""
        return f"--set {self.key}"


def parse_override(text: str) -> Override:
    """The override in `key=value`. Raises ConfigError."""
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not key or not all(key.split(".")):
        raise ConfigError(
            file="--set",
            key="",
            expected="expected key=value with a dotted key",
            remedy="Write, for example, --set edge.workers=2.",
        )
    try:
        return Override(key, parse(value))
    except YamlError:
        return Override(key, value)  # [::1]:8080 is no YAML, and meant as text


_REPLACES = {
    "listeners": ("listen", "mode", "target"),
    "listen": ("listeners",),
    "mode": ("listeners",),
    "target": ("listeners",),
}
"""Under `edge`: one way to name the listeners takes the place of the other."""


def apply(document: dict[str, object], override: Override) -> None:
    """Sets the override's value in `document`, making parents as needed. Raises ConfigError."""
    words = override.key.split(".")
    edge = document.get("edge")
    if words[0] == "edge" and len(words) > 1 and isinstance(edge, dict):
        for other in _REPLACES.get(words[1], ()):
            edge.pop(other, None)
    place: object = document
    for part, following in pairwise(words):
        place = _enter(place, part, following, override)
    _put(place, words[-1], override.value, override)


def _enter(place: object, part: str, following: str, override: Override) -> object:
    """The group or list at `part` of `place`, made where it is missing."""
    fresh: object = [] if following.isdigit() else {}
    if isinstance(place, dict):
        if not isinstance(place.get(part), dict | list):
            place[part] = fresh
        return place[part]
    if isinstance(place, list) and part.isdigit() and int(part) <= len(place):
        if int(part) == len(place):
            place.append(fresh)
        return place[int(part)]
    raise _nowhere(override)


def _put(place: object, part: str, value: object, override: Override) -> None:
    if isinstance(place, dict):
        place[part] = value
    elif isinstance(place, list) and part.isdigit() and int(part) < len(place):
        place[int(part)] = value
    elif isinstance(place, list) and part.isdigit() and int(part) == len(place):
        place.append(value)
    else:
        raise _nowhere(override)


def _nowhere(override: Override) -> ConfigError:
    return ConfigError(
        file=override.source,
        key=override.key,
        expected="the list has no such place",
        remedy="List items are numbered from 0, and the next free number adds one.",
    )
