"""The keys of config/organisation.yaml: who works here, with which tools, under which rules.

The text under a key is its documentation, as in settings.py.
"""

from __future__ import annotations

from proxy.config.part import Count, Filiere, Indicator, Observe, Part, ShareOfAll
from proxy.exchange import Faces, Sanction

__all__ = [
    "Application",
    "Categories",
    "Charter",
    "Compliance",
    "Contacts",
    "Decision",
    "Department",
    "GenderReference",
    "Goal",
    "Organisation",
    "Recognise",
    "ToolPolicy",
    "Training",
    "Words",
]


class Categories(Part, frozen=True):
    """How a department's agents divide into categories; together 1, or all 0: not declared."""

    a: ShareOfAll = 0.0
    """Share of agents of category A, 0 to 1, from the bilan social; for the same page."""
    b: ShareOfAll = 0.0
    """Share of agents of category B."""
    c: ShareOfAll = 0.0
    """Share of agents of category C."""


class Department(Part, frozen=True):
    """A service of the town hall: the smallest unit that Jauge ever shows."""

    name: str
    """Slug used in metrics and exports (a-z, 0-9, -)."""
    label: str | None = None
    """Name that readers see."""
    headcount: Count = 0
    """Agents in it today; under privacy.k it is merged with others wherever figures are shown. One
    that grows past k is shown on its own in earlier months too."""
    networks: tuple[str, ...] = ()
    """Client networks (CIDR) that are this department's."""
    listeners: tuple[str, ...] = ()
    """Listening addresses whose traffic is this department's."""
    credentials: tuple[str, ...] = ()
    """Proxy user names whose traffic is this department's; the names are never stored."""
    observe: Observe | None = None
    """words or counts for this department; without it, content.observe."""
    filiere: Filiere | None = None
    """Filière of most of its agents, for the report's page on exposure."""
    categories: Categories = Categories()
    women: ShareOfAll | None = None
    """Share of women, 0 to 1, from the bilan social; for the same page."""
    trained: Count | None = None
    """Agents who have been trained in generative AI."""


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
    individual_decisions: bool | None = None
    """Whether its answers help to decide on a person's case (CRPA, article L311-3-1)."""
    recognise: Recognise = Recognise()


class ToolPolicy(Part, frozen=True):
    """What the organisation decided about one tool."""

    tool: str
    """Slug of the tool in the catalogue of services."""
    sanction: Sanction = "unknown"
    """What the charter says of it."""
    observe: Observe | None = None
    """counts: no words of this tool are looked at, whatever the department; words adds nothing."""


class Charter(Part, frozen=True):
    """The charter on generative AI."""

    version: str | None = None
    """Its version, as it calls itself."""
    adopted: str | None = None
    """Day of its adoption (2026-03-02)."""


class GenderReference(Part, frozen=True):
    """What the share of women in the answers' words is held against."""

    women: ShareOfAll = 0.5
    """Share of women, 0 to 1: one half, or that among the agents, from the rapport social
    unique."""
    source: str = "parity"
    """Where it is from; reports print it. "parity" is a convention, not a measurement."""


class Training(Part, frozen=True):
    """The goal of training; who has been trained stands under each department."""

    target: ShareOfAll | None = None
    """Share of agents to be trained, 0 to 1."""
    by: str | None = None
    """Day by which (2027-06-30)."""


class Contacts(Part, frozen=True):
    """Whom agents may ask, as the report's page for agents prints it."""

    questions: str | None = None
    """Address or telephone for questions on the tools and their figures."""
    dpo: str | None = None
    """Address of the data protection officer."""
    notice_url: str | None = None
    """Where the notice to agents can be read."""


class Compliance(Part, frozen=True):
    """What the law asks for before the staff's traffic is analysed; the notice prints it."""

    controller: str | None = None
    """Who answers for the processing, with an address."""
    legal_basis: str | None = None
    """Its legal basis, as the register of processing has it."""
    register_ref: str | None = None
    """Its number in the register of processing."""
    aipd_ref: str | None = None
    """Reference of the impact assessment (AIPD)."""
    cst_avis_date: str | None = None
    """Day on which the committee (CST) gave its opinion (2026-02-10)."""
    informed_on: str | None = None
    """Day on which the staff was informed (2026-02-20)."""


class Words(Part, frozen=True):
    """A sentence of the town hall's own, in the languages of its reports."""

    fr: str = ""
    """In French."""
    en: str = ""
    """In English; without it, the French one is printed."""


class Decision(Part, frozen=True):
    """What the élus are asked to decide, written by hand."""

    month: str
    """Report that asks it: a month (2026-10) or a year (2026)."""
    text: Words = Words()


class Goal(Part, frozen=True):
    """One goal of the digital strategy (REEN), for the annual report."""

    name: str
    """Slug (a-z, 0-9, -)."""
    indicator: Indicator
    """What Jauge measures for it."""
    year: Count
    """Year that it holds for."""
    label: Words = Words()
    at_most: float | None = None
    """Goal that the indicator is not to exceed, in its unit (shares 0 to 1)."""
    at_least: float | None = None
    """Goal that the indicator is to reach; one of the two."""
    action: Words = Words()


class Organisation(Part, frozen=True):
    """The whole of config/organisation.yaml."""

    name: str = "—"
    """Name of the organisation, as reports print it."""
    departments: tuple[Department, ...] = ()
    tools: tuple[ToolPolicy, ...] = ()
    applications: tuple[Application, ...] = ()
    proxies: tuple[str, ...] = ()
    """Networks (CIDR) of clients that are themselves proxies."""
    charter: Charter = Charter()
    gender: GenderReference = GenderReference()
    training: Training = Training()
    contacts: Contacts = Contacts()
    compliance: Compliance = Compliance()
    decisions: tuple[Decision, ...] = ()
    goals: tuple[Goal, ...] = ()
