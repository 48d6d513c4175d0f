"""What the page of the agents needs: what is measured of them, and whom to ask."""

from __future__ import annotations

from proxy.report.facts import Facts
from proxy.report.keys import GESTURES, MEASURED, NOT_MEASURED
from proxy.report.model_people import Agents
from proxy.report.sections.footprint import per_request

__all__ = ["agents"]

FIGURES = ("energy", "water", "ghg")


def agents(facts: Facts) -> Agents:
    """The section."""
    settings, contacts = facts.config.settings, facts.config.organisation.contacts
    total = facts.now.total()
    words_only = _observed(facts, "words") if settings.content.observe == "counts" else ()
    scored = settings.content.observe == "words" or bool(words_only)
    return Agents(
        observe=settings.content.observe,
        counts_only=_observed(facts, "counts"),
        words_only=words_only,
        keep_months=settings.ledger.keep_months,
        score_prompts=settings.content.score_prompts,
        per_request=tuple(per_request(total, one) for one in FIGURES) if total.priced else (),
        measured=tuple(one for one in MEASURED if scored or one != "flags"),
        not_measured=NOT_MEASURED,
        gestures=_gestures(facts),
        contact=contacts.questions or "",
        dpo=contacts.dpo or "",
        notice_url=contacts.notice_url or "",
    )


def _observed(facts: Facts, observe: str) -> tuple[str, ...]:
    """Labels of departments that the configuration says so of: no figure, hence not merged."""
    return tuple(
        one.label or one.name
        for one in facts.config.organisation.departments
        if one.observe == observe
    )


def _gestures(facts: Facts) -> tuple[str, ...]:
    """All of them, those that the data speak for first."""
    spoken = {
        "no_needless_images": facts.now.sums("images") > 0,
        "sanctioned_tools": any(
            names["sanction"] not in {"sanctioned", "tolerated"} for names, _ in facts.now.cells
        ),
        "new_conversation": any(names["context_class"] in LONG for names, _ in facts.now.cells),
    }
    return tuple(
        sorted(GESTURES, key=lambda key: (not spoken.get(key, False), GESTURES.index(key)))
    )


LONG = frozenset({"32k-100k", "100k-300k", "300k+"})
"""Context classes that a new conversation would shorten."""
