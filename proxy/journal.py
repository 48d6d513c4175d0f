"""The journal of accesses to exact rows: append-only, each line sealed by the next.

One line is one JSON object. Its `previous` is the SHA-256 of the line before it (64
zeros in the first), so that a line that is changed or taken out breaks the chain from
there on. Lines cut off the end cannot be told from lines never written: whoever needs
that keeps a copy of the last line's hash elsewhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from proxy.exchange import clean_name

__all__ = ["FILE", "JournalError", "append", "broken_line"]

FILE = "journal.log"
"""Its name inside the state folder."""

START = "0" * 64
"""What the first line names as the hash of the one before it."""

_json = msgspec.json.Encoder().encode


class JournalError(OSError):
    """The journal cannot be written; what was to be noted must not happen."""


def append(path: Path, what: str, details: Mapping[str, str | int | None]) -> None:
    """Add a line: when (UTC), who (the operating system's user), what, details.

    It is on the disk when this returns. Raises JournalError.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise JournalError(f"cannot open the journal {path}: {error.strerror}") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        _append(file, what, details)
        os.fsync(file)
    except OSError as error:
        raise JournalError(f"cannot write the journal {path}: {error.strerror}") from None
    finally:
        os.close(file)


def broken_line(path: Path) -> int | None:
    """Number, from 1, of the first line that does not follow from the one before; None if all do.

    Raises OSError when the file cannot be read.
    """
    expected = START
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                previous = msgspec.json.decode(line, type=_Sealed).previous
            except msgspec.MsgspecError:
                return number
            if previous != expected or not line.endswith(b"\n"):
                return number
            expected = _hash(line)
    return None


class _Sealed(msgspec.Struct):
    """What the chain needs of a line."""

    previous: str


def _append(file: int, what: str, details: Mapping[str, str | int | None]) -> None:
    last = _last_line(file)
    # A line that was cut short by a crash is closed here and stays visible as broken.
    start = b"\n" if last and not last.endswith(b"\n") else b""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": _who(),
        "what": what,
        **details,
        "previous": _hash(last) if last else START,
    }
    data = start + _json(line) + b"\n"
    while data:
        data = data[os.write(file, data) :]


def _hash(line: bytes) -> str:
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def _last_line(file: int) -> bytes:
    size = os.fstat(file).st_size
    step = 4096
    while True:
        start = max(0, size - step)
        tail = os.pread(file, size - start, start)
        cut = tail.rfind(b"\n", 0, len(tail) - 1)
        if cut >= 0 or start == 0:
            return tail[cut + 1 :]
        step *= 2


def _who() -> str:
    """The account that runs this, and the one that sudo was called from, if it says so."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = f"uid {number}"
    caller = clean_name(os.environ.get("SUDO_USER"))
    return f"{name} (sudo from {caller})" if caller else name
