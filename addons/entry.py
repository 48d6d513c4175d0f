"""The edge as an addon of a stock mitmdump (`-s addons/entry.py`): assembles, defines nothing.

mitmproxy loads this file under a name of its own, so that a class defined here would
exist twice.
"""

from addons.stock import assemble

addons = assemble()
