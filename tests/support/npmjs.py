"""Packages from npm, each archive held against the hash that its test states.

They are fetched once, into a folder that git ignores; where npm is not there or cannot fetch
them, the test is skipped with the reason.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

__all__ = ["archive"]

CACHE = Path(__file__).parents[2] / ".cache" / "npm"
PATIENCE_S = 60


def archive(package: str, sha512: str) -> Path:
    """The archive of a package ("@scope/name@1.2.3"). `sha512`: as the registry states it."""
    path = CACHE / (package.strip("@").replace("/", "-").replace("@", "-") + ".tgz")
    if not path.is_file():
        _fetch(package, path)
    found = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    assert found == sha512, f"{path} is not {package}; remove it"
    return path


def _fetch(package: str, path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"npm is missing: {package} cannot be had")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        command = [npm, "pack", package, "--ignore-scripts", "--pack-destination", folder]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm cannot fetch {package} ({type(error).__name__})")
        (Path(folder) / path.name).replace(path)
