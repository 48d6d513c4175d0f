"""What must hold in the parts of organisation.yaml that only the report reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from proxy.config.checks import NAME
from proxy.config.errors import Problem
from proxy.config.organisation import Organisation
from proxy.config.settings import Settings

__all__ = ["CHECKS", "ROUNDING"]

ROUNDING = 0.011
"""How far three shares that were each rounded to a hundredth may miss one together."""
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?\Z")


def _categories(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    for index, one in enumerate(organisation.departments):
        shares = one.categories
        together = shares.a + shares.b + shares.c
        if together and abs(together - 1) > ROUNDING:
            yield Problem(
                f"departments.{index}.categories",
                f"a, b and c must be 1 together, they are {together:g}",
                "Write shares: a: 0.2, b: 0.3, c: 0.5.",
            )


def _trained(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    for index, one in enumerate(organisation.departments):
        if one.trained is not None and one.trained > one.headcount:
            yield Problem(
                f"departments.{index}.trained",
                f"more agents are trained than there are ({one.headcount})",
                "Count each agent once, or correct headcount.",
            )


def _days(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    days = {
        "charter.adopted": organisation.charter.adopted,
        "training.by": organisation.training.by,
        "compliance.cst_avis_date": organisation.compliance.cst_avis_date,
        "compliance.informed_on": organisation.compliance.informed_on,
    }
    for key, text in days.items():
        if text is None:
            continue
        try:
            date.fromisoformat(text)
        except ValueError:
            yield Problem(key, "expected a day", 'Write it as "2026-03-02".')


def _decisions(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    months = [one.month for one in organisation.decisions]
    for index, one in enumerate(organisation.decisions):
        key = f"decisions.{index}"
        if not _PERIOD.match(one.month):
            yield Problem(f"{key}.month", "expected a month or a year", 'Write "2026-10".')
        elif months.index(one.month) != index:
            yield Problem(f"{key}.month", "there are two decisions of it", "Keep one of them.")
        if not one.text.fr and not one.text.en:
            yield Problem(f"{key}.text", "the text is missing", "Write fr, en or both.")


def _goals(organisation: Organisation, _: Settings) -> Iterator[Problem]:
    names = [one.name for one in organisation.goals]
    for index, one in enumerate(organisation.goals):
        key = f"goals.{index}"
        if not NAME.match(one.name):
            yield Problem(f"{key}.name", "expected a short name of a-z, 0-9 and -", "Shorten it.")
        elif names.index(one.name) != index:
            yield Problem(f"{key}.name", "another goal has this name", "Give each its own.")
        if (one.at_most is None) == (one.at_least is None):
            yield Problem(key, "expected at_most or at_least", "Give one of the two.")


CHECKS: tuple[Callable[[Organisation, Settings], Iterator[Problem]], ...] = (
    _categories,
    _trained,
    _days,
    _decisions,
    _goals,
)
