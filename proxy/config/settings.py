"""The keys of config/jauge.yaml, with their defaults.

The text under a key is its documentation: docs/operate/configuration.md and the
editors' schema are made from it (`make generate`).
"""

from __future__ import annotations

from typing import Literal

from proxy.config.part import (
    Above,
    Amount,
    AtLeastOne,
    ClassifierName,
    Count,
    FalsePositives,
    FileName,
    KeptMonths,
    LeverName,
    Observe,
    Part,
    Positive,
    ReportFormat,
    ReportLanguage,
    Seconds,
    Sha256,
    Share,
    SmallGroup,
)

__all__ = [
    "Auditor",
    "Catalogue",
    "Content",
    "Detoxify",
    "Edge",
    "Impact",
    "Ledger",
    "Listener",
    "Measured",
    "OwnHost",
    "Privacy",
    "Report",
    "Settings",
]


class Listener(Part, frozen=True):
    """One address that the edge listens on."""

    listen: str = "127.0.0.1:8080"
    """Address and port; IPv6 in brackets ("[::1]:8080"), port 0 for any free one."""
    mode: Literal["explicit", "reverse"] = "explicit"
    """explicit: clients are told to use a proxy; reverse: a base URL for applications."""
    target: str | None = None
    """Base URL of the service, for mode reverse (https://api.openai.com)."""
    department: str | None = None
    """Department of everything that arrives here."""


class Edge(Part, frozen=True):
    """The edge: where it listens, whom it serves, how it reaches the services."""

    name: str = "edge"
    """Name of this edge in records and metrics."""
    listen: str | None = None
    """Shorthand for a single listener: its address and port."""
    mode: Literal["explicit", "reverse"] = "explicit"
    """Shorthand for a single listener: its mode."""
    target: str | None = None
    """Shorthand for a single listener: the service's base URL, for mode reverse."""
    listeners: tuple[Listener, ...] = ()
    """Several addresses at once; replaces listen, mode and target."""
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
    """Let through also clients declared as proxies in organisation.yaml."""
    drain_s: Seconds = 30.0
    """How long, in seconds, a stopping worker waits for live streams."""
    levers: bool | tuple[LeverName, ...] = True
    """Measured shortcuts of the launcher (docs/decisions): all, none, or those named."""


class Auditor(Part, frozen=True):
    """The auditor: where the page, metrics and health are served, and to whom."""

    listen: str = "127.0.0.1:9464"
    """Address and port of page, metrics and health; port 0 for any free one."""
    clients: tuple[str, ...] = ()
    """Networks (CIDR) that may read them, Prometheus among them; required beyond loopback."""
    hosts: tuple[str, ...] = ()
    """Host names by which the page is reached, beside localhost and addresses; without any,
    every name beyond loopback, none on loopback."""
    htpasswd: str | None = None
    """File of names and passwords (htpasswd -B) that open the page; required beyond loopback."""
    metrics_token_file: str | None = None
    """File of the token (32 characters or more) that /metrics asks for as a bearer token;
    required beyond loopback."""
    tls_certificate: str | None = None
    """PEM file of the certificate, chain included, by which the page is served over TLS."""
    tls_key: str | None = None
    """PEM file of its private key, without a passphrase."""
    tls_proxies: tuple[str, ...] = ()
    """Networks (CIDR) of the proxies that end TLS in front of the page, in place of
    tls_certificate; what they say of the client (X-Forwarded-For) is believed, and beyond
    loopback nobody else is served."""
    opentelemetry: bool = False
    """Serve the metrics also by the names that OpenTelemetry gives them."""
    words_wait_s: Seconds = 2.0
    """How long, in seconds, a count waits for its words before its tokens are estimated."""


class Ledger(Part, frozen=True):
    """Where exchanges are kept, and for how long."""

    url: str | None = None
    """SQLAlchemy URL of an SQLite file; without it, state_dir/ledger.sqlite."""
    keep_months: KeptMonths = 6
    """Months that rows are kept; hourly sums stay."""


class Privacy(Part, frozen=True):
    """What may be shown of small groups."""

    k: SmallGroup = 5
    """Smallest headcount of a department that is shown on its own."""


