"""What the auditor serves over HTTP: metrics and health now, the page and reports later."""

from proxy.web.app import Surface, create_app
from proxy.web.serve import listen, serve

__all__ = ["Surface", "create_app", "listen", "serve"]
