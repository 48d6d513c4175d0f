"""A simulated town hall's month, and factor sets that differ in known parts."""

from __future__ import annotations

import itertools
import random
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace as dataclass_replace
from pathlib import Path

import msgspec

from proxy.exchange import Exchange
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FactorSet, load
from proxy.impact.figures import FactorError
from proxy.ledger import Entry, Ledger
from proxy.ledger.schema import IMPACTS
from proxy.restate import recompute
from tests.support.ledger import HOUR, NOW, open_ledger, plain

TOOLS: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("chatgpt", "openai", "gpt-4o", None),
    ("chatgpt", "openai", "gpt-4o-mini", None),
    ("le-chat", "mistral", "mistral-large-latest", None),
    ("albert-api", "albert", "albert-large", "FRA"),
    ("azure-openai", "azure-openai", "gpt-4o", "swedencentral"),
    ("vertex", "google", "gemini-2.0-flash", "europe-west9"),
    ("assistant", "ovhcloud", "Meta-Llama-3_3-70B-Instruct", "FRA"),
    ("inconnu", "inconnu", "un-modele-nouveau", None),
)
"""Tool, provider, model asked, region hint."""


def exchange(rnd: random.Random, at: float) -> Exchange:
    """One exchange: short questions mostly, some long documents, a few failures."""
    tool, provider, model, region = rnd.choice(TOOLS)
    failed = rnd.random() < 0.03
    read = min(190_000, int(rnd.lognormvariate(7.0, 1.6)) + 3)
    counted = rnd.random() < 0.3
    source = "counted" if counted else "reported"
    return plain(
        at,
        tool=tool,
        provider=provider,
        model_asked=model,
        region=region,
        department=rnd.choice(("voirie", "etat-civil", "unknown")),
        channel=rnd.choice(("web", "api")),
        status="client_error" if failed else "ok",
        input_tokens=None if failed else read,
        output_tokens=None if failed else int(rnd.lognormvariate(5.5, 0.9)) + 1,
        input_source="none" if failed else source,
        output_source="none" if failed else source,
        cache_read_tokens=read // 2 if rnd.random() < 0.15 and not failed else None,
        answer_language=rnd.choice(("fr", "fr", "en")),
        prompt_language="fr",
    )


def month(
    seed: int, requests: int, estimator: Estimator, *, days: int = 28, until: float = NOW
) -> Iterator[Entry]:
    """A month's entries as the auditor writes them, in the order of time."""
    rnd = random.Random(seed)
    times = sorted(until - rnd.uniform(0, days * 24) * HOUR for _ in range(requests))
    for at in times:
        one = exchange(rnd, at)
        named = msgspec.structs.replace(one, model=estimator.model_name(one))
        yield Entry(named, estimator.estimate(named))


OLD_CHANGES = {
    "models.yaml": ("{value: 24, low: 24, high: 24,", "{value: 30, low: 24, high: 40,"),
    "electricity.yaml": ("gwp: {value: 41.44, low: 32,", "gwp: {value: 52, low: 32,"),
    "datacentres.yaml": ("pue: {value: 1.17, low: 1.12,", "pue: {value: 1.14, low: 1.12,"),
    "method.yaml": ("{value: 0.6, low: 0.1, high: 1.2,", "{value: 0.5, low: 0.1, high: 1.2,"),
}
"""One figure of each part, as it might have stood before."""


def two_sets() -> tuple[FactorSet, FactorSet]:
    """An earlier set, and the current one."""
    current = load()
    return changed(current, OLD_CHANGES, "2026.10"), current


def finder(*sets: FactorSet) -> Callable[[str], FactorSet]:
    """Finds these sets by name, and no other."""
    known = {one.name: one for one in sets}

    def find(name: str) -> FactorSet:
        if name not in known:
            raise FactorError("archive", name, "there is no such factor set", "Restore it.")
        return known[name]

    return find


def fill(ledger: Ledger, entries: Iterable[Entry]) -> None:
    """Write entries as they come from an auditor, in batches."""
    for batch in itertools.batched(entries, 500):
        ledger.write(batch)


def said(folder: Path) -> list[tuple[object, ...]]:
    """Every line of the hourly impacts, with its basis by name."""
    names = "h.hour, h.dimension, b.factor_set, b.origin, b.tier, b.quality, b.zone, h.requests"
    query = (
        f"SELECT {names}, {', '.join(IMPACTS)} FROM impact_hour h "
        "JOIN impact_basis b ON b.number = h.basis"
    )
    with sqlite3.connect(folder / "ledger.sqlite") as database:
        lines = sorted(database.execute(query), key=repr)
    database.close()
    return lines


def changed(factors: FactorSet, changes: dict[str, tuple[str, str]], version: str) -> FactorSet:
    """A set with some text replaced in some documents, under another version.

    `changes`: document to (old text, new text), which must occur.
    """
    documents = dict(factors.documents)
    for name, (old, new) in changes.items():
        assert old in documents[name], (name, old)
        documents[name] = documents[name].replace(old, new)
    documents["set.yaml"] = documents["set.yaml"].replace(factors.version, version)
    return dataclass_replace(factors, documents=documents)


def main(folder: Path) -> None:
    """Restate a folder's ledger by the current set, telling every step: to be killed."""
    old, new = two_sets()
    with open_ledger(folder) as ledger:
        recompute(
            ledger,
            new,
            0,
            NOW,
            find=finder(old, new),
            tell=lambda step: print(step.done_hours, flush=True),  # noqa: T201
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
