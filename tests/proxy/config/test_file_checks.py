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


def page_problems(**auditor: str) -> dict[str, str]:
    settings = msgspec.convert({"auditor": auditor}, Settings)
    return {one.key: one.expected for one in files(settings)}


HASH = "$2y$05$" + "a" * 53


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (f"marie:{HASH}\n# dsi\n\npaul:{HASH}\n", True),
        ("", False),
        ("# nobody\n", False),
        (f"marie:{HASH[:-1]}", False),
        (f"marie:{HASH.replace('05', '17')}", False),
        (f":{HASH}", False),
        ("marie:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", False),
    ],
)
def test_passwords_of_the_page(tmp_path: Path, text: str, right: bool) -> None:  # noqa: FBT001
    file = tmp_path / "htpasswd"
    file.write_text(text)
    expected = "expected lines of name:hash, with bcrypt hashes"
    assert page_problems(htpasswd=str(file)) == ({} if right else {"auditor.htpasswd": expected})


@pytest.mark.parametrize(
    ("text", "right"),
    [("a" * 32 + "\n", True), ("a" * 31, False), ("a" * 32 + " b", False), ("é" * 40, False)],
)
def test_the_token_of_the_metrics(tmp_path: Path, text: str, right: bool) -> None:  # noqa: FBT001
    file = tmp_path / "token"
    file.write_text(text)
    found = page_problems(metrics_token_file=str(file))
    assert list(found) == ([] if right else ["auditor.metrics_token_file"])


def test_a_certificate_needs_its_own_key(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    one, other = authority.issue("one.example"), authority.issue("other.example")
    assert page_problems(tls_certificate=str(one), tls_key=str(one)) == {}
    wrong = page_problems(tls_certificate=str(one), tls_key=str(authority.certificate))
    assert list(wrong) == ["auditor.tls_key"]
    assert list(page_problems(tls_certificate=str(one), tls_key=str(other))) == ["auditor.tls_key"]
    gone = page_problems(tls_certificate=str(one), tls_key=str(tmp_path / "gone"))
    assert gone == {"auditor.tls_key": "there is no such file"}


def test_a_key_with_a_passphrase_is_refused_without_asking_for_it(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    authority = Authority.make(tmp_path)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        authority.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    found = page_problems(tls_certificate=str(authority.certificate), tls_key=str(locked))
    assert list(found) == ["auditor.tls_key"]
