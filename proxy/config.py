"""Typed settings from config/jauge.yaml and config/organisation.yaml.

Every key has a default here, so that an empty file is a working configuration.
Later sources win: defaults, the file (`--config`, else `JAUGE_CONFIG`, else
config/jauge.yaml), then each `--set key=value`.

Every mistake is a `ConfigError` that names the file, the key, what was expected
and the remedy.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from proxy.exchange import Faces, Sanction

__all__ = [
    "Application",
    "Auditor",
    "Catalogue",
    "Content",
    "Department",
    "Edge",
    "Ledger",
    "Listener",
    "Organisation",
    "Privacy",
    "Settings",
    "ToolPolicy",
]

Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part of the configuration: immutable, unknown keys refused."""


class Listener(_Part, frozen=True):
    """One address that the edge listens on."""

    listen: str = "127.0.0.1:8080"
    mode: Literal["explicit", "reverse"] = "explicit"
    target: str | None = None
    """Base URL of the service, for mode reverse (https://api.openai.com)."""
    department: str | None = None
    """Department of everything that arrives here."""


class Edge(_Part, frozen=True):
    """The edge: where it listens, whom it serves, how it reaches the services."""

    name: str = "edge"
    listen: str | None = None
    """Shorthand for a single listener."""
    mode: Literal["explicit", "reverse"] = "explicit"
    target: str | None = None
    listeners: tuple[Listener, ...] = ()
    clients: tuple[str, ...] = ()
    """Client networks (CIDR) that may use the proxy; required beyond loopback."""
    parent: str | None = None
    """URL of a parent proxy, with credentials where it wants them."""
    upstream_ca: str | None = None
    """PEM file trusted towards the services beside the system's authorities."""
    workers: Count = 0
    """Worker processes; 0 means one per core."""
    htpasswd: str | None = None
    """File of proxy credentials (htpasswd, bcrypt or SHA-1); set, every client must log in."""
    reference_header: str | None = None
    """Request header whose value applications use to join their own logs."""
    max_exchange_bytes: Positive = 64 * 1024 * 1024
    """Bytes of one request or answer after which reading stops (counting goes on)."""
    stream_request_bytes: Positive = 16 * 1024 * 1024
    """Request bodies larger than this are streamed through, read as truncated."""
    passthrough_hours: Seconds = 24.0
    """How long a client that refused our certificate is let through for that name."""
    passthrough_proxies: bool = False
    """Also for clients declared as proxies in organisation.yaml."""
    drain_s: Seconds = 30.0
    """How long a stopping worker waits for live streams."""
    levers: bool = True
    """Use the measured shortcuts of the launcher (docs/decisions); off for diagnosis."""


class Auditor(_Part, frozen=True):
    """The auditor: where metrics and health are served."""

    listen: str = "127.0.0.1:9464"
    words_wait_s: Seconds = 2.0
    """How long a count waits for its words before its tokens are estimated."""


class Ledger(_Part, frozen=True):
    """Where exchanges are kept, and for how long."""

    url: str | None = None
    """SQLAlchemy URL; default: SQLite at state_dir/ledger.sqlite."""
    keep_months: Annotated[int, Meta(ge=1, le=12)] = 6
    """Months that rows are kept; roll-ups stay."""


class Privacy(_Part, frozen=True):
    """What may be shown of small groups."""

    k: Annotated[int, Meta(ge=2)] = 5
    """Smallest headcount of a department that is shown on its own."""


class Content(_Part, frozen=True):
    """Analysis of words."""

    observe: Literal["words", "counts"] = "words"
    """words: answers are scored in memory; counts: no text leaves the edge's parser."""
    score_prompts: bool = False
    outbox_mebibytes: Positive = 512
    """Most disk that counts waiting for the auditor may take."""
    words_queue_mebibytes: Positive = 64
    """Most memory that words waiting for the auditor may take."""


class Catalogue(_Part, frozen=True):
    """What is added to the shipped catalogue of services."""

    enable: tuple[str, ...] = ()
    """Tools of tier 2 that are decrypted too."""
    disable: tuple[str, ...] = ()
    """Tools that are never decrypted, only counted as seen."""
    folders: tuple[str, ...] = ()
    """Further folders of provider files, beside the shipped one."""


class Settings(_Part, frozen=True):
    """The whole of config/jauge.yaml."""

    state_dir: str = "./var"
    timezone: str = "Europe/Paris"
    """Bounds days and months in exports and reports."""
    organisation: str | None = None
    """Path of organisation.yaml; default: beside jauge.yaml."""
    edge: Edge = Edge()
    auditor: Auditor = Auditor()
    ledger: Ledger = Ledger()
    privacy: Privacy = Privacy()
    content: Content = Content()
    catalogue: Catalogue = Catalogue()


class Department(_Part, frozen=True):
    """A service of the town hall."""

    name: str
    """Slug used in metrics and exports."""
    label: str | None = None
    headcount: Count = 0
    networks: tuple[str, ...] = ()
    listeners: tuple[str, ...] = ()
    """Listening addresses whose traffic is this department's."""
    credentials: tuple[str, ...] = ()
    """Proxy user names whose traffic is this department's; the names are never stored."""
    observe: Literal["words", "counts"] | None = None


class Recognise(_Part, frozen=True):
    """How an application is recognised; every given key must match."""

    credential: str | None = None
    listener: str | None = None
    networks: tuple[str, ...] = ()
    user_agent: str | None = None
    """Text that the User-Agent header contains."""


class Application(_Part, frozen=True):
    """A program of the town hall that calls an LLM service."""

    name: str
    label: str | None = None
    department: str | None = None
    faces: Faces = "undeclared"
    recognise: Recognise = Recognise()


class ToolPolicy(_Part, frozen=True):
    """What the organisation decided about one tool."""

    tool: str
    sanction: Sanction = "unknown"
    observe: Literal["words", "counts"] | None = None


class Organisation(_Part, frozen=True):
    """The whole of config/organisation.yaml."""

    name: str = "—"
    departments: tuple[Department, ...] = ()
    tools: tuple[ToolPolicy, ...] = ()
    applications: tuple[Application, ...] = ()
    proxies: tuple[str, ...] = ()
    """Networks (CIDR) of clients that are themselves proxies."""
