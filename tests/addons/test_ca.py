"""The interception authority: made once, private, named after the installation."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from addons import ca
from proxy.config import Config, load
from proxy.supervisor.welcome import fingerprint
from tests.support import edge


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "organisation.yaml").write_text("name: Mairie de Sainte-Foy-lès-Lyon\n")
    return load(edge.configure(tmp_path, {"edge.name": "mairie-1"}))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_once_and_its_key_is_private(config: Config) -> None:
    first = ca.ensure(config)
    folder = config.state_dir / "ca"
    key = (folder / "mitmproxy-ca.pem").read_bytes()
    assert first.created
    assert mode(folder) == 0o700
    assert {path.name for path in folder.iterdir() if mode(path) == 0o600} == {
        "mitmproxy-ca.pem",
        "mitmproxy-ca.p12",
    }
    again = ca.ensure(config)
    assert not again.created
    assert again.fingerprint == first.fingerprint
    assert (folder / "mitmproxy-ca.pem").read_bytes() == key
    assert [path.name for path in config.state_dir.iterdir()] == ["ca"]


def test_it_is_named_after_the_organisation(config: Config) -> None:
    cert = x509.load_pem_x509_certificate(ca.ensure(config).certificate.read_bytes())
    assert cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "Jauge mairie-1"
    organisation = cert.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value
    assert organisation == "Mairie de Sainte-Foy-lès-Lyon"


def test_a_key_that_others_can_read_is_closed_again(config: Config) -> None:
    ca.ensure(config)
    key = config.state_dir / "ca" / "mitmproxy-ca.pem"
    key.chmod(0o644)
    (config.state_dir / "ca").chmod(0o755)
    ca.ensure(config)
    assert mode(key) == 0o600
    assert mode(config.state_dir / "ca") == 0o700


def test_the_supervisor_shows_the_same_fingerprint(config: Config) -> None:
    authority = ca.ensure(config)
    assert fingerprint(authority.certificate) == authority.fingerprint
    assert len(authority.fingerprint) == 32 * 3 - 1


@pytest.mark.parametrize(
    ("text", "expected"), [("—", "Jauge"), ("", "Jauge"), ("a" * 80, "a" * 64), ("a\nb", "ab")]
)
def test_names_are_made_fit_for_a_certificate(text: str, expected: str) -> None:
    assert ca._name(text, "Jauge") == expected


def test_the_program_prints_where_it_is(config: Config) -> None:
    command = [sys.executable, "-m", "addons.ca", "--config", str(config.file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    lines = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert lines["certificate"] == str(config.state_dir / "ca" / "mitmproxy-ca-cert.pem")
    assert lines["sha256"] == fingerprint(Path(lines["certificate"]))
    assert set(lines) == {"certificate", "sha256", "expires"}


def test_the_program_tells_a_wrong_configuration(tmp_path: Path) -> None:
    path = edge.configure(tmp_path, {"edge.nonsense": 1})
    command = [sys.executable, "-m", "addons.ca", "--config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 78
    assert "edge.nonsense" in done.stderr
