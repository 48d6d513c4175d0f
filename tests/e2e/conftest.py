"""One running product for all tests that leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import Product, product
from tests.support.stage import Stage, staged

SETTINGS = {
    "catalogue.enable": ["ollama-cloud", "azure-openai"],
    "edge.drain_s": 5,
}


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The simulated services behind `jauge`."""
    with staged(tmp_path_factory.mktemp("stage"), speak_http2=True) as one:
        yield one


@pytest.fixture(scope="session")
def jauge(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[Product]:
    """`jauge run` with two workers."""
    folder: Path = tmp_path_factory.mktemp("jauge")
    with product(folder, stage, SETTINGS) as one:
        yield one
