"""The configuration as options of mitmproxy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from addons.trust import bundle
from proxy.config import Config

__all__ = ["options_for"]

IDLE_TIMEOUT_S = 3600
"""Connections on which nothing passes for so long are closed. mitmproxy's ten minutes are
less than a long generation without streaming; vanished clients are found by TCP keep-alive."""


def options_for(config: Config, modes: Sequence[str]) -> dict[str, object]:
    """Option names and values. Raises addons.trust.TrustError for `edge.upstream_ca`.

    The connection to the service is opened when the client asks for it (`eager`), so that
    both sides speak the same protocol and an unreachable service is told in the answer to
    CONNECT, as a plain proxy does.
    """
    edge = config.settings.edge
    extra = config.path(edge.upstream_ca) if edge.upstream_ca else None
    return {
        "mode": list(modes),
        "confdir": str(config.state_dir / "ca"),
        "connection_strategy": "eager",
        "http2": True,
        "http3": False,  # no listener of ours speaks UDP
        "ssl_verify_upstream_trusted_ca": str(bundle(extra, _run(config.state_dir))),
        "stream_large_bodies": str(edge.stream_request_bytes),
        "tcp_timeout": IDLE_TIMEOUT_S,
    }


def _run(state_dir: Path) -> Path:
    folder = state_dir / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
