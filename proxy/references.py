"""The catalogue that a configuration asks for, and the tools and zones that it names.

Beside `proxy.config`, which knows the two files only: a tool exists when the
catalogue has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from proxy.config import Config, ConfigError
from proxy.config.errors import Problem, did_you_mean
from proxy.config.load import error_in
from proxy.providers import Catalogue
from proxy.wire.formats import FORMATS

__all__ = ["load_catalogue"]


def load_catalogue(config: Config) -> Catalogue:
    """The compiled catalogue of a configuration, every tool that it names known.

    Raises CatalogueError for the catalogue's own mistakes and for catalogue.enable and
    catalogue.disable, ConfigError for tools of organisation.yaml and for impact.own_hosts.
    """
    chosen = config.settings.catalogue
    catalogue = Catalogue.load(
        config.catalogue_folders,
        enable=chosen.enable,
        disable=chosen.disable,
        formats=FORMATS,
    )
    errors = [*_charter_mistakes(config, catalogue), *_own_host_mistakes(config, catalogue)]
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]
    return catalogue


def _charter_mistakes(config: Config, catalogue: Catalogue) -> Iterator[ConfigError]:
    for index, policy in enumerate(config.organisation.tools):
        if policy.tool not in catalogue.tools:
            problem = _unknown(f"tools.{index}.tool", "tool", policy.tool, catalogue.tools)
            yield error_in(config.organisation_file, problem)


def _own_host_mistakes(config: Config, catalogue: Catalogue) -> Iterator[ConfigError]:
    for index, host in enumerate(config.settings.impact.own_hosts):
        key = f"impact.own_hosts.{index}"
        if host.tool is not None and host.tool not in catalogue.tools:
            problem = _unknown(f"{key}.tool", "tool", host.tool, catalogue.tools)
            yield error_in(config.file, problem, config.sets)
        if host.provider is not None and host.provider not in catalogue.providers:
            problem = _unknown(f"{key}.provider", "provider", host.provider, catalogue.providers)
            yield error_in(config.file, problem, config.sets)
    yield from _zone_mistakes(config)


def _zone_mistakes(config: Config) -> Iterator[ConfigError]:
    hosts = config.settings.impact.own_hosts
    if not hosts:
        return
    from proxy.impact.factors import load  # noqa: PLC0415 - slow, and seldom needed
    from proxy.impact.places_checks import ZONES  # noqa: PLC0415

    places = load().places
    for index, host in enumerate(hosts):
        if not places.knows(host.zone.upper()):
            key = f"impact.own_hosts.{index}.zone"
            problem = Problem(key, "expected a zone whose electricity is known", ZONES)
            yield error_in(config.file, problem, config.sets)


def _unknown(key: str, kind: str, name: str, known: Iterable[str]) -> Problem:
    remedy = did_you_mean(name, known, "See docs/howto/add-a-provider.md.")
    return Problem(key, f"the catalogue has no such {kind}", remedy)
