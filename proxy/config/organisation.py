"""The keys of config/organisation.yaml: who works here, with which tools, under which rules.

The text under a key is its documentation, as in settings.py.
"""

from __future__ import annotations

from proxy.config.part import Count, Observe, Part
from proxy.exchange import Faces, Sanction

__all__ = ["Application", "Department", "Organisation", "Recognise", "ToolPolicy"]


class Department(Part, frozen=True):
    """A service of the town hall: the smallest unit that Jauge ever shows."""

    name: str
    """Slug used in metrics and exports (a-z, 0-9, -)."""
    label: str | None = None
    """Name that readers see."""
    headcount: Count = 0
    """Agents in it; under privacy.k it is merged with others wherever figures are shown."""
    networks: tuple[str, ...] = ()
    """Client networks (CIDR) that are this department's."""
    listeners: tuple[str, ...] = ()
    """Listening addresses whose traffic is this department's."""
    credentials: tuple[str, ...] = ()
    """Proxy user names whose traffic is this department's; the names are never stored."""
    observe: Observe | None = None
    """words or counts for this department; without it, content.observe."""


class Recognise(Part, frozen=True):
    """How an application is recognised; every given key must match."""

    credential: str | None = None
    """Proxy user name."""
    listener: str | None = None
    """Listening address."""
    networks: tuple[str, ...] = ()
    """Client networks (CIDR)."""
    user_agent: str | None = None
    """Text that the User-Agent header contains."""


class Application(Part, frozen=True):
    """A program of the town hall that calls an LLM service."""

    name: str
    """Slug used in metrics and exports (a-z, 0-9, -)."""
    label: str | None = None
    """Name that readers see."""
    department: str | None = None
    """Department that answers for it."""
    faces: Faces = "undeclared"
    """Who reads its answers: agent or resident."""
    recognise: Recognise = Recognise()


class ToolPolicy(Part, frozen=True):
    """What the organisation decided about one tool."""

    tool: str
    """Slug of the tool in the catalogue of services."""
    sanction: Sanction = "unknown"
    """What the charter says of it."""
    observe: Observe | None = None
    """words or counts for this tool; without it, content.observe."""


class Organisation(Part, frozen=True):
    """The whole of config/organisation.yaml."""

    name: str = "—"
    """Name of the organisation, as reports print it."""
    departments: tuple[Department, ...] = ()
    tools: tuple[ToolPolicy, ...] = ()
    applications: tuple[Application, ...] = ()
    proxies: tuple[str, ...] = ()
    """Networks (CIDR) of clients that are themselves proxies."""
