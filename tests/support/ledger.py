"""Entries to write, and ways to look at a ledger from outside."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from proxy.exchange import Exchange, ReportedFootprint, new_id
from proxy.ledger import Entry, Ledger
from proxy.records import QUANTITIES, Finding, Impact, Range

NOW = 1_795_435_200.0
"""2026-11-23 12:00 UTC."""

HOUR = 3600.0


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'ledger.sqlite'}"


def open_ledger(folder: Path, *, now: float = NOW, timezone: str = "Europe/Paris") -> Ledger:
    return Ledger.open(url(folder), timezone=timezone, clock=lambda: now)


def plain(at: float = NOW, **changes: object) -> Exchange:
    """A small ordinary exchange."""
    base = Exchange(
        id=new_id(at),
        started_at=at,
        duration_s=1.5,
        tool="le-chat",
        provider="mistral",
        wire_format="openai-chat",
        input_tokens=100,
        output_tokens=50,
        input_source="reported",
        output_source="reported",
    )
    return msgspec.structs.replace(base, **changes)


def impact(scale: float = 1.0, **changes: object) -> Impact:
    """An impact whose every range differs, so that a swapped column shows."""
    spans = {
        name: Range(scale * (index + 0.1), scale * (index + 0.5), scale * (index + 2.7))
        for index, name in enumerate(QUANTITIES)
    }
    base = Impact(**spans, tier=2, quality="B", zone="SWE", factor_set="2026.11-f00d")
    return msgspec.structs.replace(base, **changes)


def finding(**changes: object) -> Finding:
    base = Finding(
        classifier="embedded",
        version="1",
        threshold_set="t1",
        language="fr",
        scores={"toxicity": 0.93, "insult": 0.2},
        flags=("toxicity",),
        windows_scored=3,
        windows=4,
    )
    return msgspec.structs.replace(base, **changes)


def varied(seed: int, *, at: float | None = None) -> Entry:
    """An entry that uses many fields; the same seed gives the same entry but for its id."""
    rnd = random.Random(seed)
    started = NOW - rnd.uniform(0, 40 * HOUR) if at is None else at
    reported = ReportedFootprint(energy_min_kwh=rnd.random(), energy_max_kwh=1 + rnd.random())
    exchange = plain(
        started,
        time_to_first_byte_s=rnd.choice([None, rnd.random()]),
        duration_s=rnd.uniform(0, 30),
        department=rnd.choice(["etat-civil", "voirie", "unknown"]),
        application=rnd.choice([None, "assistant-demarches"]),
        faces=rnd.choice(["agent", "resident", "undeclared"]),
        tool=rnd.choice(["le-chat", "chatgpt"]),
        model=rnd.choice([None, "mistral-large", "gpt-5"]),
        model_asked="mistral-large-latest",
        status=rnd.choice(["ok", "client_error", "aborted"]),
        input_tokens=rnd.choice([None, rnd.randrange(200_000)]),
        output_tokens=rnd.randrange(2000),
        reasoning_tokens=rnd.choice([None, 7]),
        cache_read_tokens=rnd.choice([None, 90]),
        images=rnd.choice([None, 1]),
        audio_s=rnd.choice([None, rnd.random()]),
        prompt_chars=rnd.randrange(9000),
        answer_chars=rnd.randrange(9000),
        request_bytes=rnd.randrange(9000),
        response_bytes=rnd.randrange(9000),
        reported=rnd.choice([None, reported, ReportedFootprint(energy_max_kwh=0.0)]),
        words=rnd.choice(["sent", "dropped"]),
        http_status=200,
        streamed=rnd.random() < 0.5,
        reference=rnd.choice([None, "dossier-12"]),
    )
    found = finding(
        status=rnd.choice(["scored", "lost"]), flags=rnd.choice([(), ("toxicity",), ("a", "b")])
    )
    return Entry(
        exchange,
        rnd.choice([None, impact(rnd.random()), impact(rnd.random(), tier=5, quality="C")]),
        rnd.choice([None, found]),
    )


def dump(folder: Path, *, without: Sequence[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with sqlite3.connect(folder / "ledger.sqlite") as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if name not in without
        ]
        found = {
            name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in tables
        }
    database.close()
    return found
