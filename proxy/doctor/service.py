"""What runs: the supervisor and its children, the ports, the auditor, the last exchange."""

from __future__ import annotations

import errno
import http.client
import json
import os
import socket
import time
from collections.abc import Iterator
from typing import Any

from proxy.config import Address, Config, parse_address
from proxy.doctor.finding import Finding, bad, fine, odd
from proxy.ledger import Ledger, LedgerError, url_of
from proxy.supervisor.state import Status, read_status

__all__ = ["auditor", "last_exchange", "ports", "processes"]

TIMEOUT_S = 3.0
_AHEAD_S = 300.0
"""An exchange later than this after now, in seconds, shows a clock that was set back."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, never bound


def running(config: Config) -> Status | None:
    """The supervisor on this state folder, None when none lives."""
    status = read_status(config.state_dir)
    if status is None:
        return None
    try:
        os.kill(status.pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass  # alive, another user's
    return status


def processes(config: Config) -> Iterator[Finding]:
    """The supervisor and what it keeps alive."""
    status = running(config)
    if status is None:
        yield odd("processes", "Jauge does not run on this state folder", "Start it: jauge run.")
        return
    down = [child.name for child in status.children if not child.ready]
    restarts = sum(child.restarts for child in status.children)
    if down:
        yield bad("processes", f"not serving: {', '.join(down)}", "Its log says why.")
    elif restarts:
        yield odd("processes", f"{restarts} were started again after a death", "See the log.")
    else:
        names = ", ".join(child.name for child in status.children)
        yield fine("processes", f"supervisor {status.pid} keeps {names}")


def ports(config: Config) -> Iterator[Finding]:
    """Each address: served by Jauge, free to be, or in the way."""
    status = running(config)
    served = set(status.listeners) if status else set()
    if status and any(child.name == "auditor" for child in status.children):
        served.add(config.settings.auditor.listen)
    for text in [*(one.listen for one in config.listeners), config.settings.auditor.listen]:
        address = parse_address(text)
        if address.port:
            yield _port(address, is_ours=text in served)


def _port(address: Address, *, is_ours: bool) -> Finding:
    if _answers(address):
        if is_ours:
            return fine("ports", f"{address} is served")
        return odd(
            "ports",
            f"{address} is served by a program that this state folder does not know",
            "Another Jauge, or another program: stop it, or choose another port.",
        )
    if is_ours:
        return bad("ports", f"{address} should be served and does not answer", "See the log.")
    reason = _cannot_bind(address)
    if reason is None:
        return fine("ports", f"{address} is free")
    return bad("ports", f"{address} cannot be listened on: {reason}", "Choose another address.")


def _answers(address: Address) -> bool:
    host = _EVERYWHERE.get(address.host, address.host)
    try:
        with socket.create_connection((host, address.port), timeout=TIMEOUT_S):
            return True
    except OSError:
        return False


def _cannot_bind(address: Address) -> str | None:
    """Why an address cannot be listened on, None when it can."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    return None


def auditor(config: Config) -> Iterator[Finding]:
    """What the auditor says of itself."""
    address = parse_address(config.settings.auditor.listen)
    if not address.port:
        yield odd("auditor", "its port is chosen at each start", "Give auditor.listen a port.")
        return
    try:
        status, answer = _healthz(address)
    except (OSError, http.client.HTTPException, ValueError):
        expected = running(config) is not None
        remedy = "Counts wait on disk until it is back: jauge audit, or jauge run."
        yield (bad if expected else odd)("auditor", f"{address} does not answer", remedy)
        return
    reasons = answer.get("reasons", [])
    for reason in reasons:
        text = reason if isinstance(reason, str) else " ".join(map(str, reason.values()))
        yield bad("auditor", text, "docs/operate says what to do about it.")
    if not reasons:
        state = fine if status == http.client.OK else bad
        yield state("auditor", f"http://{address}/healthz answers {status}")
