from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hearing import Heard


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.sock"


@pytest.fixture
def heard(path: Path) -> Iterator[Heard]:
    heard = Heard(path)
    yield heard
    heard.receiver.close()
