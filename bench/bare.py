"""The worker without its audit: same launcher, same scope, every body passed through unread."""

from __future__ import annotations

from mitmproxy import http

from addons.assemble import build as audited
from addons.scope import Scope
from proxy.config import Config


class Through:
    """Streams requests and answers as the audited edge does, without looking."""

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        flow.request.stream = True

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        if flow.response is not None:
            flow.response.stream = True


def build(config: Config) -> list[object]:
    """The addons of a worker that decrypts what the audited one does, and reads nothing."""
    scope = [addon for addon in audited(config) if isinstance(addon, Scope)]
    return [*scope, Through()]
