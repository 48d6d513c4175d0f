"""Makes the environment .venv/ from the hashed lock. Runs itself on any Python from 3.8.

    python3 deploy/bootstrap.py run     what production needs (requirements.txt)
    python3 deploy/bootstrap.py test    and what tests and checks need (requirements-dev.txt)

The environment carries a stamp: which lock it was made from, where, and what it
holds. While the stamp is right nothing is done (and nothing is printed), offline
included. An environment that was left half-made, was moved, or whose interpreter
is gone is made anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import interpreters
from interpreters import Interpreter

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".jauge-stamp.json"
UNFINISHED = VENV / ".jauge-unfinished"
LOCKS = {"run": "requirements.txt", "test": "requirements-dev.txt"}
COVERED_BY = {"run": ("run", "test"), "test": ("test",)}
"""An environment for the tests also serves to run: the two locks agree."""
LOAD = ROOT / "deploy" / "load.py"


def say(text: str) -> None:
    """Progress, for people."""
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    """Ends with a message."""
    say(text)
    raise SystemExit(1)


class StepError(Exception):
    """A step of the installation failed; the message is the tail of what it printed."""


# --- the stamp ------------------------------------------------------------------------


def digest(need: str) -> str:
    """What an environment is made from: the lock and the project's own metadata."""
    content = hashlib.sha256()
    for name in (LOCKS[need], "pyproject.toml"):
        content.update((ROOT / name).read_bytes())
    return content.hexdigest()


def site_packages() -> Path:
    """Where the environment keeps its packages."""
    return next((VENV / "lib").glob("python3.*/site-packages"))


def installed() -> list[str]:
    """The distributions in the environment, by the names of their metadata folders."""
    return sorted(folder.name for folder in site_packages().glob("*.dist-info"))


def is_ready(need: str) -> bool:
    """Whether the environment is whole and made from today's lock."""
    try:
        stamp = json.loads(STAMP.read_text())
        right = (
            stamp["root"] == str(ROOT)
            and stamp["need"] in COVERED_BY[need]
            and stamp["digest"] == digest(stamp["need"])
            and set(stamp["installed"]) <= set(installed())
        )
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return False
    return right and not UNFINISHED.exists() and runs() == stamp["python"]


