"""What was installed and configured: catalogue, organisation, authority; and the journal."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from proxy.authority import Authority, AuthorityError, read_authority
from proxy.config import Config, ConfigError
from proxy.doctor.finding import Finding, bad, fine, odd
from proxy.explain import Subject, notes
from proxy.journal import FILE, broken_line
from proxy.providers import CatalogueError
from proxy.references import load_catalogue

__all__ = ["EXAMPLE", "authority", "configuration", "journal", "organisation"]

EXAMPLE = "Ville de Montexemple"
"""Name of the town in the shipped organisation.yaml."""
RENEW = timedelta(days=60)
"""Clients need time to learn a new authority."""
_RESTORE = "Restore it from a copy: clients trust that one."


def configuration(config: Config) -> Iterator[Finding]:
    """Both files and the catalogue; mistakes in the files are told before any check runs."""
    try:
        catalogue = load_catalogue(config)
    except ConfigError as error:
        for one in (error, *error.others):
            yield bad("configuration", f"{one.file}: {one.key}: {one.expected}", one.remedy)
        return
    except CatalogueError as error:
        yield bad("catalogue", f"{error.file}: {error.key}", f"Expected {error.expected}.")
        return
    yield fine("configuration", str(config.file))
    yield fine("catalogue", f"{len(catalogue.tools)} tools, version {catalogue.version}")
    for note in notes(Subject(config, catalogue)):
        yield odd("configuration", note, "jauge check says what the configuration means.")


def organisation(config: Config) -> Iterator[Finding]:
    """Figures by department need the town hall's own departments."""
    if config.organisation.name == EXAMPLE:
        yield odd(
            "organisation",
            "organisation.yaml is still the worked example",
            "Replace it with your own departments, charter and applications.",
        )
    elif not config.organisation.departments:
        yield odd(
            "organisation",
            "no department is declared: all traffic is of the department unknown",
            "Write them into organisation.yaml.",
        )
    else:
        yield fine("organisation", f"{len(config.organisation.departments)} departments")


def authority(config: Config) -> Iterator[Finding]:
    """The authority that clients trust, and who may read its key."""
    try:
        found = read_authority(config.state_dir)
    except AuthorityError as error:
        yield bad("authority", str(error), _RESTORE)
        return
    if found is None:
        yield fine("authority", "not there yet: the first start makes it")
        return
    if found.key_mode is not None and found.key_mode & 0o077:
        yield bad(
            "authority",
            f"others may read its private key (mode {found.key_mode:o})",
            f"chmod 600 {found.key}; then make a new authority, this one may be known.",
        )
    if _is_damaged(found):
        yield bad("authority", f"{found.key} is damaged: Jauge cannot start again", _RESTORE)
        return
    yield _term(found)


def _is_damaged(found: Authority) -> bool:
    """Whether the key's file holds no key with its certificate; closed to us, we cannot tell."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(found.key)
    except PermissionError:
        return False
    except OSError:  # SSLError is one
        return True
    return False


def _term(found: Authority) -> Finding:
    now = datetime.now(UTC)
    last = f"{found.expires:%Y-%m-%d}"
    renewal = "Make a new one and roll it out: docs/operate/trust-the-ca.md."
    if now > found.expires:
        return bad("authority", f"it expired on {last}", renewal)
    if now < found.begins:
        return bad("authority", f"it begins only on {found.begins:%Y-%m-%d}", "Check the clock.")
    if now + RENEW > found.expires:
        return odd("authority", f"it expires on {last}", renewal)
    return fine("authority", f"valid until {last}, key readable by its owner only")


def journal(config: Config) -> Iterator[Finding]:
    """The journal of exports of exact rows: each line is sealed by the next."""
    path = config.state_dir / FILE
    try:
        broken = broken_line(path)
    except FileNotFoundError:
        yield fine("journal", "no exact rows were taken yet")
        return
    except OSError as error:
        yield bad("journal", f"it cannot be read ({error.strerror})", "Correct its owner or mode.")
        return
    if broken is None:
        yield fine("journal", "each line follows from the one before it")
    else:
        yield bad(
            "journal",
            f"line {broken} does not follow from the one before it",
            f"Find out who has changed {path}; a crash while it was written leaves half a line.",
        )
