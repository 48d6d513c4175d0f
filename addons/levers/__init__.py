"""Measured shortcuts through mitmproxy (docs/decisions/0002-levers.md).

Each lever replaces one function by a faster one that does the same: tests compare what
client and service receive, byte by byte, with each lever on and off. A lever knows the
mitmproxy versions that it was compared on and stays off in any other, with a notice.
LEVERS is the list; `edge.levers` switches them, all or by name.
"""

from addons.levers.patch import Patch, put, replaced
from addons.levers.table import LEVERS, Lever, chosen, pull

__all__ = ["LEVERS", "Lever", "Patch", "chosen", "pull", "put", "replaced"]
