"""What the catalogue says of a host and of a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from proxy.exchange import Channel, Operation

__all__ = ["Call", "Entry", "Host", "Match", "Provider", "Rules", "Tool"]

Match = Literal["exact", "suffix", "glob"]
"""exact: this name; suffix: this name and every sub-domain; glob: a leading `*.` is one or
more labels, any other `*` is a part of one label."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that is read: what the catalogue knows of it before a byte of its body."""

    tool: str
    provider: str
    wire_format: str
    """Key of `proxy.wire.FORMATS`."""
    operation: Operation
    channel: Channel
    model: str | None = None
    """Model named in the path or the query (Gemini, Bedrock, Azure deployment, realtime)."""
    region: str | None = None
    action: str = ""
    """Part of the path that tells variants of one format apart, e.g. "converse-stream"."""
    websocket: bool = False


class Rules(Protocol):
    """The compiled read rules of one host."""

    def find(
        self, method: str, path: str, headers: Mapping[str, str], region: str | None
    ) -> Call | None:
        """The call, or None when it is not read."""


class _NoRules:
    """The rules of a host on which nothing is read."""

    def find(
        self, method: str, path: str, headers: Mapping[str, str], region: str | None
    ) -> Call | None:
        del method, path, headers, region
        return None


NO_RULES = _NoRules()


@dataclass(frozen=True, slots=True)
class Host:
    """One host name as the catalogue knows it."""

    tool: str
    """Slug of the tool, as its users know it; "other" for a host that serves many."""
    provider: str
    tier: int
    """1 decrypted by default; 2 when its tool is enabled; 3 seen only; 0 never, whatever is set."""
    decrypt: bool
    """Whether connections to this host are opened, with the configuration applied."""
    channel: Channel
    region: str | None = None
    websocket: bool = False
    """Some of its calls are WebSockets."""
    rules: Rules = field(default=NO_RULES, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue: a pattern of host names and what its hosts are."""

    pattern: str
    match: Match
    host: Host


@dataclass(frozen=True, slots=True)
class Tool:
    """An LLM service as its users know it."""

    slug: str
    name: str
    provider: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Who runs tools."""

    slug: str
    name: str
    otel: str
    """Value of the OpenTelemetry attribute `gen_ai.provider.name`."""
