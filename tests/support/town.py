"""A made-up town at work: some months of exchanges in a real ledger, by the real estimator.

The same seed gives the same figures. The ledger says of itself that it is simulated.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from proxy.bias import VERSION, tally
from proxy.config import Config, load
from proxy.coverage import SIMULATED
from proxy.exchange import Exchange, new_id
from proxy.impact import load_estimator
from proxy.impact.estimate import Estimator
from proxy.ledger import Entry, Gap, Ledger, OwnEnergy, url_of
from proxy.records import Finding, Range, ScoredSentence

NOW = dt.datetime(2026, 11, 27, 16, 20, tzinfo=dt.UTC).timestamp()
"""A Friday afternoon."""
_TOOLS = (
    ("chatgpt", "openai", "gpt-5.5", "tolerated", "web", 34),
    ("le-chat", "mistral", "mistral-large-2512", "sanctioned", "web", 26),
    ("albert-api", "albert", "openweight-large", "sanctioned", "api", 18),
    ("copilot", "microsoft", None, "tolerated", "web", 11),
    ("mistral-api", "mistral", "mistral-small-2506", "sanctioned", "api", 8),
    ("deepseek", "deepseek", "deepseek-chat", "forbidden", "web", 3),
)
"""Tool, provider, model, sanction, channel, weight."""
_DEPARTMENTS = (
    ("accueil-citoyen", 20),
    ("communication", 17),
    ("urbanisme", 13),
    ("direction-generale", 12),
    ("dsi", 12),
    ("education-enfance", 9),
    ("finances", 7),
    ("cabinet", 4),
    ("archives", 2),
    ("unknown", 4),
)
_MONTHS = (("2026-06", 60), ("2026-07", 70), ("2026-09", 130), ("2026-10", 210), ("2026-11", 320))
"""How many exchanges; nothing was measured in August."""


@cache
def _estimator() -> Estimator:
    return load_estimator(load(environ={}))


def configure(folder: Path, *sets: str) -> Config:
    """A configuration with the shipped organisation, its state in `folder`."""
    return load(sets=[f"state_dir={folder}", *sets], environ={})


def fill(config: Config, *, seed: int = 7) -> None:
    """Write the town's months into the ledger of a configuration."""
    rnd = random.Random(seed)
    with Ledger.open(
        url_of(config), timezone=config.settings.timezone, clock=lambda: NOW
    ) as ledger:
        ledger.write([_entry(rnd, at) for at in _times(rnd)], gaps=_gaps())
        hours = range(int(NOW) - 26 * 86_400, int(NOW), 3600)
        ledger.add_own_energy(
            OwnEnergy(at, "cpu", "estimated", 3600.0, 4.0, Range(0.1, 0.18, 0.4)) for at in hours
        )


def _times(rnd: random.Random) -> Iterator[float]:
    """Working hours."""
    for name, many in _MONTHS:
        first = dt.datetime.fromisoformat(f"{name}-01T00:00:00+00:00")
        days = [first + dt.timedelta(days=n) for n in range(27)]
        working = [day for day in days if day.weekday() < 5]
        for _ in range(many):
            at = rnd.choice(working).timestamp() + 3600 * rnd.triangular(6.5, 16, 9)
            yield min(at, NOW - 60)


def _entry(rnd: random.Random, at: float) -> Entry:
    tool, provider, model, sanction, channel, _ = rnd.choices(_TOOLS, [one[-1] for one in _TOOLS])[
        0
    ]
    (department, _) = rnd.choices(_DEPARTMENTS, [weight for _, weight in _DEPARTMENTS])[0]
    counted = rnd.random() < 0.97
    exchange = Exchange(
        id=new_id(at),
        started_at=at,
        duration_s=rnd.uniform(1, 20),
        tool=tool,
        provider=provider,
        wire_format="openai-chat",
        department=department,
        sanction=sanction,  # type: ignore[arg-type]
        channel=channel,  # type: ignore[arg-type]
        model_asked=model,
        model=_estimator().factors.models.find(model).name if model else None,
        input_tokens=round(rnd.lognormvariate(5.6, 1.0)) if counted else None,
        output_tokens=round(rnd.lognormvariate(5.9, 0.8)) if counted else None,
        input_source="reported" if counted else "none",
        output_source="reported" if counted else "none",
        answer_language=rnd.choices(("fr", "en"), (9, 1))[0],
        parse_status="ok" if counted else "partial",
        words="sent",
    )
    return Entry(exchange, _estimator().impact(exchange), _finding(rnd, exchange))


def _finding(rnd: random.Random, exchange: Exchange) -> Finding:
    scored = rnd.random() < 0.94
    flagged = scored and exchange.answer_language == "fr" and rnd.random() < 0.012
    return Finding(
        classifier="embedded",
        version="1",
        threshold_set="t1",
        language=exchange.answer_language,
        status="scored" if scored else "too_short",
        flags=("toxicity", "insult") if flagged else (),
        bias=rnd.choice(_said()) if scored and exchange.answer_language == "fr" else {},
        bias_version=VERSION,
        windows_scored=1,
        windows=1,
    )


@cache
def _said() -> tuple[Mapping[str, float], ...]:
    """What some answers say of people, counted."""
    texts = ("La directrice arrive.", "Le directeur arrive.", "Le maire parle.", "Il pleut.")
    return tuple(tally([ScoredSentence(text, {"toxicity": 0.0})], "fr") for text in texts)


def _gaps() -> Iterator[Gap]:
    yield Gap(NOW - 86_400, SIMULATED)
    for kind, tool, count in (
        ("tunnels", "m365-copilot", 96),
        ("passthrough", "claude", 12),
        ("requests_passed", "chatgpt", 412),
        ("record_damaged", "", 1),
    ):
        yield Gap(NOW - 3600, kind, tool, count)
