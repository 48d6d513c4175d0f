"""Provider files put together: what they name must exist, and nothing may exist twice."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence

from proxy.catalogue.entry import Entry, Host, Provider, Tool
from proxy.catalogue.errors import CatalogueError
from proxy.catalogue.files import GUIDE, CatalogueFile, HostLine, NeverLine, UseLine
from proxy.catalogue.names import normal, problem_with
from proxy.catalogue.rules import Place, RuleTable, compile_pattern
from proxy.exchange import Channel

__all__ = ["OTHER", "Build", "check_formats"]

OTHER = "other"
"""Tool and provider of a host that serves many tools, or none in particular."""

_SETTINGS = "jauge.yaml"
ANYWHERE = ".*"
_SHAPES = {"api": "shapes", "ide": "shapes", "web": "web-shapes", "mixed": ""}
_CHANNELS: dict[str, Channel] = {"api": "api", "ide": "ide", "web": "web", "mixed": "web"}


class Build:
    """Puts files together: what they name must exist, and nothing may exist twice."""

    def __init__(
        self, files: Sequence[CatalogueFile], enable: Collection[str], disable: Collection[str]
    ) -> None:
        self.files = files
        self.disable = frozenset(disable)
        self.enable = frozenset(enable)
        self.tools: dict[str, Tool] = {}
        self.providers: dict[str, Provider] = {}
        self.rule_sets = {name: line for file in files for name, line in file.rule_sets.items()}
        self.by_region: set[str] = set()
        self._seen: dict[tuple[str, str], str] = {}
        for file in files:
            self._add_file(file)
        self._check_rule_sets()
        self._check_choice("catalogue.enable", self.enable)
        self._check_choice("catalogue.disable", self.disable)

    def _add_file(self, file: CatalogueFile) -> None:
        if file.head is not None:
            head = file.head
            self._once(file, "provider", "provider", head.provider)
            self.providers[head.provider] = Provider(head.provider, head.name, head.otel)
            for slug, name in file.tools.items():
                self._once(file, f"tools.{slug}", "tool", slug)
                self.tools[slug] = Tool(slug, name, head.provider)
        for name in file.rule_sets:
            self._once(file, f"rule_sets.{name}", "rule set", name)

    def _once(self, file: CatalogueFile, key: str, kind: str, name: str) -> None:
        """Refuse a second thing of the same kind and name, wherever the first one stands."""
        first = self._seen.setdefault((kind, name), f"{file.name} ({key})")
        if first != f"{file.name} ({key})":
            raise CatalogueError(
                file.name,
                key,
                f"a {kind} that stands once in the catalogue",
                f"{name!r} is also in {first}: remove or rename one of the two",
            )

    def _check_rule_sets(self) -> None:
        for name, held in self.rule_sets.items():
            for at, rule in enumerate(held.rules):
                place = Place(held.file, f"rule_sets.{name}[{at}]")
                compile_pattern(rule.path, Place(place.file, f"{place.key}.path"))
                for header, wanted in rule.when.items():
                    compile_pattern(wanted, Place(place.file, f"{place.key}.when.{header}"))
                if rule.tool is not None:
                    self._known_tool(place.file, f"{place.key}.tool", rule.tool)

    def _known_tool(self, file: str, key: str, tool: str) -> Tool:
        if tool not in self.tools:
            raise CatalogueError(
                file, key, "a tool of the catalogue", f"add {tool!r} under tools, or correct it"
            )
        return self.tools[tool]

    def _check_choice(self, key: str, tools: frozenset[str]) -> None:
        tiers: dict[str, set[int]] = {}
        for file in self.files:
            for host in file.hosts:
                tiers.setdefault(host.tool, set()).add(host.tier)
        for tool in sorted(tools):
            self._known_tool(_SETTINGS, key, tool)
            if key.endswith("enable") and tiers.get(tool) == {3}:
                raise CatalogueError(
                    _SETTINGS,
                    key,
                    "tools of tier 1 or 2",
                    f"remove {tool!r}: its hosts are only observed (tier 3)",
                )

    def unlisted(self) -> Host:
        """A host outside the catalogue that is decrypted all the same: calls by their shape."""
        host = Host(tool=OTHER, provider=OTHER, tier=1, decrypt=True, channel="api", websocket=True)
        held = self.rule_sets.get(_SHAPES["api"])
        lines = [(rule, Place(held.file, _SHAPES["api"])) for rule in held.rules] if held else []
        return dataclasses.replace(host, rules=RuleTable(host, [(ANYWHERE, lines)]))

    def formats(self) -> Iterator[str]:
        """Every wire format that a rule names."""
        for held in self.rule_sets.values():
            yield from (rule.format for rule in held.rules if rule.format)

    def entries(self) -> Iterator[Entry]:
        """Every host line, compiled."""
        for file in self.files:
            for at, line in enumerate(file.never):
                yield self._never(file, f"never_intercept[{at}]", line)
            for at, host in enumerate(file.hosts):
                yield self._host(file, f"hosts[{at}]", host)

    def _pattern(self, file: CatalogueFile, key: str, line: HostLine | NeverLine) -> str:
        pattern = line.host if line.match == "glob" else normal(line.host) or line.host
        wrong = problem_with(line.host if line.host.isascii() else pattern, line.match)
        if wrong:
            raise CatalogueError(file.name, f"{key}.host", wrong, f"correct {line.host!r}")
        self._once(file, f"{key}.host", f"{line.match} host", pattern)
        return pattern

    def _never(self, file: CatalogueFile, key: str, line: NeverLine) -> Entry:
        tool = self._known_tool(file.name, f"{key}.tool", line.tool) if line.tool else None
        host = Host(
            tool=tool.slug if tool else OTHER,
            provider=tool.provider if tool else OTHER,
            tier=0,
            decrypt=False,
            channel="web",
        )
        return Entry(self._pattern(file, key, line), line.match, host)

    def _host(self, file: CatalogueFile, key: str, line: HostLine) -> Entry:
        tool = self._known_tool(file.name, f"{key}.tool", line.tool)
        pattern = self._pattern(file, key, line)
        if line.region_from_host:
            if line.match != "glob":
                raise CatalogueError(
                    file.name, f"{key}.region_from_host", "match: glob", "or name the region"
                )
            self.by_region.add(pattern)
        wanted = line.tier == 1 or (line.tier == 2 and line.tool in self.enable)
        host = Host(
            tool=tool.slug,
            provider=tool.provider,
            tier=line.tier,
            decrypt=wanted and line.tool not in self.disable,
            channel=line.channel or _CHANNELS[line.kind],
            region=line.region,
            websocket=line.websocket,
        )
        rules = self._rules(file, key, line, host)
        return Entry(pattern, line.match, dataclasses.replace(host, rules=rules))

    def _rules(self, file: CatalogueFile, key: str, line: HostLine, host: Host) -> RuleTable:
        shapes = _SHAPES[line.kind] if line.shapes is None else line.shapes
        uses = [
            (f"{key}.read[{at}]", UseLine(use=use) if isinstance(use, str) else use)
            for at, use in enumerate(line.read)
        ]
        if shapes and (line.shapes is not None or shapes in self.rule_sets):
            uses.append((f"{key}.shapes", UseLine(use=shapes, base=ANYWHERE)))
        sets = []
        for place, use in uses:
            held = self.rule_sets.get(use.use)
            if held is None:
                raise CatalogueError(
                    file.name,
                    place,
                    "a rule set of the catalogue",
                    f"define {use.use!r} under rule_sets, or correct its name; {GUIDE}",
                )
            compile_pattern(use.base, Place(file.name, f"{place}.base"))
            at = Place(file.name, place)
            sets.append((use.base, [(rule, at) for rule in held.rules]))
        return RuleTable(host, sets, disable=self.disable)


def check_formats(files: Sequence[CatalogueFile], formats: Collection[str]) -> None:
    """Raise CatalogueError for a rule whose wire format does not exist."""
    for file in files:
        for name, held in file.rule_sets.items():
            for at, rule in enumerate(held.rules):
                if rule.format is not None and rule.format not in formats:
                    raise CatalogueError(
                        file.name,
                        f"rule_sets.{name}[{at}].format",
                        f"one of {', '.join(sorted(formats))}",
                        f"correct {rule.format!r}; {GUIDE}",
                    )
