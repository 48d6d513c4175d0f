"""Where a configuration keeps its ledger."""

from __future__ import annotations

from sqlalchemy import URL

from proxy.config import Config

__all__ = ["FILE", "url_of"]

FILE = "ledger.sqlite"
"""Name of the default ledger inside the state folder."""


def url_of(config: Config) -> str:
    """SQLAlchemy URL of the ledger: `ledger.url`, else a file in the state folder."""
    if config.settings.ledger.url is not None:
        return config.settings.ledger.url
    file = URL.create("sqlite", database=str(config.state_dir / FILE))
    return file.render_as_string(hide_password=False)
