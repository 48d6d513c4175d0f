"""The configuration as options of mitmproxy."""

from __future__ import annotations

from pathlib import Path

from mitmproxy.options import Options
from mitmproxy.utils import human

from addons.knobs import options_for
from addons.trust import system_authorities
from proxy.config import load
from tests.support import edge, tls


def test_the_options_are_mitmproxy_s_and_follow_the_configuration(tmp_path: Path) -> None:
    config = load(edge.configure(tmp_path, {"edge.stream_request_bytes": 5_000_000}))
    options = options_for(config, ["regular@127.0.0.1:1"])
    assert options == {
        "mode": ["regular@127.0.0.1:1"],
        "confdir": str(tmp_path / "var" / "ca"),
        "connection_strategy": "eager",
        "http2": True,
        "http3": False,
        "ssl_verify_upstream_trusted_ca": str(system_authorities()),
        "stream_large_bodies": "5000000",
        "tcp_timeout": 3600,
    }
    assert human.parse_size(str(options["stream_large_bodies"])) == 5_000_000
    own = {"connection_strategy", "stream_large_bodies"}  # of the addon proxyserver
    assert set(options) - own <= set(Options()._options)


def test_an_extra_authority_is_trusted_beside_the_system_s(tmp_path: Path) -> None:
    authority = tls.Authority.make(tmp_path)
    config = load(edge.configure(tmp_path, {"edge.upstream_ca": str(authority.certificate)}))
    trusted = Path(str(options_for(config, [])["ssl_verify_upstream_trusted_ca"]))
    assert trusted.parent == tmp_path / "var" / "run"
    assert trusted.read_text().endswith(authority.certificate.read_text())
