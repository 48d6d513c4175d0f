"""The site of one installation: what its pages speak of, from configuration and catalogues."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from proxy import __version__
from proxy.config import Config
from proxy.impact import equivalents, published
from proxy.ledger import Ledger
from proxy.providers import Catalogue
from proxy.references import load_catalogue
from proxy.web.reading import Reader
from proxy.web.site import Site
from proxy.web.subject import Published, Subject

__all__ = ["make_site"]


def make_site(
    config: Config,
    *,
    ledger: Callable[[], Ledger | None],
    health: Callable[[], tuple[str, Mapping[str, Any]]],
    factor_set: str,
    clock: Callable[[], float] = time.time,
) -> Site:
    """The pages. `ledger` gives the open ledger, None while there is none; `clock` Unix time.

    Raises CatalogueError, ConfigError and FactorError for files that are not right.
    """
    catalogue = load_catalogue(config)
    headcounts = {one.name: one.headcount for one in config.organisation.departments}
    return Site(
        Subject(
            config=config,
            reader=Reader(ledger, headcounts, config.settings.privacy.k, clock=clock),
            health=health,
            version=__version__,
            factor_set=factor_set,
            tools={slug: tool.name for slug, tool in catalogue.tools.items()},
            opened=_opened(catalogue),
            glass_ml=equivalents.load().thing("glass").figure.value,
            published=_published(),
        )
    )


def _opened(catalogue: Catalogue) -> tuple[str, ...]:
    """Names of the tools whose connections are opened, in alphabetical order."""
    slugs = {entry.host.tool for entry in catalogue.entries if entry.host.decrypt}
    names = (catalogue.tools[slug].name for slug in slugs if slug in catalogue.tools)
    return tuple(sorted(names, key=str.casefold))


def _published() -> tuple[Published, ...]:
    """Water per request, as others have published it."""
    return tuple(
        Published(one.value, one.scope_fr, one.scope, one.source)
        for one in published.read()
        if one.quantity.startswith("water")
    )
