from typing import get_type_hints

from proxy.ledger.schema import IMPACTS
from proxy.records import QUANTITIES, Impact, Range


def test_every_range_of_an_impact_is_a_quantity_with_columns() -> None:
    ranges = [name for name, kind in get_type_hints(Impact).items() if kind is Range]
    assert tuple(ranges) == QUANTITIES
    assert len(IMPACTS) == 3 * len(QUANTITIES)
    assert IMPACTS[:3] == ("energy_low_wh", "energy_central_wh", "energy_high_wh")
