"""Recorded exchanges with real services, read from a folder that an environment variable names.

They are other projects' recordings and stay outside this repository; tests that need them
are skipped without them.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "JAUGE_RECORDED_EXCHANGES"

needs_recordings = pytest.mark.skipif(
    not os.environ.get(VARIABLE), reason=f"{VARIABLE} names no folder of recorded exchanges"
)


def recorded() -> Iterator[dict[str, Any]]:
    """Every recorded exchange, as a JSON object."""
    for file in sorted(Path(os.environ[VARIABLE]).glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def body(exchange: dict[str, Any], side: str) -> bytes:
    """The decoded body of one side ("request" or "response")."""
    return base64.b64decode(exchange[f"{side}_body_b64"] or "")
