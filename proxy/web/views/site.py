"""Reports, the state of the system, and the certificate to install."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.authority import AuthorityError, read_authority
from proxy.texts import Texts
from proxy.web.reading import Reading
from proxy.web.reports import Report, ReportFile
from proxy.web.reports import reports as found_reports
from proxy.web.subject import Subject

__all__ = ["authority", "reports", "system"]

_KILOBYTE = 1000


@dataclass(frozen=True, slots=True)
class File:
    """A link to one file."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Component:
    """One part and how it is."""

    name: str
    status: str
    """ok, degraded or fail."""
    state: str
    reasons: tuple[str, ...]


def reports(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    del reading
    return {
        "reports": [
            (_period(one, texts), [_file(one.period, file, texts) for file in one.files])
            for one in found_reports(subject.config.state_dir)
        ]
    }


def _period(one: Report, texts: Texts) -> str:
    return texts.month(one.period).capitalize() if "-" in one.period else one.period


def _file(period: str, file: ReportFile, texts: Texts) -> File:
    size = texts.number(max(1.0, file.size_bytes / _KILOBYTE))
    shown = texts.t("site.reports.kilobytes", size=size)
    return File(
        f"/reports/{period}/{file.name}", texts.t("site.reports.file", name=file.name, size=shown)
    )


def system(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    status, components = subject.health()
    last = reading.last_exchange
    gaps = reading.month.gaps if reading.month else {}
    return {
        "status": status,
        "told": texts.t(f"site.system.{status}"),
        "components": [
            Component(
                name=texts.of("site.system.components", name),
                status=part.status,
                state=texts.t(f"site.system.state.{part.status}"),
                reasons=tuple(part.reasons),
            )
            for name, part in components.items()
        ],
        "last": texts.t("site.system.no_last")
        if last is None
        else texts.t("site.system.last", moment=texts.moment(subject.local(last))),
        "known": reading.is_known,
        "gaps": [
            (texts.of("site.system.kinds", kind), texts.count(count))
            for kind, count in sorted(gaps.items(), key=lambda item: -item[1])
        ],
        "version": texts.t(
            "site.system.version", version=subject.version, factor_set=subject.factor_set
        ),
    }


def authority(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    del reading
    try:
        found = read_authority(subject.config.state_dir)
    except AuthorityError:
        return {"there": False, "why": texts.t("site.authority.broken")}
    if found is None:
        return {"there": False, "why": texts.t("site.authority.none")}
    zone = subject.config.zone
    return {
        "there": True,
        "fingerprint": found.fingerprint,
        "valid": texts.t(
            "site.authority.valid",
            begins=texts.date(found.begins.astimezone(zone).date()),
            expires=texts.date(found.expires.astimezone(zone).date()),
        ),
    }