class Content(Part, frozen=True):
    """Analysis of words."""

    observe: Observe = "words"
    """words: answers are scored in memory; counts: no text leaves the edge's parser."""
    classifier: ClassifierName = "embedded"
    """embedded: needs nothing, sees overt insults, obscenities and threats; detoxify and
    detoxify-onnx: a model that is fetched or imported beforehand. What is missing is replaced
    by embedded, with a warning."""
    score_prompts: bool = False
    """Score the prompts too, not only the answers."""
    sample: Share = 1.0
    """Share of the exchanges whose words are scored, drawn by chance; the others are counted as
    sampled_out."""
    false_positives: FalsePositives = "1-percent"
    """How many harmless answers may be flagged, as calibrated on whole answers."""
    scorer_queue: Positive = 2000
    """Most texts that wait for the scorer; further ones are counted as overload."""
    scorer_queue_mebibytes: Positive = 32
    """Most memory, in MiB, that they may take."""
    scorer_memory_mebibytes: Positive = 4096
    """Most memory, in MiB, of the scorer's process; one that takes more is started again."""
    scorer_deadline_s: Seconds = 120.0
    """Seconds without a sign of life after which a scorer at work is started again."""
    scorer_threads: Positive = 1
    """Threads that a model may compute with."""
    outbox_mebibytes: Positive = 512
    """Most disk, in MiB, that counts waiting for the auditor may take."""
    words_queue_mebibytes: Positive = 64
    """Most memory, in MiB, that words waiting for the auditor may take."""


class Detoxify(Part, frozen=True):
    """Which checkpoint the classifiers detoxify and detoxify-onnx run, and where."""

    model: FileName = "multilingual"
    """multilingual (French and six more), unbiased or original (English only), or the name
    given to `jauge models import --model`."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Where detoxify computes: cuda is a GPU of NVIDIA. detoxify-onnx knows cpu only."""
    sha256: Sha256 = ""
    """Full SHA-256 of the checkpoint: no other file is loaded then, and this one also where
    Jauge does not know it or where it holds more than weights."""


class Catalogue(Part, frozen=True):
    """What is added to the shipped catalogue of services."""

    enable: tuple[str, ...] = ()
    """Tools of tier 2 that are decrypted too."""
    disable: tuple[str, ...] = ()
    """Tools that are never decrypted, only counted as seen."""
    folders: tuple[str, ...] = ()
    """Further folders of provider files, beside the shipped one."""


class OwnHost(Part, frozen=True):
    """A tool whose machines the town hall runs itself."""

    tool: str | None = None
    """Slug of the tool; or name a provider."""
    provider: str | None = None
    """Slug of the provider, for all its tools."""
    zone: str = "FRA"
    """Electricity zone: ISO 3166 alpha-3 code, EEE (Europe) or WOR (world)."""
    pue: AtLeastOne | None = None
    """Power usage effectiveness, measured; without it, the range of small rooms."""
    wue: Amount | None = None
    """Water evaporated on site, in litres per kWh at the rack; without it, a range."""
    utilisation: Above | None = None
    """Energy per token relative to 64 requests at once; 3.8 for a small fleet (about 8)."""


class Impact(Part, frozen=True):
    """Estimates of energy, water and carbon."""

    own_hosts: tuple[OwnHost, ...] = ()
    """Tools whose machines the town hall runs itself, and where."""


class Measured(Part, frozen=True):
    """What Jauge itself consumes, measured by CodeCarbon beside the auditor."""

    enabled: bool = True
    """Whether it is measured."""
    period_s: Seconds = 60.0
    """Seconds between two measurements."""
    zone: str = "FRA"
    """Electricity zone of this machine: ISO 3166 alpha-3 code, EEE (Europe) or WOR (world)."""
    cpu_watts: Above | None = None
    """Watts of this machine's processor at full load, used where it has no energy counters
    (RAPL), as in most virtual machines; without it, 4 per thread."""
    ram_watts: Above | None = None
    """Watts of this machine's memory; without it, 3 per 8 GiB."""


class Report(Part, frozen=True):
    """The reports that the auditor makes by itself, in state_dir/reports."""

    enabled: bool = True
    """Whether they are made: on the first of the month for the month that is over, and on the
    first of January for the year too."""
    languages: tuple[ReportLanguage, ...] = ("fr", "en")
    """Languages in which they are made."""
    formats: tuple[ReportFormat, ...] = ("html", "pdf", "csv", "json")
    """Formats in which they are made."""


class Settings(Part, frozen=True):
    """The whole of config/jauge.yaml."""

    state_dir: str = "./var"
    """Folder of everything that Jauge writes: authority, waiting counts, ledger."""
    timezone: str = "Europe/Paris"
    """Time zone (IANA name) that bounds days and months in exports and reports."""
    organisation: str | None = None
    """Path of organisation.yaml; without it, the one beside jauge.yaml."""
    edge: Edge = Edge()
    auditor: Auditor = Auditor()
    ledger: Ledger = Ledger()
    privacy: Privacy = Privacy()
    content: Content = Content()
    detoxify: Detoxify = Detoxify()
    catalogue: Catalogue = Catalogue()
    impact: Impact = Impact()
    measured: Measured = Measured()
    report: Report = Report()
