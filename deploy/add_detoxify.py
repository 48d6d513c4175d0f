"""Adds the extra `detoxify` to the environment .venv/: Detoxify, PyTorch, the ONNX exporter.

    python3 deploy/add_detoxify.py run     to what production needs
    python3 deploy/add_detoxify.py test    to what tests and checks need

PyTorch's build for processors takes about 1 GB, the default one for Linux 5.5 GB, most of it
libraries of a GPU. On a machine without a GPU the small one is tried first, from the index
that uv knows; it is another file than the lock pins, so its version is held and its content
is what that index says. JAUGE_TORCH=locked takes the pinned one whatever the machine.
Exit status 3: the packages are not to be had here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import bootstrap
from bootstrap import ROOT, VENV, StepError, call, say

LOCK = ROOT / "requirements-detoxify.txt"
STAMP = VENV / ".jauge-detoxify.json"
SMOKE = "import torch, detoxify, onnxscript, onnxruntime.quantization"
NOT_HERE = 3
ROOM = 8 << 30
"""Bytes of disk wanted: 5.5 GB of packages, and what uv keeps of them while it unpacks."""
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==[^\n]*\n(?: +--hash=[^\n]*\n?)*", re.MULTILINE)
_GPU_ONLY = re.compile(r"(?:torch|triton|cuda-[a-z-]+|nvidia-(?!ml-py\b)[a-z0-9-]+)\Z")
"""PyTorch, and what only its build for GPUs needs. nvidia-ml-py, which measures, stays."""


def digest() -> str:
    """What the extra is made from."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def is_there() -> bool:
    """Whether the extra of today's lock is in the environment."""
    try:
        stamp = json.loads(STAMP.read_text())
        there = stamp["digest"] == digest() and set(stamp["installed"]) <= set(
            bootstrap.installed()
        )
    except (OSError, ValueError, LookupError, TypeError, StopIteration):
        return False
    return bool(there)


def without_gpu(lock: str) -> tuple[str, str]:
    """The lock less what only GPUs need, and PyTorch's pin without hashes ("torch==1.2.3")."""
    torch = re.search(r"^torch==[^\s;\\]+", lock, re.MULTILINE)
    if not torch:
        raise StepError("  the lock has no torch")
    kept = _PIN.sub(lambda pin: "" if _GPU_ONLY.match(pin[1]) else pin[0], lock)
    return kept, torch.group()


def wants_small() -> bool:
    """Whether the build for processors is tried: Linux, no GPU, and not refused."""
    if os.environ.get("JAUGE_TORCH", "") == "locked":
        return False
    return sys.platform.startswith("linux") and not Path("/dev/nvidiactl").exists()


def uv() -> list[str]:
    """The command that installs into the environment."""
    program = str(VENV / "bin" / "uv")
    return [program, "pip", "install", "--quiet", "--python", str(bootstrap.PYTHON), "--no-deps"]


def install_small(environment: dict[str, str]) -> None:
    """PyTorch for processors, then everything else by the lock. Raises StepError."""
    rest, torch = without_gpu(LOCK.read_text())
    impatient = {"UV_HTTP_RETRIES": "0", **environment}
    call([*uv(), "--torch-backend", "cpu", torch], **impatient)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rest.txt"
        file.write_text(rest)
        call([*uv(), "--require-hashes", "-r", str(file)], **environment)


def install() -> str:
    """The extra, and which PyTorch that is. Raises StepError."""
    environment = bootstrap.mirror([str(bootstrap.PYTHON)])
    if wants_small():
        try:
            install_small(environment)
        except (OSError, StepError):
            say("PyTorch's build for processors cannot be had here; taking the locked one (larger)")
        else:
            return "build for processors, version pinned"
    try:
        call([*uv(), "--require-hashes", "-r", str(LOCK)], **environment)
    except (OSError, StepError):
        say("uv could not be used here, pip takes over (slower)")
        pip = [str(bootstrap.PYTHON), "-m", "pip", "install", "--quiet", "--no-deps"]
        call([*pip, "--require-hashes", "-r", str(LOCK)])
    return "as locked, with hashes"


def add(need: str) -> int:
    """Make the environment, and add the extra; the exit status."""
    bootstrap.main([need])
    with bootstrap.alone():
        if is_there():
            return 0
        started = time.monotonic()
        if shutil.disk_usage(ROOT).free < ROOM:
            say(f"Detoxify needs {ROOM >> 30} GB of free disk, and there are fewer.")
            return NOT_HERE
        say("Adding Detoxify and PyTorch to .venv (up to 5.5 GB)")
        try:
            which = install()
            call([str(bootstrap.PYTHON), "-c", SMOKE], HF_HUB_OFFLINE="1")
        except StepError as reason:
            say(f"Detoxify cannot be installed here:\n{reason}")
            return NOT_HERE
        STAMP.write_text(json.dumps({"digest": digest(), "installed": bootstrap.installed()}))
        say(f"Detoxify ready ({which}), {time.monotonic() - started:.0f} s")
    return 0


def main(arguments: list[str]) -> int:
    """`run` or `test`."""
    need = arguments[0] if arguments else "run"
    if need not in bootstrap.LOCKS or len(arguments) > 1:
        say(f"usage: add_detoxify.py [{'|'.join(bootstrap.LOCKS)}]")
        return 2
    return add(need)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
