from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from proxy.audit.state import measure_state
from proxy.authority import CERTIFICATE, KEY
from proxy.metrics import Metrics

EXPIRES = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def _authority(state_dir: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Jauge")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(EXPIRES - dt.timedelta(days=365))
        .not_valid_after(EXPIRES)
        .sign(key, hashes.SHA256())
    )
    folder = state_dir / "ca"
    folder.mkdir()
    (folder / CERTIFICATE).write_bytes(made.public_bytes(Encoding.PEM))
    (folder / KEY).write_text("not read")


def test_the_disk_and_the_authority_are_measured(tmp_path: Path) -> None:
    metrics = Metrics()
    _authority(tmp_path)
    measure_state(metrics, tmp_path)
    assert metrics.value("jauge_ca_expiry_timestamp_seconds") == EXPIRES.timestamp()
    usage = shutil.disk_usage(tmp_path)
    assert metrics.value("jauge_state_disk_size_bytes") == usage.total
    assert 0 < metrics.value("jauge_state_disk_free_bytes") <= usage.total


def test_where_there_is_no_authority_there_is_no_date(tmp_path: Path) -> None:
    metrics = Metrics()
    measure_state(metrics, tmp_path)
    assert metrics.values("jauge_ca_expiry_timestamp_seconds") == {}


def test_what_cannot_be_read_keeps_its_last_value(tmp_path: Path) -> None:
    metrics = Metrics()
    _authority(tmp_path)
    measure_state(metrics, tmp_path)
    (tmp_path / "ca" / CERTIFICATE).write_text("damaged")
    measure_state(metrics, tmp_path)
    measure_state(metrics, tmp_path / "gone")
    assert metrics.value("jauge_ca_expiry_timestamp_seconds") == EXPIRES.timestamp()