def runs() -> str | None:
    """The version of the environment's interpreter, None when it does not run."""
    code = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    try:
        done = subprocess.run(
            [str(PYTHON), "-I", "-S", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode().strip() or None


def write_stamp(need: str) -> None:
    """Says that the environment is whole."""
    stamp = {
        "root": str(ROOT),
        "need": need,
        "digest": digest(need),
        "python": runs(),
        "installed": installed(),
    }
    STAMP.write_text(json.dumps(stamp, indent=1))
    UNFINISHED.unlink()


# --- steps ----------------------------------------------------------------------------


def call(command: list[str], **environment: str) -> None:
    """Runs a step; raises StepError with the end of its output."""
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=str(ROOT),
        env={**os.environ, **environment},
        check=False,
    )
    if done.returncode:
        raise StepError(_tail(done.stdout.decode(errors="replace")))


def _tail(output: str) -> str:
    return "\n".join("  " + line for line in output.strip().splitlines()[-15:])


def make_environment(interpreter: Interpreter) -> None:
    """An empty environment, marked as unfinished."""
    say(f"Making .venv with {interpreter.path} (CPython {'.'.join(map(str, interpreter.version))})")
    if VENV.exists():
        shutil.rmtree(str(VENV))
    call([interpreter.path, "-m", "venv", str(VENV)])


def uv_from_lock(folder: Path, python: list[str]) -> list[str]:
    """The command that installs uv as the lock pins it; raises StepError without a pin."""
    lock = (ROOT / LOCKS["run"]).read_text()
    pin = re.search(r"^uv==.*(?:\n +--hash=.*)*", lock, re.MULTILINE)
    if not pin:
        raise StepError("  the lock has no uv")
    file = folder / "uv.txt"
    file.write_text(pin.group() + "\n")
    return [
        *python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--no-deps",
        "-r",
        str(file),
    ]


def mirror(python: list[str]) -> dict[str, str]:
    """What uv must be told of the package index and the authorities that pip is set up with."""
    done = subprocess.run(
        [*python, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    told = {}
    for line in done.stdout.decode(errors="replace").splitlines():
        key, _, value = line.partition("=")
        variable = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}.get(
            key.rpartition(".")[2]
        )
        if variable and variable not in os.environ:
            told[variable] = value.strip().strip("'\"")
    return told


def install_fast(lock: str) -> None:
    """The lock by uv, itself pinned by it; raises StepError where that does not work."""
    with tempfile.TemporaryDirectory() as folder:
        call(uv_from_lock(Path(folder), [str(PYTHON)]))
    environment = mirror([str(PYTHON)])
    uv = [
        str(VENV / "bin" / "uv"),
        "pip",
        "install",
        "--quiet",
        "--python",
        str(PYTHON),
        "--no-deps",
    ]
    call([*uv, "--require-hashes", "-r", lock], **environment)
    call([*uv, "--no-build-isolation", "-e", "."], **environment)


def install_plainly(lock: str) -> None:
    """The lock by pip, package after package, counted."""
    pip = [str(PYTHON), "-m", "pip", "install", "--no-deps", "--disable-pip-version-check"]
    total = sum(1 for line in (ROOT / lock).read_text().splitlines() if "==" in line)
    follow([*pip, "--require-hashes", "-r", lock], total)
    call([*pip, "--quiet", "--no-build-isolation", "-e", "."])


def follow(command: list[str], total: int) -> None:
    """Runs pip and shows how far it is; raises StepError with the end of its output."""
    lines, seen = [], 0
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=str(ROOT),
        universal_newlines=True,
        errors="replace",
    )
    for line in process.stdout or ():
        lines = [*lines[-40:], line]
        if line.startswith(("Collecting ", "Processing ", "Requirement already ", "Ignoring ")):
            seen += 1
            if seen % 20 == 0:
                say(f"  {seen} of {total} packages fetched")
        if line.startswith("Installing collected"):
            say("  unpacking them, half a minute or so")
    if process.wait():
        raise StepError(_tail("".join(lines)))


def install(need: str) -> None:
    """Everything that `need` asks for, and the project itself, linked."""
    lock = LOCKS[need]
    UNFINISHED.touch()
    try:
        install_fast(lock)
    except StepError as reason:
        say(f"uv could not be used here, pip takes over (slower):\n{reason}")
        install_plainly(lock)
    say("Loading everything once")
    call([str(PYTHON), str(LOAD)], PYTHONDONTWRITEBYTECODE="")
    write_stamp(need)


def find_interpreter() -> Interpreter:
    """The interpreter to use, fetched as a last resort; ends with advice without one."""
    refusals: list[interpreters.Refusal] = []
    own = str(VENV) + os.sep
    found = interpreters.choose(refusals, excluded=lambda path: path.startswith(own))
    if found:
        return found
    if os.environ.get("JAUGE_PYTHON"):
        fail(interpreters.advice(refusals))
    say("No usable CPython here: asking uv to fetch one")
    with tempfile.TemporaryDirectory() as folder:
        uv = interpreters.find_uv() or borrow_uv(Path(folder))
        fetched = interpreters.fetch(uv) if uv else None
    return fetched or fail(interpreters.advice(refusals))


def borrow_uv(folder: Path) -> str | None:
    """A uv for once, by the pip of whatever Python runs this; None without pip or network."""
    try:
        command = uv_from_lock(folder, [sys.executable])
        call([*command, "--target", str(folder / "uv")])
    except StepError:
        return None
    return str(folder / "uv" / "bin" / "uv")


# --- the whole ------------------------------------------------------------------------


def is_usable() -> bool:
    """Whether an environment without a right stamp may be completed instead of made anew."""
    if not VENV.exists() or UNFINISHED.exists():
        return False
    version = runs()
    if version is None or tuple(map(int, version.split("."))) < interpreters.OLDEST:
        return False
    try:
        return json.loads(STAMP.read_text())["root"] == str(ROOT)
    except FileNotFoundError:
        return True  # made by hand, with `python -m venv`
    except (OSError, ValueError, LookupError, TypeError):
        return False


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Two commands at once make one environment: the second waits for the first."""
    with (ROOT / "pyproject.toml").open() as file:
        with contextlib.suppress(OSError):  # some network file systems have no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(need: str) -> None:
    """Makes the environment what `need` asks for, once more from nothing when that fails."""
    started = time.monotonic()
    fresh = not is_usable()
    try:
        if fresh:
            make_environment(find_interpreter())
        say(f"Installing the locked packages ({LOCKS[need]})")
        install(need)
    except StepError as reason:
        if fresh:
            fail(
                f"The environment could not be made:\n{reason}\n"
                "Once that is put right, run the same command again."
            )
        say(f"The environment cannot be repaired and is made anew:\n{reason}")
        shutil.rmtree(str(VENV))
        prepare(need)
        return
    count = len(installed())
    say(f"Environment ready: {count} packages, {time.monotonic() - started:.0f} s")


def main(arguments: list[str]) -> None:
    """`run` or `test`."""
    need = arguments[0] if arguments else "run"
    if need not in LOCKS or len(arguments) > 1:
        fail(f"usage: bootstrap.py [{'|'.join(LOCKS)}]")
    if is_ready(need):
        return
    with alone():
        if not is_ready(need):
            prepare(need)


if __name__ == "__main__":
    main(sys.argv[1:])
