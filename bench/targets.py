"""What is measured, each started on loopback in front of the same simulated services.

direct      the load client asks the simulated services themselves
stock       `mitmdump` as it comes: it buffers every answer
stock+tee   `mitmdump` with the streaming tee of stock_tee.py: the least that can observe
audit off   Jauge's worker with the same launcher and no capture
audit on    Jauge as it runs: worker and auditor
reverse     the same as the base URL of an application: a reverse listener, plain HTTP
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.load import HOST
from bench.processes import free_port, process, python, wait_port

STOCK_TEE = Path(__file__).with_name("stock_tee.py")


@dataclass(frozen=True, slots=True)
class World:
    """The simulated services that every target stands in front of."""

    folder: Path
    port: int
    ca: Path


@dataclass(frozen=True, slots=True)
class Target:
    """One running proxy."""

    name: str
    address: str
    """host:port that the load client connects to."""
    pid: int | None
    """The process whose CPU and memory count; None for direct."""
    is_base_url: bool = False
    """Clients speak to it as to the service, without CONNECT and TLS."""


@contextlib.contextmanager
def world() -> Iterator[World]:
    """The simulated services, for the length of a `with` block."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder, port = Path(name), free_port()
        ca = folder / "ca.pem"
        command = python("bench.simulated", "--port", str(port), "--ca", str(ca))
        with process(command, folder / "simulated.log") as child:
            wait_port(port, child)
            yield World(folder, port, ca)


@contextlib.contextmanager
def direct(here: World) -> Iterator[Target]:
    yield Target("direct", f"127.0.0.1:{here.port}", None)


@contextlib.contextmanager
def _mitmdump(here: World, name: str, *options: str) -> Iterator[Target]:
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("mitmdump")),
        *("--mode", f"upstream:http://127.0.0.1:{here.port}"),
        *("--listen-host", "127.0.0.1", "--listen-port", str(port)),
        *("--set", f"confdir={here.folder / 'stock'}", "--set", "ssl_insecure=true", "--quiet"),
        *options,
    ]
    with process(command, here.folder / "stock.log") as child:
        wait_port(port, child)
        yield Target(name, f"127.0.0.1:{port}", child.pid)


def stock(here: World) -> contextlib.AbstractContextManager[Target]:
    return _mitmdump(here, "stock")


def stock_tee(here: World) -> contextlib.AbstractContextManager[Target]:
    return _mitmdump(here, "stock+tee", "--scripts", str(STOCK_TEE))


def _options(here: World, state: Path) -> list[str]:
    pairs = {
        "state_dir": state,
        "edge.parent": f"http://127.0.0.1:{here.port}",
        "edge.upstream_ca": here.ca,
        "edge.workers": 1,
        "auditor.listen": f"127.0.0.1:{free_port()}",
    }
    return [part for key, value in pairs.items() for part in ("--set", f"{key}={value}")]


@contextlib.contextmanager
def _worker(
    here: World, name: str, *, audited: bool = True, target: str | None = None
) -> Iterator[Target]:
    """A worker; with `target` its listener is a reverse one before that service."""
    state = Path(tempfile.mkdtemp(dir=here.folder))
    options = _options(here, state)
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1024))
        port = listening.getsockname()[1]
        options += ["--set", f"edge.listen=127.0.0.1:{port}"]
        if target is not None:
            options += ["--set", "edge.mode=reverse", "--set", f"edge.target={target}"]
        if audited:
            log = here.folder / "auditor.log"
            stack.enter_context(process(python("proxy", "audit", *options), log))
        fd = listening.fileno()
        os.set_inheritable(fd, True)  # noqa: FBT003 - positional only
        sockets = json.dumps([[0, fd]])
        command = python("addons.worker", *options, "--worker", "bench", "--sockets", sockets)
        if not audited:
            command += ["--addons", "bench.bare:build"]
        log = here.folder / "worker.log"
        child = stack.enter_context(process(command, log, pass_fds=(fd,)))
        wait_port(port, child)
        yield Target(name, f"127.0.0.1:{port}", child.pid, is_base_url=target is not None)
    shutil.rmtree(state, ignore_errors=True)


def audit_on(here: World) -> contextlib.AbstractContextManager[Target]:
    return _worker(here, "audit on")


def audit_off(here: World) -> contextlib.AbstractContextManager[Target]:
    return _worker(here, "audit off", audited=False)


def reverse(here: World) -> contextlib.AbstractContextManager[Target]:
    return _worker(here, "reverse", target=f"https://{HOST}")


Start = Callable[[World], contextlib.AbstractContextManager[Target]]

TARGETS: dict[str, Start] = {
    "direct": direct,
    "stock": stock,
    "stock+tee": stock_tee,
    "audit off": audit_off,
    "audit on": audit_on,
    "reverse": reverse,
}
