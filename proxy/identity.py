"""Whose request is it: department, application and whom that application faces.

Pure functions over config/organisation.yaml. A department is the smallest unit that
leaves here: addresses, user names and User-Agent texts come in and are forgotten.

Of several rules that give a department the most specific wins: the application's own
department, then the proxy credential, the listener, and the network with the longest
prefix. An application is recognised when everything its `recognise` names matches; the
first in the file wins, and one that names nothing is never recognised.

Words are analysed unless somebody said `counts`: a department's choice replaces the
general one, and a tool may only add a `counts` to it, never take one away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from proxy.config import Application, Listener, Organisation, Recognise
from proxy.exchange import Faces, Sanction
from proxy.networks import Address, Networks, parse_address

__all__ = ["UNKNOWN", "Directory", "Identity", "Place", "listener_of"]

UNKNOWN = "unknown"
"""Department of traffic that no rule claims."""

_ANY_HOST = ("", "*", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound
_LOCAL_HOST = {"localhost": ("127.0.0.1", "::1")}


@dataclass(frozen=True, slots=True)
class Identity:
    """What is said of the sender of one request."""

    department: str
    application: str | None
    faces: Faces
    keep_words: bool
    """Whether the sender's words may be analysed (the tool may still forbid it)."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the connection alone tells: worked out once, used by each of its requests."""

    identity: Identity
    """Of a request that brings neither a credential nor a telling User-Agent."""
    department: str | None
    candidates: tuple[Application, ...]
    """Applications that a credential or a User-Agent may still prove."""


def _split(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port) if port.isdecimal() else 0


def _rank(listen: str, host: str, port: int) -> int:
    """How well a configured address names a socket: 2 exactly, 1 by a wildcard, 0 not."""
    named, named_port = _split(listen)
    if named_port != port:
        return 0
    if host in _LOCAL_HOST.get(named, (named,)):
        return 2
    return 1 if named in _ANY_HOST else 0


def listener_of(listeners: Iterable[Listener], socket: tuple[str, int]) -> Listener | None:
    """The configured listener that a connection arrived at, by its local address."""
    best = max(listeners, key=lambda one: _rank(one.listen, *socket), default=None)
    return best if best is not None and _rank(best.listen, *socket) else None


class Directory:
    """config/organisation.yaml, compiled for look-ups. Immutable."""

    def __init__(
        self,
        organisation: Organisation,
        *,
        listeners: Iterable[Listener] = (),
        observe: Literal["words", "counts"] = "words",
    ) -> None:
        """Compile; `observe` is the general rule of config/jauge.yaml (`content.observe`).

        Raises ValueError for a network that is none.
        """
        departments = organisation.departments
        self._observe: Literal["words", "counts"] = observe
        self._listeners = tuple(listeners)
        self._networks = Networks((net, one.name) for one in departments for net in one.networks)
        self._by_listener = {text: one.name for one in departments for text in one.listeners}
        self._by_user = {user: one.name for one in departments for user in one.credentials}
        self._observes = {one.name: one.observe for one in departments if one.observe}
        self._applications = tuple(
            (one, Networks((net, True) for net in one.recognise.networks))
            for one in organisation.applications
            if one.recognise != Recognise()
        )
        self._proxies = Networks((net, True) for net in organisation.proxies)
        self._sanctions: dict[str, Sanction] = {t.tool: t.sanction for t in organisation.tools}
        self._silent_tools = {t.tool for t in organisation.tools if t.observe == "counts"}

    def sanction(self, tool: str) -> Sanction:
        """What the organisation decided about a tool; "unknown" when it said nothing."""
        return self._sanctions.get(tool, "unknown")

    def keeps_words(self, identity: Identity, tool: str) -> bool:
        """Whether the words of this sender's use of this tool may be analysed."""
        return identity.keep_words and tool not in self._silent_tools

    def is_proxy(self, address: str) -> bool:
        """Whether the client at this address is declared as a proxy itself."""
        return self._proxies.find(parse_address(address)) is not None

    def place(self, address: str, socket: tuple[str, int]) -> Place:
        """What a connection from `address`, arriving at the local `socket`, tells."""
        parsed = parse_address(address)
        listener = listener_of(self._listeners, socket)
        department = self._department_of(listener, parsed)
        possible = tuple(
            one
            for one, networks in self._applications
            if _may_be(one, listener) and (not networks or networks.find(parsed))
        )
        sure = next((one for one in possible if _is_proven(one)), None)
        # A later application that needs more proof cannot win over one that needs none.
        candidates = possible[: possible.index(sure)] if sure else possible
        return Place(self._identity(sure, department), department, candidates)

    def identify(self, place: Place, user: str | None = None, agent: str = "") -> Identity:
        """The sender of one request, by its verified proxy user name and User-Agent."""
        if user is None and not place.candidates:
            return place.identity
        for one in place.candidates:
            if _matches(one, user, agent):
                return self._identity(one, self._by_user.get(user or "", place.department))
        by_user = self._by_user.get(user) if user else None
        if by_user is None:
            return place.identity
        return self._named(place.identity, by_user)

    def _department_of(self, listener: Listener | None, address: Address | None) -> str | None:
        if listener is not None:
            named = self._by_listener.get(listener.listen) or listener.department
            if named:
                return named
        return self._networks.find(address)

    def _named(self, identity: Identity, department: str) -> Identity:
        """The identity with the department that a credential proved."""
        application = self._application(identity.application)
        return self._identity(application, department)

    def _application(self, name: str | None) -> Application | None:
        return next((one for one, _ in self._applications if one.name == name), None)

    def _identity(self, application: Application | None, department: str | None) -> Identity:
        own = application.department if application else None
        name = own or department or UNKNOWN
        return Identity(
            department=name,
            application=application.name if application else None,
            faces=application.faces if application else "undeclared",
            keep_words=self._observes.get(name, self._observe) == "words",
        )


def _may_be(application: Application, listener: Listener | None) -> bool:
    """Whether the listener that it names, if any, is the one of this connection."""
    wanted = application.recognise.listener
    return wanted is None or (listener is not None and listener.listen == wanted)


def _is_proven(application: Application) -> bool:
    """Whether listener and network are all that it names (and it names one)."""
    rule = application.recognise
    by_request = rule.credential is not None or rule.user_agent is not None
    return not by_request and (rule.listener is not None or bool(rule.networks))


def _matches(application: Application, user: str | None, agent: str) -> bool:
    rule = application.recognise
    if rule.credential is None and rule.user_agent is None:
        return False
    if rule.credential is not None and rule.credential != user:
        return False
    return rule.user_agent is None or rule.user_agent in agent
