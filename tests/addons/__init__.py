"""The tests import mitmproxy as a worker does: without its web application, LDAP and filters."""

import warnings

from addons import lean

lean.prepare()
with warnings.catch_warnings():
    # mitmproxy 12.2 uses names of pyparsing that version 3.3 calls old.
    warnings.simplefilter("ignore", DeprecationWarning)
    import mitmproxy.master  # noqa: F401
