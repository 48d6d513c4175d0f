"""What a configuration means, in plain words: the text of `jauge check`.

SECTIONS is a table: a title, and the function that gives its lines. Nothing here holds a
password; networks and files are the operator's own and are shown.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from proxy.config import Config, Department, Listener, is_exposed, is_loopback, parse_address
from proxy.config.organisation_checks import nested_networks
from proxy.privacy import MERGED, merge_small
from proxy.providers import Catalogue

__all__ = ["SECTIONS", "Subject", "explain", "notes"]

_TIERS_DECRYPTED = "everything else is tunnelled untouched, and counted by tool where it is known"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is explained."""

    config: Config
    catalogue: Catalogue


def explain(subject: Subject) -> str:
    """The whole text; sections without lines are left out."""
    blocks = ((title, list(section(subject))) for title, section in SECTIONS)
    return "\n\n".join(
        "\n".join([title, *map(_wrapped, lines)]) for title, lines in blocks if lines
    )


def _wrapped(line: str) -> str:
    return textwrap.fill(
        line,
        width=100,
        initial_indent="  - ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _files(subject: Subject) -> Iterator[str]:
    config = subject.config
    yield f"settings: {config.file}"
    organisation = config.organisation_file or "none: all traffic is of the department unknown"
    yield f"organisation: {organisation}"
    if config.sets:
        keys = ", ".join(text.partition("=")[0].strip() for text in config.sets)
        yield f"replaced on the command line: {keys}"
    yield f"everything that is written goes to {config.state_dir}"


def _listeners(subject: Subject) -> Iterator[str]:
    for listener in subject.config.listeners:
        yield f"{listener.listen}: {_purpose(listener)}"
    yield f"{subject.config.settings.auditor.listen}: page, metrics and health, {_guarded(subject)}"


def _guarded(subject: Subject) -> str:
    """Who may read them."""
    auditor = subject.config.settings.auditor
    if not is_exposed(auditor):
        return "for this machine only"
    tls = "served over TLS" if auditor.tls_certificate else "behind a proxy that ends TLS"
    return f"for {', '.join(auditor.clients)}, after a login, {tls}"


def _purpose(listener: Listener) -> str:
    what = f"base URL in place of {listener.target}" if listener.mode == "reverse" else "proxy"
    whose = f", all of it of department {listener.department}" if listener.department else ""
    return what + whose


def _served(subject: Subject) -> Iterator[str]:
    edge = subject.config.settings.edge
    hosts = [parse_address(listener.listen).host for listener in subject.config.listeners]
    if all(map(is_loopback, hosts)):
        yield "programs on this machine only"
    if edge.clients:
        yield f"clients in {', '.join(edge.clients)} and this machine, nobody else"
    if edge.htpasswd:
        yield "who logs in at the proxy with a name and password of edge.htpasswd"


def _way_out(subject: Subject) -> Iterator[str]:
    edge = subject.config.settings.edge
    if edge.parent:
        parent = urlsplit(edge.parent)
        login = ", with credentials" if parent.username else ""
        yield f"through the proxy {parent.hostname}:{parent.port or 'default port'}{login}"
    else:
        yield "directly"
    beside = f" and those of {edge.upstream_ca}" if edge.upstream_ca else ""
    yield f"trusting this system's authorities{beside}"


def _decrypted(subject: Subject) -> Iterator[str]:
    tools = sorted({e.host.tool for e in subject.catalogue.entries if e.host.decrypt})
    yield f"{len(tools)} tools: {', '.join(tools)}"
    chosen = subject.config.settings.catalogue
    if chosen.enable:
        yield f"among them on your demand: {', '.join(sorted(chosen.enable))}"
    if chosen.disable:
        yield f"not decrypted on your demand: {', '.join(sorted(chosen.disable))}"
    yield _TIERS_DECRYPTED
    yield "of what is decrypted only calls to a model are read; pages, files, logins are not"


_OBSERVED = {"counts": "counts only for", "words": "answers are scored for"}


def _some_words(subject: Subject) -> bool:
    """Whether any department's words are looked at."""
    content, organisation = subject.config.settings.content, subject.config.organisation
    return content.observe == "words" or any(d.observe == "words" for d in organisation.departments)


def _words(subject: Subject) -> Iterator[str]:
    content, organisation = subject.config.settings.content, subject.config.organisation
    if content.observe == "words":
        which = "prompts and answers are" if content.score_prompts else "answers are"
        yield f"{which} scored in memory, then forgotten; no text is ever written"
    else:
        yield "nothing: no text leaves the edge's parser, only counts do"
    for observe in ("counts", "words"):
        of = [d.name for d in organisation.departments if d.observe == observe != content.observe]
        if of:
            yield f"but {_OBSERVED[observe]} the departments {', '.join(of)}"
    tools = [t.tool for t in organisation.tools if t.observe == "counts"]
    if tools and _some_words(subject):
        yield f"but counts only for the tools {', '.join(tools)}, whatever the department"
    rate = content.false_positives.replace("-percent", " %")
    yield f"{content.classifier} scores, and flags as it would {rate} of harmless answers"
    if content.sample < 1:
        yield f"only {content.sample:.0%} of the exchanges, drawn by chance, are scored"


def _departments(subject: Subject) -> Iterator[str]:
    departments = subject.config.organisation.departments
    if not departments:
        return
    k = subject.config.settings.privacy.k
    shown = merge_small({d.name: d.headcount for d in departments}, k)
    alone = [d for d in departments if shown[d.name] != MERGED]
    merged = [d for d in departments if shown[d.name] == MERGED]
    if alone:
        yield f"on their own: {_with_headcounts(alone)}"
    if merged:
        together = sum(d.headcount for d in merged)
        yield f"together as “{MERGED}” ({together} agents): {_with_headcounts(merged)}"
    yield f"no group of fewer than {k} agents is shown"


def _with_headcounts(departments: Iterable[Department]) -> str:
    return ", ".join(f"{d.name} ({d.headcount})" for d in departments)


def _applications(subject: Subject) -> Iterator[str]:
    applications = subject.config.organisation.applications
    for faces, text in (
        ("resident", "answer residents directly"),
        ("agent", "answer agents"),
        ("undeclared", "do not say whom they answer"),
    ):
        names = [a.name for a in applications if a.faces == faces]
        if names:
            yield f"{len(names)} {text}: {', '.join(names)}"


def _charter(subject: Subject) -> Iterator[str]:
    policies = subject.config.organisation.tools
    for sanction in ("sanctioned", "tolerated", "forbidden", "unknown"):
        tools = [p.tool for p in policies if p.sanction == sanction]
        if tools:
            yield f"{sanction}: {', '.join(tools)}"
    if policies:
        yield "Jauge counts by these classes; it blocks nothing"


def _own_hosts(subject: Subject) -> Iterator[str]:
    for host in subject.config.settings.impact.own_hosts:
        yield f"{host.tool or host.provider}: estimated with the electricity of {host.zone}"


def _kept(subject: Subject) -> Iterator[str]:
    settings = subject.config.settings
    months = settings.ledger.keep_months
    yield f"one row of counts per exchange for {months} {'month' if months == 1 else 'months'}"
    yield f"hourly sums for ever; days and months are those of {settings.timezone}"
    yield f"in {_ledger(subject.config)}"
    yield f"at most {settings.content.outbox_mebibytes} MiB of counts wait for the auditor on disk"


def _ledger(config: Config) -> str:
    url = config.settings.ledger.url
    if url is None:
        return str(config.state_dir / "ledger.sqlite")
    return f"the database of ledger.url ({url.partition(':')[0]})"


def notes(subject: Subject) -> Iterator[str]:
    """What is allowed, and worth a second look."""
    config = subject.config
    organisation = config.organisation
    for inner, network, outer, around in nested_networks(organisation):
        yield f"{network} of {inner} lies inside {around} of {outer}: the smaller network wins"
    unnamed = [d.name for d in organisation.departments if d.headcount == 0]
    if unnamed:
        yield f"without a headcount, hence never shown on their own: {', '.join(unnamed)}"
    unseen = [d.name for d in organisation.departments if not _is_recognised(d, config)]
    if unseen:
        yield f"nothing says whose traffic is theirs: {', '.join(unseen)}"
    hosts = [parse_address(listener.listen).host for listener in config.listeners]
    if any(d.networks for d in organisation.departments) and all(map(is_loopback, hosts)):
        yield "departments have networks, but only this machine is served: they will not be seen"
    reverse = [one for one in config.listeners if one.mode == "reverse"]
    if any(not is_loopback(parse_address(one.listen).host) for one in reverse):
        yield "clients reach a base URL unencrypted: keep it to networks that you trust"
    yield from _unread_targets(subject)
    decrypted = {e.host.tool for e in subject.catalogue.entries if e.host.decrypt}
    seen = [p.tool for p in organisation.tools if p.tool not in decrypted]
    if seen:
        yield (
            f"the charter names them, but they are only seen, not measured: {', '.join(seen)} "
            "(catalogue.enable adds those of tier 2)"
        )
    undeclared = [a.name for a in organisation.applications if a.faces == "undeclared"]
    if undeclared:
        yield f"say whom they answer (faces: agent or resident): {', '.join(undeclared)}"


def _unread_targets(subject: Subject) -> Iterator[str]:
    """Services that a base URL stands before, and of which no call is recorded."""
    for listener in subject.config.listeners:
        if listener.mode != "reverse" or listener.target is None:
            continue
        name = urlsplit(listener.target).hostname or ""
        host = subject.catalogue.host(name)
        if host is None:
            why = f"the catalogue does not know {name} (docs/howto/add-a-provider.md)"
        elif not host.decrypt:
            why = f"{name} is only seen (see catalogue.enable and catalogue.disable)"
        else:
            continue
        yield f"nothing is measured of what passes {listener.listen}: {why}"


def _is_recognised(department: Department, config: Config) -> bool:
    by_listener = any(one.department == department.name for one in config.listeners)
    by_application = any(
        one.department == department.name for one in config.organisation.applications
    )
    named = department.networks or department.listeners or department.credentials
    return bool(named) or by_listener or by_application


SECTIONS: tuple[tuple[str, Callable[[Subject], Iterator[str]]], ...] = (
    ("Read from", _files),
    ("Listens on", _listeners),
    ("Serves", _served),
    ("Reaches the services", _way_out),
    ("Decrypts", _decrypted),
    ("Reads of the words", _words),
    ("Shows departments", _departments),
    ("Knows applications", _applications),
    ("Charter", _charter),
    ("Runs on your own machines", _own_hosts),
    ("Keeps", _kept),
    ("Worth a second look", notes),
)
