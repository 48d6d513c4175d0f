"""What runs: the supervisor and its children, the ports, the auditor, the last exchange."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import time
from collections.abc import Iterator, Mapping
from typing import Any

from proxy.config import Address, Config, page_url, parse_address
from proxy.doctor.finding import Finding, bad, fine, odd
from proxy.doctor.probe import TIMEOUT_S, healthz
from proxy.ledger import LedgerError, glance, url_of
from proxy.ledger.schema import HEAD
from proxy.supervisor.state import Status, read_status

__all__ = ["auditor", "last_exchange", "ports", "processes"]

_REMEDIES = {
    "ledger": "Its disk, its rights, or ledger.url; nothing is lost while the outbox has room.",
    "inbox": "The auditor is too slow, or its ledger is held up.",
    "outbox": "Room and rights of state_dir/outbox.",
    "edges": "Does the edge run, on the same state folder?",
    "words": "Answers are not scored meanwhile; counts go on.",
    "scorer": "Answers are not scored, or by another classifier; counts go on. See content.",
    "disk": "Make room.",
}
"""By component of /healthz."""
_AHEAD_S = 300.0
"""An exchange later than this after now, in seconds, shows a clock that was set back."""
_QUIET_S = 4 * 86_400.0
"""A town hall is quiet for a long week-end, not longer."""
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
        status, answer = healthz(config)
    except (OSError, http.client.HTTPException, ValueError):
        if running(config):
            remedy = "Counts wait on disk until it is back: jauge audit, or jauge run."
            yield bad("auditor", f"{address} does not answer", remedy)
        return
    reasons = list(_reasons(answer))
    yield from reasons
    if not reasons:
        url = page_url(config.settings.auditor)
        yield fine("auditor", f"{url}/healthz answers {status}: {answer['status']}")


_LOOKS = {"fail": bad, "degraded": odd}


def _reasons(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """Why it is not well, component by component."""
    for name, component in answer["components"].items():
        if component["status"] in _LOOKS:
            look = _LOOKS[component["status"]]
            for reason in component["reasons"]:
                yield look("auditor", f"{name}: {reason}", _REMEDIES.get(name, "See its log."))


def last_exchange(config: Config) -> Iterator[Finding]:
    """How long ago something was recorded, and whether a start will change the ledger's tables."""
    try:
        seen = glance(url_of(config))
    except LedgerError as error:
        if error.kind == "absent":
            yield fine("last exchange", "nothing has been recorded yet")
        else:
            yield bad("last exchange", f"the ledger cannot be read: {error}", "See docs/operate.")
        return
    if not seen.is_current and seen.revision is not None:
        yield odd(
            "ledger",
            f"at schema {seen.revision}; the next program that opens it brings it to {HEAD}",
            "Earlier programs cannot open it then: copy it first if you may go back.",
        )
    yield _age(config, seen.last_exchange)


def _age(config: Config, newest: float | None) -> Finding:
    if newest is None:
        return fine("last exchange", "nothing has been recorded yet")
    age = time.time() - newest
    if age < -_AHEAD_S:
        return bad(
            "last exchange",
            f"the newest is {_span(-age)} in the future",
            "The clock was set back: check it.",
        )
    if age > _QUIET_S and running(config):
        return odd(
            "last exchange",
            f"{_span(age)} ago, while Jauge runs",
            "Do clients still use the proxy? A changed PAC file or filter is a usual cause.",
        )
    return fine("last exchange", f"{_span(max(age, 0))} ago")


def _span(seconds: float) -> str:
    for size, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} seconds"
