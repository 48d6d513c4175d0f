"""What a stock mitmdump needs at the least to observe streams: a tee on every answer."""

from __future__ import annotations

from mitmproxy import http


class Tee:
    """Streams every answer through and keeps a copy of its bytes until its end."""

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        seen: list[bytes] = []

        def tee(chunk: bytes) -> bytes:
            seen.append(chunk)
            return chunk

        if flow.response is not None:
            flow.response.stream = tee


addons = [Tee()]
