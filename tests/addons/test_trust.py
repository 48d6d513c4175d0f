"""Whom the edge trusts: the system's authorities, and those of one more file."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from addons.trust import TrustError, bundle, system_authorities
from tests.support import tls


def names(path: Path) -> set[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(path)
    return {str(one["subject"]) for one in context.get_ca_certs()}


def test_without_an_extra_file_it_is_the_system_s_list(tmp_path: Path) -> None:
    assert bundle(None, tmp_path) == system_authorities()
    assert list(tmp_path.iterdir()) == []


def test_ssl_cert_file_names_the_system_s_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tls.Authority.make(tmp_path).certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    assert system_authorities() == own


def test_an_extra_file_is_added_to_the_list(tmp_path: Path) -> None:
    own = tls.Authority.make(tmp_path).certificate
    base = system_authorities()
    folder = tmp_path / "run"
    folder.mkdir()
    path = bundle(own, folder)
    assert names(path) == names(base) | names(own)
    assert bundle(own, folder) == path
    assert list(folder.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "nonsense", "é", "-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_without_certificates_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "extra.pem"
    path.write_text(text)
    with pytest.raises(TrustError, match=r"extra\.pem: no readable PEM"):
        bundle(path, tmp_path)


def test_a_private_key_is_refused(tmp_path: Path) -> None:
    with_key = tls.Authority.make(tmp_path).issue("key.test")
    with pytest.raises(TrustError):
        bundle(with_key, tmp_path)
    assert not list(tmp_path.glob("upstream-ca-*"))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match="FileNotFoundError"):
        bundle(tmp_path / "none.pem", tmp_path)
