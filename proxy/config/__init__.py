"""Typed settings from config/jauge.yaml and config/organisation.yaml.

Every key has a default, so that an empty file is a working configuration. Later
sources win: defaults, the file (`--config`, else `JAUGE_CONFIG`, else
config/jauge.yaml), then each `--set key=value`.

Every mistake is a `ConfigError` that names the file, the key, what was expected
and the remedy, and that shows no value: some of them are secrets.
"""

from proxy.config.addresses import Address, AddressError, is_loopback, parse_address
from proxy.config.errors import ConfigError
from proxy.config.exposure import is_exposed, page_url
from proxy.config.load import SHIPPED, Config, load
from proxy.config.organisation import (
    Application,
    Department,
    Organisation,
    Recognise,
    ToolPolicy,
)
from proxy.config.settings import (
    Auditor,
    Catalogue,
    Content,
    Edge,
    Impact,
    Ledger,
    Listener,
    Measured,
    OwnHost,
    Privacy,
    Settings,
)

__all__ = [
    "SHIPPED",
    "Address",
    "AddressError",
    "Application",
    "Auditor",
    "Catalogue",
    "Config",
    "ConfigError",
    "Content",
    "Department",
    "Edge",
    "Impact",
    "Ledger",
    "Listener",
    "Measured",
    "Organisation",
    "OwnHost",
    "Privacy",
    "Recognise",
    "Settings",
    "ToolPolicy",
    "is_exposed",
    "is_loopback",
    "load",
    "page_url",
    "parse_address",
]
