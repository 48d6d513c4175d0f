"""PAGES: what there is to see, in the order of the menu. One page a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proxy.texts import Texts
from proxy.web.reading import Reading
from proxy.web.subject import Subject
from proxy.web.views import notice, overview, site, trust, uses

__all__ = ["PAGES", "Page", "View"]

type View = Callable[[Subject, Reading, Texts], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its place below /fr/ and /en/, its template, what fills it."""

    name: str
    """Of its template, and its key in the menu."""
    view: View
    title: str
    """Key of its title in the catalogue."""
    has_figures: bool = False
    """Whether a ledger that cannot be read is its affair."""

    @property
    def path(self) -> str:
        """Below the language; the overview is at the top."""
        return "" if self.name == "overview" else self.name


PAGES: tuple[Page, ...] = (
    Page("overview", overview.view, "page.overview.title", has_figures=True),
    Page("uses", uses.view, "page.uses.title", has_figures=True),
    Page("trust", trust.view, "trust.title"),
    Page("notice", notice.view, "notice.title"),
    Page("reports", site.reports, "site.reports.title"),
    Page("system", site.system, "site.system.title", has_figures=True),
    Page("authority", site.authority, "site.authority.title"),
)
