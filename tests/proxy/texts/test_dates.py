"""Dates, the first of a month above all."""

from __future__ import annotations

import datetime as dt

from proxy.texts import Texts

FR, EN = Texts("fr"), Texts("en")


def test_the_first_is_an_ordinal_in_french() -> None:
    assert FR.date(dt.date(2026, 11, 1)) == "1er\u00a0novembre 2026"
    assert FR.date(dt.date(2026, 11, 2)) == "2\u00a0novembre 2026"
    assert EN.date(dt.date(2026, 11, 1)) == "1\u00a0November 2026"


def test_moments() -> None:
    at = dt.datetime(2026, 8, 1, 9, 5, tzinfo=dt.UTC)
    assert FR.moment(at) == "1er\u00a0août 2026 à 9\u00a0h\u00a005"
    assert EN.moment(at) == "1\u00a0August 2026 at 09:05"


def test_months() -> None:
    assert FR.month("2026-10") == "octobre\u00a02026"
    assert EN.month("2026-10") == "October\u00a02026"
    assert FR.of_month("2026-10") == "d’octobre\u00a02026"
    assert FR.of_month("2026-08") == "d’août\u00a02026"
    assert FR.of_month("2026-03") == "de mars\u00a02026"
    assert [FR.short_month(f"2026-0{n}") for n in (1, 5, 7)] == ["janv.", "mai", "juil."]


def test_lists() -> None:
    assert FR.all_of(["eau", "énergie", "carbone"]) == "eau, énergie et carbone"
    assert EN.all_of(["water", "energy", "carbon"]) == "water, energy and carbon"
