"""Finds a CPython that Jauge can run on. Runs itself on any Python from 3.8.

Every candidate is executed: a name on PATH may be a shim that fails, an
interpreter may lack a module that its distribution ships apart.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

OLDEST = (3, 12)
TESTED = ((3, 13), (3, 12), (3, 14))
"""In order of preference."""
FETCHED = "3.13"

NAMES = ("python3.13", "python3.12", "python3.14", "python3", "python")
MANAGED = (
    "{PYENV_ROOT:~/.pyenv}/versions/3.1[2-9]*/bin/python3",
    "{ASDF_DATA_DIR:~/.asdf}/installs/python/3.1[2-9]*/bin/python3",
    "{MISE_DATA_DIR:~/.local/share/mise}/installs/python/3.1[2-9]*/bin/python3",
    "{UV_PYTHON_INSTALL_DIR:~/.local/share/uv/python}/cpython-3.1[2-9]*/bin/python3",
    "{RYE_HOME:~/.rye}/py/cpython@3.1[2-9]*/bin/python3",
    "{CONDA_PREFIX:~/.conda}/bin/python3",
    "~/.conda/envs/*/bin/python3",
    "~/miniconda3/bin/python3",
    "~/miniconda3/envs/*/bin/python3",
    "~/anaconda3/bin/python3",
    "~/miniforge3/bin/python3",
    "~/miniforge3/envs/*/bin/python3",
    "/opt/conda/bin/python3",
    "/opt/homebrew/bin/python3.1[2-9]",
    "/usr/local/bin/python3.1[2-9]",
    "/home/linuxbrew/.linuxbrew/bin/python3.1[2-9]",
    "/Library/Frameworks/Python.framework/Versions/3.1[2-9]/bin/python3",
    "/opt/python*/bin/python3",
    "/opt/*/bin/python3.1[2-9]",
)
"""Where version managers put interpreters: {VARIABLE:default} is the manager's own root."""

_PROBE = """
import json, sys, sysconfig
missing = []
for name in ("ssl", "sqlite3", "zlib", "ctypes", "lzma", "venv", "ensurepip"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "kind": sys.implementation.name,
    "final": sys.version_info.releaselevel == "final",
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "missing": missing,
}))
"""


class Interpreter(NamedTuple):
    """A Python that Jauge can run on."""

    path: str
    version: tuple[int, ...]


class Refusal(NamedTuple):
    """A Python that Jauge cannot run on, and why."""

    path: str
    reason: str


def probe(path: str) -> Interpreter | Refusal:
    """What running an interpreter shows: usable, or why not."""
    try:
        done = subprocess.run(
            [path, "-I", "-c", _PROBE],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
            check=False,
        )
        facts = json.loads(done.stdout.decode() or "null")
    except (OSError, ValueError, subprocess.TimeoutExpired):
        facts = None
    if not facts:
        return Refusal(path, "does not run")
    version = tuple(facts["version"])
    text = ".".join(map(str, version))
    reasons = (
        (facts["kind"] != "cpython", "is {}, not CPython".format(facts["kind"])),
        (version[:2] < OLDEST, f"is Python {text}"),
        (not facts["final"], f"is a preview of Python {text}"),
        (facts["free_threaded"], f"is the free-threaded build of Python {text}"),
        (
            bool(facts["missing"]),
            "is Python {} without {}".format(text, ", ".join(facts["missing"])),
        ),
    )
    for refused, reason in reasons:
        if refused:
            return Refusal(path, reason)
    return Interpreter(path, version)


def on_path() -> list[str]:
    """The interpreters that PATH names, every folder of it, in order of preference."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    found = [shutil.which(name, path=folder) for name in NAMES for folder in folders if folder]
    return _once(path for path in found if path)


def managed() -> list[str]:
    """The interpreters that version managers have installed."""
    return _once(path for pattern in MANAGED for path in _matches(pattern))


def _matches(pattern: str) -> list[str]:
    if pattern.startswith("{"):
        variable, _, rest = pattern[1:].partition(":")
        default, _, tail = rest.partition("}")
        pattern = os.environ.get(variable, default) + tail
    path = Path(pattern).expanduser()
    return sorted(
        str(found) for found in Path(path.anchor).glob(str(path.relative_to(path.anchor)))
    )


def _once(paths: Iterable[str]) -> list[str]:
    """Without the same file twice (links followed), order kept."""
    seen = {}
    for path in paths:
        seen.setdefault(Path(path).resolve(), path)
    return list(seen.values())


def choose(
    refusals: list[Refusal], excluded: Callable[[str], bool] = lambda _: False
) -> Interpreter | None:
    """The interpreter to use, None without one; fills `refusals` with what was passed over.

    JAUGE_PYTHON decides where it is set. Else a tested version on PATH comes first, then
    a tested one of a version manager, then anything newer.
    """
    named = os.environ.get("JAUGE_PYTHON")
    if named:
        return _best([named], refusals)
    newer = []
    for paths in (on_path(), managed()):
        found = _best([path for path in paths if not excluded(path)], refusals)
        if found and found.version[:2] in TESTED:
            return found
        newer += [found] if found else []
    return newer[0] if newer else None


def _best(paths: list[str], refusals: list[Refusal]) -> Interpreter | None:
    """The most preferred usable interpreter of some."""
    found = []
    for path in paths:
        result = probe(path)
        if isinstance(result, Refusal):
            refusals.append(result)
            continue
        found.append(result)
        if result.version[:2] == TESTED[0]:
            break
    order = {version: place for place, version in enumerate(TESTED)}
    found.sort(key=lambda item: order.get(item.version[:2], len(order)))
    return found[0] if found else None


def find_uv() -> str | None:
    """A uv that is already there."""
    for place in (shutil.which("uv"), "~/.local/bin/uv", "~/.cargo/bin/uv"):
        path = Path(place).expanduser() if place else None
        if path and os.access(str(path), os.X_OK):
            return str(path)
    return None


def fetch(uv: str) -> Interpreter | None:
    """A CPython downloaded by uv, None when it cannot."""
    try:
        subprocess.run([uv, "python", "install", FETCHED], check=True, timeout=600)
        done = subprocess.run(
            [uv, "python", "find", "--no-project", "--managed-python", FETCHED],
            check=True,
            timeout=60,
            stdout=subprocess.PIPE,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    result = probe(done.stdout.decode().strip())
    return result if isinstance(result, Interpreter) else None


def advice(refusals: list[Refusal]) -> str:
    """What to tell who has no usable interpreter."""
    seen = "\n".join(f"  {r.path} {r.reason}" for r in refusals) or "  none"
    oldest = ".".join(map(str, OLDEST))
    return (
        f"Jauge needs CPython {oldest} or newer, and this machine has none that it can use.\n"
        f"Looked at:\n{seen}\n"
        "Install one of these, then run the same command again:\n"
        "  Debian 13, Ubuntu 24.04:  sudo apt-get install python3 python3-venv\n"
        "  RHEL, Rocky, Alma 9:      sudo dnf install python3.12\n"
        f"  anywhere:                 uv python install {FETCHED}\n"
        "or name one yourself: JAUGE_PYTHON=/path/to/python3 make run"
    )
