"""What must hold in config/organisation.yaml, and between it and config/jauge.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from proxy.config.addresses import AddressError, Network, parse_network
from proxy.config.checks import NAME, listeners_of, network_problems
from proxy.config.errors import Problem, did_you_mean
from proxy.config.organisation import Organisation
from proxy.config.settings import Settings

__all__ = ["CHECKS", "RESERVED", "department_references", "nested_networks"]

RESERVED = frozenset({"unknown", "other", "merged", "autres"})
"""Names that figures give to what belongs to nobody or to several."""


def _named(organisation: Organisation) -> Iterator[tuple[str, str]]:
    for index, department in enumerate(organisation.departments):
        yield f"departments.{index}", department.name
    for index, application in enumerate(organisation.applications):
        yield f"applications.{index}", application.name


def _names(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    for key, name in _named(organisation):
        if not NAME.match(name):
            yield Problem(
                f"{key}.name",
                "expected a short name of a-z, 0-9 and -",
                "It becomes a metric label; write what readers see under label.",
            )
        elif name in RESERVED:
            yield Problem(f"{key}.name", "this name is reserved", "Choose another one.")


def _unique(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    lists = {
        "departments.{}.name": [d.name for d in organisation.departments],
        "applications.{}.name": [a.name for a in organisation.applications],
        "tools.{}.tool": [t.tool for t in organisation.tools],
    }
    for key, names in lists.items():
        for index, name in enumerate(names):
            first = names.index(name)
            if first != index:
                yield Problem(
                    key.format(index),
                    f"this is also {key.format(first)}",
                    "Give each its own name, or make one entry of the two.",
                )


def _networks(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    for index, department in enumerate(organisation.departments):
        yield from network_problems(f"departments.{index}.networks", department.networks)
    for index, application in enumerate(organisation.applications):
        key = f"applications.{index}.recognise.networks"
        yield from network_problems(key, application.recognise.networks)
    yield from network_problems("proxies", organisation.proxies)


def _valid_networks(organisation: Organisation) -> Iterator[tuple[str, str, Network]]:
    """Key, department and network of every network that is one."""
    for index, department in enumerate(organisation.departments):
        for place, text in enumerate(department.networks):
            try:
                network = parse_network(text)
            except AddressError:
                continue
            yield f"departments.{index}.networks.{place}", department.name, network


def _same_networks(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    first: dict[Network, str] = {}
    for key, _department, network in _valid_networks(organisation):
        holder = first.setdefault(network, key)
        if holder != key:
            yield Problem(key, f"this network is also {holder}", "Keep it in one department only.")


def nested_networks(organisation: Organisation) -> Iterator[tuple[str, str, str, str]]:
    """Networks inside another department's: (department, network, other department, network).

    That is allowed, the smaller network wins, but it is worth a look.
    """
    found = sorted(
        _valid_networks(organisation),
        key=lambda item: (item[2].version, int(item[2].network_address), item[2].prefixlen),
    )
    around: list[tuple[str, Network]] = []
    for _, department, network in found:
        while around and not _holds(around[-1][1], network):
            around.pop()
        if around and around[-1][0] != department:
            yield department, str(network), around[-1][0], str(around[-1][1])
        around.append((department, network))


def _holds(outer: Network, inner: Network) -> bool:
    return (
        outer.version == inner.version
        and outer.network_address <= inner.network_address  # type: ignore[operator]
        and outer.broadcast_address >= inner.broadcast_address  # type: ignore[operator]
    )


def _claims(organisation: Organisation) -> Iterator[tuple[str, str, str]]:
    """Key, kind and value of what recognises departments."""
    for index, department in enumerate(organisation.departments):
        for place, text in enumerate(department.listeners):
            yield f"departments.{index}.listeners.{place}", "listening address", text
        for place, text in enumerate(department.credentials):
            yield f"departments.{index}.credentials.{place}", "user name", text


def _claimed_once(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    for key, kind, value in _claims(organisation):
        holder = first.setdefault((kind, value), key)
        if holder != key:
            yield Problem(
                key, f"this {kind} is also that of {holder}", "Keep it in one department only."
            )


def _listeners(organisation: Organisation, settings: Settings) -> Iterator[Problem]:
    known = [listener.listen for listener in listeners_of(settings)]
    named = [(key, value) for key, kind, value in _claims(organisation) if kind != "user name"]
    named += [
        (f"applications.{index}.recognise.listener", application.recognise.listener)
        for index, application in enumerate(organisation.applications)
        if application.recognise.listener is not None
    ]
    for key, value in named:
        if value not in known:
            yield Problem(
                key,
                "the edge does not listen there",
                did_you_mean(value, known, "Its addresses are " + ", ".join(known) + "."),
            )


def _credentials(organisation: Organisation, settings: Settings) -> Iterator[Problem]:
    if settings.edge.htpasswd is not None:
        return
    named = [key for key, kind, _ in _claims(organisation) if kind == "user name"]
    named += [
        f"applications.{index}.recognise.credential"
        for index, application in enumerate(organisation.applications)
        if application.recognise.credential is not None
    ]
    for key in named:
        yield Problem(
            key,
            "proxy user names need a file of credentials",
            "Set edge.htpasswd in jauge.yaml, or recognise it by networks or listeners.",
        )


def _recognised(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    for index, application in enumerate(organisation.applications):
        rule = application.recognise
        if not (rule.credential or rule.listener or rule.networks or rule.user_agent):
            yield Problem(
                f"applications.{index}.recognise",
                "nothing says how this application is recognised",
                "Give at least one of credential, listener, networks, user_agent.",
            )


def _departments(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    known = [department.name for department in organisation.departments]
    for index, application in enumerate(organisation.applications):
        if application.department is not None and application.department not in known:
            yield _no_department(f"applications.{index}.department", application.department, known)


def department_references(organisation: Organisation, settings: Settings) -> Iterator[Problem]:
    """Departments that config/jauge.yaml names and config/organisation.yaml does not."""
    known = [department.name for department in organisation.departments]
    for index, listener in enumerate(settings.edge.listeners):
        if listener.department is not None and listener.department not in known:
            yield _no_department(f"edge.listeners.{index}.department", listener.department, known)


def _no_department(key: str, name: str, known: list[str]) -> Problem:
    options = "Its departments are " + ", ".join(known) + "." if known else "It has none yet."
    return Problem(
        key,
        "organisation.yaml has no such department",
        did_you_mean(name, known, options),
    )


CHECKS: tuple[Callable[[Organisation, Settings], Iterator[Problem]], ...] = (
    _names,
    _unique,
    _networks,
    _same_networks,
    _claimed_once,
    _listeners,
    _credentials,
    _recognised,
    _departments,
)
