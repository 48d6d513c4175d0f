"""Importing mitmproxy without its thirty-one default addons.

`import mitmproxy.addons` imports every addon there is: a web application, LDAP, filters,
exports. That is two thirds of the time that a worker needs to start. `prepare` puts an
empty package in its place whose modules are imported one by one, by who needs them.

Must run before anything imports `mitmproxy.master`. In a mitmproxy that this was not
tried on, nothing is done: the start is slower and all else is the same.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

from mitmproxy import version

__all__ = ["TRIED", "prepare"]

TRIED = frozenset({"12.2.3"})
"""mitmproxy versions whose addons can be imported one by one."""

_PACKAGE = "mitmproxy.addons"


def prepare(running: str = version.VERSION) -> bool:
    """Put the empty package in place. False when it is too late or not possible."""
    if running not in TRIED or _PACKAGE in sys.modules:
        return False
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.submodule_search_locations is None:
        return False
    package = ModuleType(_PACKAGE)
    package.__spec__ = spec
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules[_PACKAGE] = package
    return True
