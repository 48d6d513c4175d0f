"""What a start tells the operator."""

from __future__ import annotations

from pathlib import Path

from proxy.config import Listener, load
from proxy.supervisor.welcome import fingerprint, welcome
from tests.support import edge, tls


def test_explicit_listeners_tell_what_to_trust_and_what_to_paste(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "ca"
    folder.mkdir(parents=True)
    certificate = folder / "mitmproxy-ca-cert.pem"
    tls.Authority.make(tmp_path).certificate.rename(certificate)
    config = load(edge.configure(tmp_path, {"auditor.listen": "127.0.0.1:9464"}))
    listener = Listener(listen="0.0.0.0:8080")
    reverse = Listener(mode="reverse", target="https://api.openai.com")
    lines = list(
        welcome(config, [(listener, ("0.0.0.0", 8080)), (reverse, ("127.0.0.1", 8081))], 2)
    )
    assert lines[0] == "proxy      http://0.0.0.0:8080"
    assert lines[1] == "base URL   http://127.0.0.1:8081 stands before https://api.openai.com"
    assert f"authority  {certificate}" in lines
    assert f"           SHA-256 {fingerprint(certificate)}" in lines
    assert "page       http://127.0.0.1:9464/" in lines
    assert "metrics    http://127.0.0.1:9464/metrics" in lines
    assert lines[-1] == (
        f"  curl --proxy http://127.0.0.1:8080 --cacert '{certificate}' "
        "https://api.openai.com/v1/models"
    )


def test_reverse_listeners_alone_need_no_trust(tmp_path: Path) -> None:
    config = load(edge.configure(tmp_path))
    reverse = Listener(mode="reverse", target="https://api.openai.com")
    lines = list(welcome(config, [(reverse, ("::1", 8081))], 1))
    assert not any(line.startswith("authority") for line in lines)
    assert lines[-1] == "  curl http://[::1]:8081/v1/models"
