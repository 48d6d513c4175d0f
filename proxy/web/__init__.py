"""What the auditor serves over HTTP: metrics, health and the page."""

from proxy.web.app import Surface, create_app
from proxy.web.guard import Guard, guard_of
from proxy.web.serve import Tls, listen, serve

__all__ = ["Guard", "Surface", "Tls", "create_app", "guard_of", "listen", "serve"]
