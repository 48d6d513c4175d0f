from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from addons.ca import ensure
from proxy.authority import CERTIFICATE, KEY, AuthorityError, read_authority
from proxy.config import load


@pytest.fixture
def state(tmp_path: Path) -> Path:
    file = tmp_path / "jauge.yaml"
    file.write_text(f"state_dir: {tmp_path / 'state'}\n")
    return load(file, environ={}).state_dir


def test_none_before_it_is_made(state: Path) -> None:
    assert read_authority(state) is None


def test_what_the_edge_made_is_read(state: Path) -> None:
    made = ensure(load(state.parent / "jauge.yaml", environ={}))
    found = read_authority(state)
    assert found is not None
    assert found.certificate == made.certificate
    assert found.fingerprint == made.fingerprint
    assert found.expires == made.expires
    assert found.begins < found.expires
    assert found.key_mode == 0o600
    assert ssl.PEM_cert_to_DER_cert(found.certificate.read_text()).startswith(b"\x30")


def test_a_broken_certificate_and_a_missing_key(state: Path) -> None:
    ensure(load(state.parent / "jauge.yaml", environ={}))
    (state / "ca" / KEY).unlink()
    with pytest.raises(AuthorityError, match="is missing"):
        read_authority(state)
    (state / "ca" / CERTIFICATE).write_text("no certificate")
    with pytest.raises(AuthorityError, match="cannot be read"):
        read_authority(state)
