"""Programs that come from Debian packages, installed where a test needs them and it can be done.

Only root on a Debian installs, once for all processes of a run. Services that a package
brings are kept from starting (/usr/sbin/policy-rc.d); tests run the programs themselves.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["program"]

PATIENCE_S = 150
"""Of one call of apt-get, in seconds."""
POLICY = Path("/usr/sbin/policy-rc.d")
TURN = Path(tempfile.gettempdir()) / "jauge-tests-debian.lock"

_updated: set[str] = set()
_failed: dict[str, str] = {}
"""Why a package could not be installed: it is not tried twice in a run."""


def program(name: str, package: str) -> str:
    """Path of a program of a Debian package; the test is skipped where it cannot be had."""
    found = shutil.which(name)
    if found is None:
        reason = _failed.get(package) or _why_not(package) or _install(package)
        found = shutil.which(name)
        if found is None:
            reason = _failed.setdefault(package, reason or f"its package has no {name}")
            pytest.skip(f"{name} (Debian package {package}) is missing: {reason}")
    return found


def _why_not(package: str) -> str | None:
    if shutil.which("apt-get") is None:
        return "this is no Debian"
    if os.geteuid() != 0:
        return f"only root installs packages (sudo apt-get install {package})"
    return None


def _install(package: str) -> str | None:
    """Install one package; what went wrong, None when nothing did."""
    with _turn(), _no_services():
        try:
            if not _updated:
                _apt("update")
                _updated.add("lists")
            _apt("install", "--yes", "--no-install-recommends", package)
        except subprocess.TimeoutExpired:
            return "apt-get took too long"
        except subprocess.CalledProcessError as error:
            last = str(error.output).strip().splitlines()[-1:] or ["no reason given"]
            return f"apt-get said: {last[0]}"
    return None


def _apt(*words: str) -> None:
    wait = ("-o", f"DPkg::Lock::Timeout={PATIENCE_S}")
    subprocess.run(
        ["apt-get", "-q", *wait, *words],
        check=True,
        timeout=PATIENCE_S,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """One installation at a time."""
    with TURN.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _no_services() -> Iterator[None]:
    """Let no package start a service meanwhile; a policy that is there already stays."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
