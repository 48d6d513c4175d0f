"""SHA-256 of large files."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from proxy.models.errors import ModelError, on_disk

__all__ = ["sha256_of"]


def sha256_of(file: Path | io.BufferedReader) -> str:
    """The hex digits, of a path or from the start of an open file. Raises ModelError.

    About a second per GB.
    """
    name = Path(file.name if isinstance(file, io.BufferedReader) else file).name
    try:
        if isinstance(file, io.BufferedReader):
            file.seek(0)
            return hashlib.file_digest(file, "sha256").hexdigest()
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError:
        raise ModelError("absent", f"{name} is not there", "Fetch or import it again.") from None
    except OSError as error:
        raise on_disk(error, f"reading {name}") from None
