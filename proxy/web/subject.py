"""What the pages speak of: handed to every view, read-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from proxy.config import Config, Department
from proxy.privacy import MERGED
from proxy.texts import Texts
from proxy.web.reading import UNPLACED, Reader

__all__ = ["Published", "Subject"]


@dataclass(frozen=True, slots=True)
class Published:
    """A figure of water per request that others have published."""

    millilitres: float
    scope_fr: str
    scope_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Subject:
    """One installation."""

    config: Config
    reader: Reader
    health: Callable[[], tuple[str, Mapping[str, Any]]]
    """The overall status and its components, see `proxy.audit.health`."""
    version: str
    factor_set: str
    tools: Mapping[str, str]
    """Names of tools by slug."""
    opened: tuple[str, ...]
    """Names of the tools whose connections are opened."""
    glass_ml: float
    published: tuple[Published, ...] = ()

    def tool(self, slug: str) -> str:
        """How a tool is called."""
        return self.tools.get(slug, slug)

    def department(self, name: str, texts: Texts) -> str:
        """How a department, or several together, is called."""
        if name in (MERGED, UNPLACED):
            return texts.of("common.department", name)
        return self._departments.get(name, name)

    @property
    def _departments(self) -> Mapping[str, str]:
        def label(one: Department) -> str:
            return one.label or one.name

        return {one.name: label(one) for one in self.config.organisation.departments}

    def local(self, at: float) -> datetime:
        """A Unix time in the town hall's zone."""
        return datetime.fromtimestamp(at, self.config.zone)
