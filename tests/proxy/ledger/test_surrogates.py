import pytest

from proxy.ledger import Entry, Ledger, schema
from proxy.ledger.surrogates import Surrogates
from tests.support.ledger import NOW, plain

KEY = ("f", "live", 2, "B", "FRA")


def test_a_combination_keeps_its_number(ledger: Ledger) -> None:
    first = Surrogates(schema.impact_basis)
    with ledger._transaction() as connection:
        number = first.number(connection, KEY)
        other = first.number(connection, ("f", "live", 2, "B", "SWE"))
    assert number != other
    with ledger._transaction() as connection:
        assert first.number(connection, KEY) == number
        assert Surrogates(schema.impact_basis).number(connection, KEY) == number


def write_and_stop(ledger: Ledger, entry: Entry) -> None:
    with ledger._transaction() as connection:
        ledger._writer.write(connection, [entry], NOW)
        raise RuntimeError("stop")


def test_a_number_from_a_failed_transaction_is_forgotten(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError, match="stop"):
        write_and_stop(ledger, Entry(plain(tool="gone")))
    # Another combination gets the number that was given back.
    ledger.write([Entry(plain(tool="other"))])
    ledger.write([Entry(plain(tool="gone"))])
    found = {total.key: total.requests for total in ledger.totals(0, NOW + 1, ["tool"])}
    assert found == {("gone",): 1, ("other",): 1}


def test_the_memory_is_bounded(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.ledger.surrogates.MOST_REMEMBERED", 3)
    surrogates = Surrogates(schema.impact_basis)
    keys = [("f", "live", tier, "B", "FRA") for tier in range(10)]
    with ledger._transaction() as connection:
        numbers = [surrogates.number(connection, key) for key in keys]
        assert [surrogates.number(connection, key) for key in keys] == numbers
    assert len(surrogates._known) <= 3
