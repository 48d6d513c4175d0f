"""One running edge for the tests of a file, and an authority for the simulated services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tls import Authority
from tests.support.visit import Edge, edge

ORGANISATION = """
departments:
  - {name: accueil, headcount: 12, networks: [127.0.0.1/32]}
tools:
  - {tool: openai-api, sanction: tolerated}
  - {tool: anthropic-api, sanction: forbidden, observe: counts}
applications:
  - {name: courrier, faces: agent, recognise: {user_agent: Courrier/}}
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Edge]:
    """An edge with an organisation, a reference header and a small limit for requests."""
    folder: Path = tmp_path_factory.mktemp("town")
    settings = {
        "edge.name": "mairie-1",
        "edge.reference_header": "X-Dossier",
        "edge.stream_request_bytes": 200_000,
    }
    with edge(folder, authority, settings, organisation=ORGANISATION) as running:
        yield running
