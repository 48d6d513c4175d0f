"""What the auditor serves over HTTP: metrics, health and the page."""

from proxy.web.app import Surface, create_app
from proxy.web.guard import Guard, guard_of
from proxy.web.installation import make_site
from proxy.web.reading import Reader
from proxy.web.serve import Tls, listen, serve
from proxy.web.site import Site

__all__ = [
    "Guard",
    "Reader",
    "Site",
    "Surface",
    "Tls",
    "create_app",
    "guard_of",
    "listen",
    "make_site",
    "serve",
]
