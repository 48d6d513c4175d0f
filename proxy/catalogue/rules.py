"""Read rules, compiled: method, then the last word of the path, then regular expressions.

Almost every request of a decrypted host is no call to a model. It is told apart by two
dictionary look-ups, on its method and on the last word of its path ("completions"), so
that an expression is only tried where it will most likely match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import unquote, unquote_plus

from proxy.catalogue.entry import Call, Host
from proxy.catalogue.errors import CatalogueError
from proxy.catalogue.files import Part, RuleLine

__all__ = ["LONGEST_PATH", "Place", "RuleTable", "compile_pattern", "tails_of"]

LONGEST_PATH = 2048
"""Characters of a path, without its query, beyond which it is no call that we know."""

_SOCKET = "websocket"
_PARTS = frozenset(get_args(Part))
_ENDING = re.compile(r"(?:[/:]|\\:)(?:([A-Za-z0-9_-]+)|\((?:\?:|\?P<\w+>)([A-Za-z0-9_|-]+)\))$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule stands, for errors."""

    file: str
    key: str


def compile_pattern(pattern: str, place: Place) -> re.Pattern[str]:
    """The compiled expression. Raises CatalogueError when it is wrong."""
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise CatalogueError(
            place.file, place.key, "a regular expression", f"correct it ({error})"
        ) from error
    extra = sorted(set(compiled.groupindex) - _PARTS)
    if extra:
        raise CatalogueError(
            place.file, place.key, "groups named model, region or action", f"rename {extra[0]!r}"
        )
    return compiled


def tails_of(pattern: str) -> tuple[str, ...] | None:
    """The literal last words that a path must have to match; None when they cannot be told.

    The last word is what follows the last slash and the last colon after it.
    """
    found = _ENDING.search(pattern)
    if not found:
        return None
    return (found[1],) if found[1] else tuple(found[2].split("|"))


def _tail(path: str) -> str:
    last = path[path.rfind("/") + 1 :]
    return last[last.rfind(":") + 1 :]


def _clean_model(text: str) -> str:
    """A model from a path, percent-decoded.

    Of an Amazon resource name (ARN) only the last part: the rest names the customer's account.
    """
    model = unquote(text)
    return model[model.rfind("/") + 1 :] if model.startswith("arn:") else model


def _from_query(query: str, name: str) -> str | None:
    """The first value of one parameter. No other one is looked at or decoded."""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if key == name:
            return unquote_plus(value) or None
    return None


class _Rule:
    """One rule on one host: an expression, and the call that it makes of a match."""

    __slots__ = ("_call", "_groups", "_header", "_match", "_query", "_when", "moving")

    def __init__(self, line: RuleLine, base: str, host: Host, place: Place, *, skip: bool) -> None:
        pattern = compile_pattern(f"(?:{base}){line.path}", place)
        self._match = pattern.fullmatch
        self._when = [
            (name.lower(), compile_pattern(wanted, place).search)
            for name, wanted in line.when.items()
        ]
        self._groups = tuple(pattern.groupindex)
        self._query = tuple(line.query.items())
        self._header = tuple((part, name.lower()) for part, name in line.header.items())
        self.moving = bool(self._groups or self._query or self._header)
        self._call = None if skip else _fixed_call(line, host)

    def read(
        self, path: str, query: str, headers: Mapping[str, str], region: str | None
    ) -> tuple[bool, Call | None]:
        """Whether the rule matches, and the call (None: known, and not read)."""
        match = self._match(path)
        if match is None or (self._when and not self._allowed(headers)):
            return False, None
        call = self._call
        if call is None or (not self.moving and call.region == region):
            return True, call
        return True, self._filled(call, match, query, headers, region)

    def _allowed(self, headers: Mapping[str, str]) -> bool:
        return all(wanted(headers.get(name, "")) for name, wanted in self._when)

    def _filled(
        self,
        call: Call,
        match: re.Match[str],
        query: str,
        headers: Mapping[str, str],
        region: str | None,
    ) -> Call:
        """The call with the parts that this very request names."""
        parts: dict[str, str | None] = {"model": None, "region": region, "action": call.action}
        for part, name in self._header:
            parts[part] = headers.get(name) or parts[part]
        for part, name in self._query:
            parts[part] = _from_query(query, name) or parts[part]
        for group in self._groups:
            parts[group] = match[group] or parts[group]
        model = parts["model"]
        return Call(
            call.tool,
            call.provider,
            call.wire_format,
            call.operation,
            call.channel,
            _clean_model(model) if model else None,
            parts["region"],
            parts["action"] or "",
            call.websocket,
        )


def _fixed_call(line: RuleLine, host: Host) -> Call | None:
    if line.format is None or line.operation is None:
        return None
    return Call(
        tool=line.tool or host.tool,
        provider=host.provider,
        wire_format=line.format,
        operation=line.operation,
        channel=line.channel or host.channel,
        region=host.region,
        action=line.action,
        websocket=line.websocket,
    )


class RuleTable:
    """The read rules of one host, in order, reached through method and last word."""

    __slots__ = ("_methods",)

    def __init__(
        self,
        host: Host,
        sets: Iterable[tuple[str, Sequence[tuple[RuleLine, Place]]]],
        *,
        disable: Collection[str] = (),
    ) -> None:
        ordered: dict[str, list[tuple[tuple[str, ...] | None, _Rule]]] = {}
        for base, lines in sets:
            for line, place in lines:
                method = _SOCKET if line.websocket else line.method
                rule = _Rule(line, base, host, place, skip=line.skip or line.tool in disable)
                item = (tails_of(line.path), rule)
                ordered.setdefault(method, []).append(item)
        self._methods = {method: _Group(rules) for method, rules in ordered.items()}

    def find(
        self, method: str, path: str, headers: Mapping[str, str], region: str | None
    ) -> Call | None:
        """The call, or None when it is not read. `path` may carry a query."""
        if method == "GET" and (headers.get("upgrade") or "").lower() == "websocket":
            method = _SOCKET
        group = self._methods.get(method)
        if group is None:
            return None
        bare, _, query = path.partition("?")
        if len(bare) > LONGEST_PATH:
            return None
        for read in group.readers(_tail(bare)):
            matched, call = read(bare, query, headers, region)
            if matched:
                return call
        return None


_Reader = Callable[[str, str, Mapping[str, str], str | None], tuple[bool, Call | None]]


class _Group:
    """The rules of one method, by the last word of the path."""

    __slots__ = ("_by_tail", "_rest")

    def __init__(self, rules: Sequence[tuple[tuple[str, ...] | None, _Rule]]) -> None:
        words = {word for tails, _ in rules if tails for word in tails}
        self._by_tail: dict[str, tuple[_Reader, ...]] = {
            word: tuple(rule.read for tails, rule in rules if tails is None or word in tails)
            for word in words
        }
        self._rest: tuple[_Reader, ...] = tuple(rule.read for tails, rule in rules if tails is None)

    def readers(self, word: str) -> tuple[_Reader, ...]:
        """The rules that a path with this last word may match, in their order."""
        return self._by_tail.get(word, self._rest)
