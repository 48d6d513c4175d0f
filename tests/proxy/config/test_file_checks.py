from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from proxy.config.file_checks import files
from proxy.config.settings import Settings
from tests.support.tls import Authority


def problems(**edge: str) -> dict[str, str]:
    settings = msgspec.convert({"edge": edge}, Settings)
    return {one.key: one.expected for one in files(settings)}


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("", True),
        (
            "# agents\nmarie:$2y$10$abcdefghijklmnop\n\npaul:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
            True,
        ),
        ("marie:motdepasse", False),
        ("marie", False),
        (":$2y$10$abcdefghijklmnopqrstuv", False),
        ("marie:$apr1$abc$def", False),
    ],
)
def test_passwords(tmp_path: Path, text: str, right: bool) -> None:  # noqa: FBT001
    file = tmp_path / "htpasswd"
    file.write_text(text)
    expected = "expected lines of name:hash, with bcrypt or SHA-1 hashes"
    assert problems(htpasswd=str(file)) == ({} if right else {"edge.htpasswd": expected})


def test_the_right_certificates(tmp_path: Path) -> None:
    assert problems(upstream_ca=str(Authority.make(tmp_path).certificate)) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nné\n-----END CERTIFICATE-----\n",
    ],
)
def test_no_certificates(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ca.pem"
    file.write_text(text)
    expected = "expected certificates in PEM, and no private key"
    assert problems(upstream_ca=str(file)) == {"edge.upstream_ca": expected}


def test_a_private_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "both.pem"
    certificate = Authority.make(tmp_path).certificate.read_text()
    file.write_text(f"{certificate}-----BEGIN PRIVATE KEY-----\n")
    assert list(problems(upstream_ca=str(file))) == ["edge.upstream_ca"]


def test_what_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "htpasswd"
    file.write_bytes(b"\xff\xfe")
    assert problems(htpasswd=str(file)) == {"edge.htpasswd": "the file cannot be read as text"}
