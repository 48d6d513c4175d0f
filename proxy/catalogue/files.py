"""Provider files: what may stand in them, and how they are read.

A folder holds one YAML file per provider, and three files with a name of their own:
rule-sets.yaml (read rules shared by providers), never-intercept.yaml (hosts that are
never decrypted) and sources.yaml (what the source marks stand for). Every item is
checked on its own, so that an error names its place exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import msgspec
from msgspec import Meta

from proxy.catalogue.entry import Match
from proxy.catalogue.errors import CatalogueError
from proxy.config.yamlfile import YamlError, parse
from proxy.exchange import Channel, Operation

__all__ = [
    "GUIDE",
    "NEVER_INTERCEPT",
    "RULE_SETS",
    "SOURCES",
    "CatalogueFile",
    "HostLine",
    "NeverDocument",
    "NeverLine",
    "ProviderDocument",
    "RuleLine",
    "RuleSetLine",
    "RuleSetsDocument",
    "SourcesDocument",
    "UseLine",
    "read_folder",
    "text_of",
]

GUIDE = "see docs/howto/add-a-provider.md"
RULE_SETS = "rule-sets.yaml"
NEVER_INTERCEPT = "never-intercept.yaml"
SOURCES = "sources.yaml"

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48)]
Text = Annotated[str, Meta(min_length=1)]
Kind = Literal["api", "web", "ide", "mixed"]
Part = Literal["model", "region", "action"]


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything in a provider file: immutable, unknown keys refused."""


class RuleLine(_Line, frozen=True, kw_only=True):
    """One kind of call: how it is recognised, and what it is."""

    path: Text
    """Regular expression of the whole path after the base of the rule set, without the
    query. Groups named model, region and action are kept, nothing else of it is."""
    method: Literal["GET", "POST", "PUT"] = "POST"
    websocket: bool = False
    """The call is a WebSocket (its method is then that of the upgrade)."""
    when: dict[str, str] = {}
    """Header name (lower case) to a regular expression that its value must contain."""
    skip: bool = False
    """These calls are known and not read: no later rule is tried."""
    format: Text | None = None
    """Key of `proxy.wire.FORMATS`; required unless `skip`."""
    operation: Operation | None = None
    """Required unless `skip`."""
    action: str = ""
    """Fixed action, where the path has no group of that name."""
    query: dict[Part, str] = {}
    """Parts taken from the query: part to the name of the parameter."""
    header: dict[Part, str] = {}
    """Parts taken from a request header: part to the header's name (lower case)."""
    tool: Slug | None = None
    """Another tool than that of the host (Codex on chatgpt.com)."""
    channel: Channel | None = None
    """Another channel than that of the host."""


class UseLine(_Line, frozen=True, kw_only=True):
    """Read rules of a host: a rule set, and where on the host it begins."""

    use: Text
    base: str = ""
    """Regular expression of the path before the rules' own (/openai/v1)."""


class HostLine(_Line, frozen=True, kw_only=True):
    """One host name, or a pattern of host names."""

    host: Text
    match: Match = "exact"
    kind: Kind = "api"
    """api, web (browser chat), ide (coding assistant), mixed (also serves other things)."""
    tier: Literal[1, 2, 3] = 1
    """1 decrypted by default; 2 when its tool is enabled; 3 only seen."""
    tool: Slug
    channel: Channel | None = None
    """Default: the kind; web for mixed hosts."""
    region: str | None = None
    """Where its models run: ISO 3166 code or cloud region."""
    region_from_host: bool = False
    """The region is what the first `*` of the glob stands for."""
    websocket: bool = False
    read: tuple[str | UseLine, ...] = ()
    """Rule sets in the order in which they are tried; a bare name is a set without base."""
    shapes: str | None = None
    """Rule set tried last: default by kind, "" for none."""
    sources: tuple[str, ...] = ()
    note: str = ""


class NeverLine(_Line, frozen=True, kw_only=True):
    """A host that is never decrypted, whatever else matches its name."""

    host: Text
    match: Match = "exact"
    why: Text
    tool: Slug | None = None
    sources: tuple[str, ...] = ()


class ProviderHead(_Line, frozen=True, kw_only=True):
    """What a provider file says of the provider itself."""

    provider: Slug
    name: Text
    otel: Text
    checked: date
    """When its facts were last checked."""
    note: str = ""


class ProviderDocument(ProviderHead, frozen=True, kw_only=True):
    """A whole provider file."""

    tools: dict[Slug, Text]
    hosts: tuple[HostLine, ...]
    rule_sets: dict[Slug, tuple[RuleLine, ...]] = {}


class RuleSetsDocument(_Line, frozen=True, kw_only=True):
    """The whole of rule-sets.yaml."""

    checked: date
    rule_sets: dict[Slug, tuple[RuleLine, ...]]


class NeverDocument(_Line, frozen=True, kw_only=True):
    """The whole of never-intercept.yaml."""

    checked: date
    never_intercept: tuple[NeverLine, ...]


class SourcesDocument(_Line, frozen=True, kw_only=True):
    """The whole of sources.yaml."""

    checked: date
    sources: dict[Text, Text]


