"""What must hold between the keys of config/jauge.yaml.

Every check is a function that yields its problems; CHECKS is their order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from proxy.config.addresses import (
    AddressError,
    is_loopback,
    parse_address,
    parse_network,
)
from proxy.config.errors import Problem
from proxy.config.exposure import exposure
from proxy.config.file_checks import files
from proxy.config.settings import Listener, Settings

__all__ = ["CHECKS", "NAME", "listeners_of", "network_problems"]

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\Z")
"""Slugs: they become metric labels and names of columns."""
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_LEDGER = re.compile(r"sqlite(?:\+pysqlite)?:///(?!:memory:|file:)[^?]")
"""What `proxy.ledger` can open: a file, by SQLAlchemy's own driver."""


def listeners_of(settings: Settings) -> tuple[Listener, ...]:
    """The edge's listeners, the shorthand for one included."""
    edge = settings.edge
    if edge.listeners:
        return edge.listeners
    return (Listener(listen=edge.listen or Listener().listen, mode=edge.mode, target=edge.target),)


def _listener_keys(settings: Settings) -> Iterator[tuple[str, Listener]]:
    prefix = "edge.listeners.{}" if settings.edge.listeners else "edge"
    for index, listener in enumerate(listeners_of(settings)):
        yield prefix.format(index), listener


def _shorthand(settings: Settings) -> Iterator[Problem]:
    edge = settings.edge
    if edge.listeners and (edge.listen or edge.target or edge.mode != "explicit"):
        yield Problem(
            "edge.listeners",
            "edge.listeners replaces edge.listen, edge.mode and edge.target",
            "Move those three into an item of edge.listeners, or remove the list.",
        )


def _addresses(settings: Settings) -> Iterator[Problem]:
    keys = [(f"{key}.listen", item.listen) for key, item in _listener_keys(settings)]
    taken: dict[str, str] = {}
    for key, text in [*keys, ("auditor.listen", settings.auditor.listen)]:
        try:
            address = parse_address(text)
        except AddressError as error:
            yield Problem(key, "expected an address and a port", str(error))
            continue
        first = taken.setdefault(str(address), key)
        if address.port and first != key:
            yield Problem(
                key, f"this address is already that of {first}", "Give each its own port."
            )


def _open_to(key: str, listen: str, clients: tuple[str, ...], remedy: str) -> Iterator[Problem]:
    """A listener beyond loopback whose clients are not named."""
    try:
        host = parse_address(listen).host
    except AddressError:
        return
    if not is_loopback(host) and not clients:
        yield Problem(key, "beyond loopback the client networks must be named", remedy)


def _clients(settings: Settings) -> Iterator[Problem]:
    edge, auditor = settings.edge, settings.auditor
    example = "as in {}: [10.20.0.0/16], or listen on 127.0.0.1."
    for key, item in _listener_keys(settings):
        remedy = "List who may use the proxy, " + example.format("edge.clients")
        yield from _open_to(f"{key}.listen", item.listen, edge.clients, remedy)
    remedy = "List who may read page and metrics, " + example.format("auditor.clients")
    yield from _open_to("auditor.listen", auditor.listen, auditor.clients, remedy)
    named = (
        ("edge.clients", edge.clients),
        ("auditor.clients", auditor.clients),
        ("auditor.tls_proxies", auditor.tls_proxies),
    )
    for key, clients in named:
        yield from network_problems(key, clients)
        for index, text in enumerate(clients):
            if text.endswith("/0"):
                yield Problem(
                    f"{key}.{index}",
                    "this network is the whole Internet",
                    "Name the networks of your organisation.",
                )


def network_problems(key: str, networks: Iterable[str]) -> Iterator[Problem]:
    """The items of a list that are no networks."""
    for index, text in enumerate(networks):
        try:
            parse_network(text)
        except AddressError as error:
            yield Problem(f"{key}.{index}", "expected a network", str(error))


def _targets(settings: Settings) -> Iterator[Problem]:
    for key, item in _listener_keys(settings):
        if item.mode == "reverse" and not item.target:
            yield Problem(
                f"{key}.target",
                "mode reverse needs the service it stands before",
                "Add its base URL, as in target: https://api.openai.com.",
            )
        if item.mode == "explicit" and item.target:
            yield Problem(
                f"{key}.target",
                "a target is for mode reverse only",
                "Add mode: reverse, or remove the target.",
            )
        if item.target and not _is_origin(item.target):
            yield Problem(
                f"{key}.target",
                "expected scheme and host of a service, nothing else",
                "Write https://api.openai.com; clients add the path to this listener's address.",
            )


def _is_url(text: str) -> bool:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.hostname)


def _is_origin(text: str) -> bool:
    """Scheme, host and port, with at most a slash behind them."""
    if not _is_url(text):
        return False
    url = urlsplit(text)
    return url.username is None and url.path in ("", "/") and not (url.query or url.fragment)


def _parent(settings: Settings) -> Iterator[Problem]:
    parent = settings.edge.parent
    if parent is not None and not _is_url(parent):
        yield Problem(
            "edge.parent",
            "expected the URL of a proxy",
            "Write it as http://user:password@proxy.example:3128.",
        )


def _names(settings: Settings) -> Iterator[Problem]:
    if not NAME.match(settings.edge.name):
        yield Problem(
            "edge.name",
            "expected a short name of a-z, 0-9 and -",
            "It becomes a metric label: write, for example, mairie-1.",
        )
    header = settings.edge.reference_header
    if header is not None and not _HEADER.match(header):
        yield Problem(
            "edge.reference_header",
            "expected the name of an HTTP header",
            "Write, for example, X-Request-Id.",
        )


def _timezone(settings: Settings) -> Iterator[Problem]:
    try:
        ZoneInfo(settings.timezone)
    except (OSError, ValueError, KeyError):  # not found, a folder, or no name at all
        yield Problem(
            "timezone",
            "expected the name of a time zone",
            "Write an IANA name, as Europe/Paris or Indian/Reunion.",
        )


def _ledger(settings: Settings) -> Iterator[Problem]:
    url = settings.ledger.url
    if url is not None and not _LEDGER.match(url):
        yield Problem(
            "ledger.url",
            "expected the URL of an SQLite file",
            "Write, for example, sqlite:////var/lib/jauge/ledger.sqlite; there is no other yet.",
        )


def _catalogue(settings: Settings) -> Iterator[Problem]:
    for tool in sorted(set(settings.catalogue.enable) & set(settings.catalogue.disable)):
        index = settings.catalogue.disable.index(tool)
        yield Problem(
            f"catalogue.disable.{index}",
            "this tool is enabled and disabled",
            "Remove it from one of catalogue.enable and catalogue.disable.",
        )


def _own_hosts(settings: Settings) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, host in enumerate(settings.impact.own_hosts):
        key, name = f"impact.own_hosts.{index}", host.tool or host.provider
        if (host.tool is None) == (host.provider is None) or not name:
            yield Problem(key, "expected a tool or a provider", "Name one of the two.")
        elif name in seen:
            yield Problem(key, "this tool or provider stands here twice", "Keep one of them.")
        seen.add(name or "")


CHECKS: tuple[Callable[[Settings], Iterator[Problem]], ...] = (
    _shorthand,
    _addresses,
    _clients,
    exposure,
    _targets,
    _parent,
    files,
    _names,
    _timezone,
    _ledger,
    _catalogue,
    _own_hosts,
)
