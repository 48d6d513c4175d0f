"""The catalogue that a configuration asks for, and the tools and zones that it names.

Beside `proxy.config`, which knows the two files only: a tool exists when the
catalogue has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from proxy.config import Config, ConfigError
from proxy.config.errors import Problem, did_you_mean
from proxy.config.load import error_in
from proxy.config.settings import Measured
from proxy.providers import Catalogue, CatalogueError
from proxy.wire.formats import FORMATS

__all__ = ["load_catalogue"]


def load_catalogue(config: Config) -> Catalogue:
    """The compiled catalogue of a configuration, every tool that it names known.

    Raises CatalogueError for the catalogue's own mistakes, ConfigError for tools of
    organisation.yaml, for those of catalogue.enable, catalogue.disable and impact.own_hosts,
    and for zones whose electricity is not known.
    """
    chosen = config.settings.catalogue
    try:
        catalogue = Catalogue.load(
            config.catalogue_folders,
            enable=chosen.enable,
            disable=chosen.disable,
            formats=FORMATS,
        )
    except CatalogueError as error:
        raise _chosen_mistake(config, error) or error from None
    errors = [
        *_charter_mistakes(config, catalogue),
        *_own_host_mistakes(config, catalogue),
        *_zone_mistakes(config),
    ]
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]
    return catalogue


def _chosen_mistake(config: Config, error: CatalogueError) -> ConfigError | None:
    """The same as a mistake of jauge.yaml, where catalogue.enable or disable is at fault."""
    chosen = {
        "catalogue.enable": config.settings.catalogue.enable,
        "catalogue.disable": config.settings.catalogue.disable,
    }
    if error.key not in chosen:
        return None
    tools = Catalogue.load(config.catalogue_folders).tools
    name = next((name for name in chosen[error.key] if name not in tools), None)
    if name is None:
        return None
    index = chosen[error.key].index(name)
    problem = _unknown(f"{error.key}.{index}", "tool", name, tools)
    return error_in(config.file, problem, config.sets)


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


def _zone_mistakes(config: Config) -> Iterator[ConfigError]:
    """Of impact.own_hosts and measured: the zones that differ from the default."""
    hosts = config.settings.impact.own_hosts
    named = [(f"impact.own_hosts.{index}.zone", host.zone) for index, host in enumerate(hosts)]
    named.append(("measured.zone", config.settings.measured.zone))
    asked = [(key, zone) for key, zone in named if zone != Measured().zone]
    if not asked:
        return
    from proxy.impact.factors import load  # noqa: PLC0415 - slow, and seldom needed
    from proxy.impact.places_checks import ZONES  # noqa: PLC0415

    places = load().places
    for key, zone in asked:
        if not places.knows(zone.upper()):
            problem = Problem(key, "expected a zone whose electricity is known", ZONES)
            yield error_in(config.file, problem, config.sets)


def _unknown(key: str, kind: str, name: str, known: Iterable[str]) -> Problem:
    remedy = did_you_mean(name, known, "See docs/howto/add-a-provider.md.")
    return Problem(key, f"the catalogue has no such {kind}", remedy)
