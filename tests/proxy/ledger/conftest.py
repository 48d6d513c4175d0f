from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.ledger import Ledger
from tests.support.ledger import open_ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path) as opened:
        yield opened
