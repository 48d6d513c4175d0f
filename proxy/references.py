"""The catalogue that a configuration asks for, and the tools that it names.

Beside `proxy.config`, which knows the two files only: a tool exists when the
catalogue has it.
"""

from __future__ import annotations

from proxy.config import Config
from proxy.config.errors import Problem, did_you_mean
from proxy.config.load import error_in
from proxy.providers import Catalogue
from proxy.wire.formats import FORMATS

__all__ = ["load_catalogue"]


def load_catalogue(config: Config) -> Catalogue:
    """The compiled catalogue of a configuration, every tool that it names known.

    Raises CatalogueError for the catalogue's own mistakes and for catalogue.enable and
    catalogue.disable, ConfigError for tools of organisation.yaml.
    """
    chosen = config.settings.catalogue
    catalogue = Catalogue.load(
        config.catalogue_folders,
        enable=chosen.enable,
        disable=chosen.disable,
        formats=FORMATS,
    )
    errors = [
        error_in(
            config.organisation_file,
            Problem(
                f"tools.{index}.tool",
                "the catalogue has no such tool",
                did_you_mean(policy.tool, catalogue.tools, "See docs/howto/add-a-provider.md."),
            ),
        )
        for index, policy in enumerate(config.organisation.tools)
        if policy.tool not in catalogue.tools
    ]
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]
    return catalogue
