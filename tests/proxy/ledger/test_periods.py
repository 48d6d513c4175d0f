from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from proxy.ledger.periods import parse_instant

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10", "2026-10-01T00:00+02:00"),
        ("2026-11", "2026-11-01T00:00+01:00"),
        ("2026-01", "2026-01-01T00:00+01:00"),
        ("2026-10-25", "2026-10-25T00:00+02:00"),
        ("2026-10-26", "2026-10-26T00:00+01:00"),
        ("2026-03-29", "2026-03-29T00:00+01:00"),
        ("2026-03-30", "2026-03-30T00:00+02:00"),
        ("2026-07-01T12:30", "2026-07-01T12:30+02:00"),
        ("2026-07-01 12:30:15", "2026-07-01T12:30:15+02:00"),
        ("2026-07-01T12:30Z", "2026-07-01T12:30+00:00"),
        ("2026-07-01T12:30+05:00", "2026-07-01T12:30+05:00"),
        # Twice that night: the earlier one. Never that morning: as if clocks had not moved.
        ("2026-10-25T02:30", "2026-10-25T02:30+02:00"),
        ("2026-03-29T02:30", "2026-03-29T02:30+01:00"),
    ],
)
def test_what_a_text_names_in_paris(text: str, instant: str) -> None:
    assert parse_instant(text, PARIS) == datetime.fromisoformat(instant).timestamp()


def test_the_same_month_elsewhere_starts_elsewhere() -> None:
    reunion = ZoneInfo("Indian/Reunion")
    assert parse_instant("2026-10", PARIS) - parse_instant("2026-10", reunion) == 2 * 3600


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "october", "2026-10-32", "12:00"])
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_instant(text, PARIS)