@dataclass(frozen=True, slots=True)
class RuleSetLine:
    """A named list of rules and the file that holds it."""

    file: str
    rules: tuple[RuleLine, ...]


@dataclass(slots=True)
class CatalogueFile:
    """One file, read and checked item by item."""

    name: str
    """Its path, for errors."""
    head: ProviderHead | None = None
    tools: dict[str, str] = field(default_factory=dict)
    hosts: list[HostLine] = field(default_factory=list)
    rule_sets: dict[str, RuleSetLine] = field(default_factory=dict)
    never: list[NeverLine] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def text_of(file: Path) -> bytes:
    """The bytes of a catalogue file. Raises CatalogueError when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CatalogueError(
            str(file), "(file)", "a readable file", f"check its rights ({error.strerror})"
        ) from error


def read_folder(folder: Path) -> list[tuple[bytes, CatalogueFile]]:
    """Every catalogue file of a folder, in order of name, with the bytes it was read from."""
    if not folder.is_dir():
        raise CatalogueError(
            str(folder), "(folder)", "an existing folder", "correct catalogue.folders"
        )
    files = sorted(folder.glob("*.yaml"))
    return [(data, _read(str(file), data)) for file in files for data in (text_of(file),)]


def _read(name: str, data: bytes) -> CatalogueFile:
    try:
        tree = parse(data.decode())
    except (YamlError, UnicodeDecodeError) as error:
        line = getattr(error, "line", None)
        why = getattr(error, "reason", "the file is not UTF-8 text")
        raise CatalogueError(
            name, f"line {line}" if line else "(file)", "valid YAML", f"correct it: {why}"
        ) from error
    if not isinstance(tree, dict):
        raise CatalogueError(name, "(file)", "keys and values", GUIDE)
    file = CatalogueFile(name)
    for key, read in _PARTS.items():
        if key in tree:
            read(file, tree.pop(key))
    if Path(name).name not in _NAMED:
        file.head = _convert(name, "", tree, ProviderHead)
    elif set(tree) - {"checked"}:
        extra = min(map(str, set(tree) - {"checked"}))
        raise CatalogueError(name, extra, "no such key in this file", f"remove it; {GUIDE}")
    return file


_NAMED = {RULE_SETS, NEVER_INTERCEPT, SOURCES}


def _read_tools(file: CatalogueFile, value: object) -> None:
    file.tools = _convert(file.name, "tools", value, dict[Slug, Text])


def _read_sources(file: CatalogueFile, value: object) -> None:
    file.sources = _convert(file.name, "sources", value, dict[Text, Text])


def _read_hosts(file: CatalogueFile, value: object) -> None:
    file.hosts = [
        _convert(file.name, f"hosts[{at}]", item, HostLine)
        for at, item in enumerate(_items(file.name, "hosts", value))
    ]


def _read_never(file: CatalogueFile, value: object) -> None:
    file.never = [
        _convert(file.name, f"never_intercept[{at}]", item, NeverLine)
        for at, item in enumerate(_items(file.name, "never_intercept", value))
    ]


def _read_rule_sets(file: CatalogueFile, value: object) -> None:
    if not isinstance(value, dict):
        raise CatalogueError(file.name, "rule_sets", "names, each with a list of rules", GUIDE)
    for name, rules in value.items():
        key = f"rule_sets.{name}"
        lines = [
            _checked(file.name, f"{key}[{at}]", _convert(file.name, f"{key}[{at}]", rule, RuleLine))
            for at, rule in enumerate(_items(file.name, key, rules))
        ]
        file.rule_sets[str(name)] = RuleSetLine(file.name, tuple(lines))


_PARTS = {
    "tools": _read_tools,
    "hosts": _read_hosts,
    "never_intercept": _read_never,
    "rule_sets": _read_rule_sets,
    "sources": _read_sources,
}


def _items(file: str, key: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise CatalogueError(file, key, "a list", GUIDE)
    return value


def _checked(file: str, key: str, rule: RuleLine) -> RuleLine:
    if not rule.skip:
        for name in ("format", "operation"):
            if getattr(rule, name) is None:
                raise CatalogueError(file, f"{key}.{name}", "a value", "name it, or set skip: true")
    return rule


_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$?\.?(?P<where>[^`]*)`)?$", re.DOTALL)


def _convert[T](file: str, key: str, value: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        _refuse(file, key, str(error))


def _refuse(file: str, key: str, message: str) -> NoReturn:
    """Say msgspec's complaint in our form: the exact key, what was expected, the remedy."""
    found = _PLACE.match(message)
    what, where = (found["what"], found["where"] or "") if found else (message, "")
    unknown = re.search(r"unknown field `(.*)`", what)
    missing = re.search(r"missing required field `(.*)`", what)
    parts = [key, where, *(m[1] for m in (unknown, missing) if m)]
    place = ".".join(part for part in parts if part) or "(file)"
    if unknown:
        raise CatalogueError(file, place, "no such key", f"remove it or correct its name; {GUIDE}")
    if missing:
        raise CatalogueError(file, place, "a value", f"add it; {GUIDE}")
    raise CatalogueError(file, place, what.removeprefix("Expected "), f"correct it; {GUIDE}")
