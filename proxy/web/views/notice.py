"""The notice to the staff, filled from the configuration; it names what is not filled.

What a notice has to say: the CNIL's guidance on decrypting traffic (2015) and articles 13
and 15 to 21 of the GDPR.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from proxy.config import Config
from proxy.texts import Texts
from proxy.web.reading import Reading
from proxy.web.subject import Subject

__all__ = ["missing", "view"]


def _filled(config: Config) -> dict[str, str | None]:
    """What the notice needs, by key of organisation.yaml."""
    organisation = config.organisation
    compliance = organisation.compliance
    return {
        "compliance.controller": compliance.controller,
        "compliance.legal_basis": compliance.legal_basis,
        "compliance.aipd_ref": compliance.aipd_ref,
        "compliance.cst_avis_date": compliance.cst_avis_date,
        "compliance.informed_on": compliance.informed_on,
        "charter.version": organisation.charter.version,
        "contacts.dpo": organisation.contacts.dpo,
        "contacts.notice_url": organisation.contacts.notice_url,
    }


def missing(config: Config) -> tuple[str, ...]:
    """Keys of organisation.yaml that the notice needs and that hold nothing."""
    return tuple(key for key, value in _filled(config).items() if not value)


def view(subject: Subject, reading: Reading, texts: Texts) -> dict[str, object]:
    """What the template prints."""
    del reading
    config = subject.config
    settings = config.settings
    lacking = [texts.t(f"notice.keys.{key}") for key in missing(config)]
    observes = settings.content.observe == "words" or bool(_observed(config, "words"))
    return {
        "lead": texts.t("notice.lead", organisation=config.organisation.name),
        "missing": lacking,
        "alarm": bool(lacking) and observes,
        "who": list(_who(config, texts)),
        "why": [
            texts.t(f"notice.why.{key}")
            for key in ("cost", "answers", "uses")
            if observes or key != "answers"
        ],
        "what": list(_what(subject, texts)),
        "rows": texts.t(
            f"notice.kept.rows{'_reference' if settings.edge.reference_header else ''}"
        ),
        "rows_long": texts.t("notice.kept.rows_long", count=settings.ledger.keep_months),
        "refusals_long": texts.t(
            "notice.kept.refusals_long", count=settings.edge.passthrough_hours
        ),
        "small": texts.t("notice.kept.small", k=settings.privacy.k),
        "contact": list(_contact(config, texts)) or [texts.t("notice.contact.none")],
    }


def _who(config: Config, texts: Texts) -> Iterator[str]:
    compliance, charter = config.organisation.compliance, config.organisation.charter
    told = {
        "controller": compliance.controller,
        "legal_basis": compliance.legal_basis,
        "register_ref": compliance.register_ref,
        "aipd_ref": compliance.aipd_ref,
        "cst_avis_date": _day(compliance.cst_avis_date, texts),
        "informed_on": _day(compliance.informed_on, texts),
    }
    for key, value in told.items():
        if value:
            yield texts.t(f"notice.who.{key}", value=value)
    if charter.version and charter.adopted:
        date = _day(charter.adopted, texts)
        yield texts.t("notice.who.charter_since", version=charter.version, date=date)
    elif charter.version:
        yield texts.t("notice.who.charter", version=charter.version)


def _day(text: str | None, texts: Texts) -> str:
    return texts.date(dt.date.fromisoformat(text)) if text else ""


def _what(subject: Subject, texts: Texts) -> Iterator[str]:
    settings = subject.config.settings
    yield texts.t("notice.what.only", tools=texts.all_of(subject.opened))
    yield texts.t("notice.what.rest")
    whole = settings.content.observe == "words"
    others = _observed(subject.config, "counts" if whole else "words")
    if not whole and others:
        yield texts.t("notice.what.words_only", count=len(others), names=texts.all_of(others))
    else:
        yield texts.t("notice.what.words" if whole else "notice.what.counts")
    if whole or others:
        key = "prompts" if settings.content.score_prompts else "no_prompts"
        yield texts.t(f"notice.what.{key}")
    if whole and others:
        yield texts.t("notice.what.counts_only", count=len(others), names=texts.all_of(others))
    yield texts.t("notice.what.unchanged")


def _observed(config: Config, observe: str) -> list[str]:
    """Departments for which the configuration says so, each by its own name.

    The small ones too: it is no figure, and who works there has to read what holds there.
    """
    departments = config.organisation.departments
    return [one.label or one.name for one in departments if one.observe == observe]


def _contact(config: Config, texts: Texts) -> Iterator[str]:
    contacts = config.organisation.contacts
    for key in ("dpo", "questions", "notice_url"):
        value = getattr(contacts, key)
        if value:
            yield texts.t(f"notice.contact.{key}", value=value)
