"""Who uses what in the simulated year. All of it is made up; nothing is a finding.

The departments are those of config/organisation.yaml. Uses begin diffuse, mostly in a
tolerated tool, and move to sanctioned ones as the year goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.exchange import Channel, Faces, Operation, Sanction

__all__ = [
    "DEPARTMENTS",
    "PROGRAMS",
    "SEASONS",
    "TOOLS",
    "YEAR",
    "Program",
    "Tool",
]

YEAR = 2026

SEASONS = (0.9, 0.95, 1.0, 0.95, 0.9, 1.0, 0.6, 0.3, 1.0, 1.1, 1.1, 0.8)
"""January to December: August is quiet."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A service as people use it."""

    tool: str
    provider: str
    model: str
    sanction: Sanction
    start: float
    end: float
    """Weight among the others in January and in December; straight in between."""
    channel: Channel = "web"
    operation: Operation = "chat"
    output: int = 260
    """Mean tokens of an answer."""
    counted: bool = False
    """Whether a tokenizer counts them; else they are estimated from the length."""


TOOLS = (
    Tool("chatgpt", "openai", "gpt-5.5", "tolerated", 60, 14, output=380),
    Tool("le-chat", "mistral", "mistral-medium-latest", "sanctioned", 8, 46),
    Tool("gemini", "google", "gemini-2.5-flash", "unknown", 12, 3),
    Tool("deepseek", "deepseek", "deepseek-chat", "forbidden", 7, 0.4, output=520),
    Tool("compar-ia", "beta-gouv", "mistral-small-latest", "sanctioned", 3, 6),
    Tool("github-copilot", "github", "gpt-4o-mini", "tolerated", 2, 5, "ide", output=90),
)


@dataclass(frozen=True, slots=True)
class Department:
    """How much a department uses people's tools."""

    name: str
    weight: float
    first: int = 1
    last: int = 12
    """Months in which it uses any."""


DEPARTMENTS = (
    Department("direction-generale", 10),
    Department("cabinet", 3),
    Department("archives", 1.5),
    Department("ressources-humaines", 9),
    Department("finances", 8),
    Department("dsi", 14),
    Department("communication", 18),
    Department("accueil-citoyen", 8, first=6),
    Department("urbanisme", 9),
    Department("espaces-publics", 3, first=10),
    Department("education-enfance", 7),
    Department("action-sociale", 5),
    Department("culture-sports", 8, last=9),
    Department("unknown", 4),
)
"""accueil-citoyen and espaces-publics appear during the year, culture-sports vanishes."""


@dataclass(frozen=True, slots=True)
class Program:
    """An application, or a script that nobody declared."""

    application: str | None
    department: str
    faces: Faces
    tool: str
    provider: str
    model: str
    first: int
    requests: int
    """A month, when it is in full use, which takes it three months."""
    output: int
    sanction: Sanction = "sanctioned"


PROGRAMS = (
    Program(
        "assistant-usagers", "accueil-citoyen", "resident",
        "albert-api", "albert", "openweight-large", 5, 420, 210,
    ),
    Program(
        "reponse-courrier", "direction-generale", "agent",
        "mistral-api", "mistral", "mistral-small-latest", 3, 160, 420,
    ),
    Program(
        "compte-rendu-conseil", "direction-generale", "agent",
        "albert-api", "albert", "openweight-medium", 9, 40, 1400,
    ),
    Program(
        None, "espaces-publics", "undeclared",
        "openai-api", "openai", "gpt-4o-mini", 10, 130, 160, "unknown",
    ),
)  # fmt: skip
