"""Reports, the state of the system, and the certificate to install."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.authority import AuthorityError, read_authority
from proxy.texts import Texts
from proxy.web.reading import Reading
from proxy.web.reports import Report, ReportFile
from proxy.web.reports import reports as found_reports
from proxy.web.subject import Subject
from proxy.web.views.health import parts

__all__ = ["authority", "reports", "system"]

_KILOBYTE = 1000


@dataclass(frozen=True, slots=True)
class File:
    """A link to one file."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Period:
    """The report of one period."""

    name: str
    first: list[File]
    """What most readers want, in their language."""
    every: list[File]


def reports(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    del reading
    return {"reports": [_period(one, texts) for one in found_reports(subject.config.state_dir)]}


def _period(one: Report, texts: Texts) -> Period:
    there = {file.name: file for file in one.files}
    first = {f"report.{texts.lang}.html": "html", f"report.{texts.lang}.pdf": "pdf"}
    first["report.json"] = "json"
    return Period(
        name=(
            texts.month(one.period).capitalize()
            if "-" in one.period
            else texts.t("site.reports.year", year=one.period)
        ),
        first=[
            File(_href(one, name), texts.t(f"site.reports.{key}", size=_size(there[name], texts)))
            for name, key in first.items()
            if name in there
        ],
        every=[
            File(
                _href(one, name),
                texts.t("site.reports.file", name=name, size=_size(file, texts)),
            )
            for name, file in there.items()
        ],
    )


def _href(one: Report, name: str) -> str:
    return f"/reports/{one.period}/{name}"


def _size(file: ReportFile, texts: Texts) -> str:
    size = texts.count(max(1, round(file.size_bytes / _KILOBYTE)))
    return texts.t("site.reports.kilobytes", size=size)


def system(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    status, components = subject.health()
    last = reading.last_exchange
    gaps = reading.month.gaps if reading.month else {}
    return {
        "status": status,
        "told": texts.t(f"site.system.{status}"),
        "components": parts(components, texts),
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
