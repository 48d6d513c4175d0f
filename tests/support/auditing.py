"""Parts of an auditor for tests: a ledger that can be made to fail, and what feeds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from proxy.audit.complete import Completer, Steps
from proxy.audit.edges import Edges
from proxy.audit.findings import Findings, Rules
from proxy.audit.link import LedgerLink
from proxy.audit.pipeline import Pipeline
from proxy.audit.words import WordsStore
from proxy.exchange import Exchange, to_bytes
from proxy.ledger import Entry, Gap, Ledger, LedgerError, Written
from proxy.metrics import Metrics
from proxy.spool.outbox import Outbox
from proxy.spool.segment import segments
from proxy.tokens import default as tokens
from tests.support.ledger import impact, url
from tests.support.scoring import AtOnce


def open_ledger(folder: Path) -> Ledger:
    return Ledger.open(url(folder), timezone="Europe/Paris")


class Fallible:
    """Opens one real ledger and passes calls on to it, unless it is told to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kind: str | None = None
        self.opened = 0

    def open(self) -> Ledger:
        self._fail()
        self.opened += 1
        return _Passing(self, open_ledger(self.folder))  # type: ignore[return-value]

    def _fail(self) -> None:
        if self.kind is not None:
            raise LedgerError(self.kind, "told to fail")  # type: ignore[arg-type]


class _Passing:
    def __init__(self, fallible: Fallible, ledger: Ledger) -> None:
        self._fallible = fallible
        self._ledger = ledger

    def write(
        self,
        entries: Sequence[Entry],
        *,
        positions: Mapping[str, int],
        gaps: Iterable[Gap],
    ) -> Written:
        self._fallible._fail()
        return self._ledger.write(entries, positions=positions, gaps=gaps)

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)


class Rig:
    """A pipeline over a temporary state folder."""

    def __init__(
        self, state_dir: Path, *, words_wait_s: float = 0.2, prompts: bool = False
    ) -> None:
        self.folder = state_dir / "outbox"
        self.ledgers = Fallible(state_dir)
        self.metrics = Metrics()
        self.store = WordsStore(10_000_000, 60)
        self.edges = Edges(self.metrics)
        self.link = LedgerLink(self.ledgers.open, self.metrics)
        self.rules = Rules(prompts=prompts)
        self.words_wait_s = words_wait_s
        self.answered: list[str] = []
        """Boot ids of workers that were told that the ledger has their last state."""
        self.pipeline = self.make_pipeline()

    def make_pipeline(self) -> Pipeline:
        self.desk = AtOnce()
        self.findings = Findings(self.desk, self.rules, self.metrics)
        self.steps = Steps(
            tokens=tokens,
            model_name=lambda _: None,
            estimate=lambda _: impact(),
            ask=self.findings.ask,
            unknown=self.findings.unknown,
        )
        return Pipeline(
            self.folder,
            link=self.link,
            completer=Completer(self.steps, self.metrics),
            findings=self.findings,
            store=self.store,
            edges=self.edges,
            metrics=self.metrics,
            departments={},
            words_wait_s=self.words_wait_s,
            recorded=self.answered.append,
        )

    def put(self, *exchanges: Exchange, worker: str = "w0") -> None:
        """Hand records over as a worker that then ends."""
        outbox = Outbox(self.folder, worker=worker, limit_bytes=1 << 30)
        for exchange in exchanges:
            outbox.put(to_bytes(exchange))
        outbox.close()

    def recorded(self) -> dict[str, Exchange]:
        """What the ledger holds, by id."""
        with open_ledger(self.ledgers.folder) as ledger:
            return {row.exchange.id: row.exchange for row in ledger.rows(0, 1e11)}

    def gaps(self) -> dict[tuple[str, str], int]:
        with open_ledger(self.ledgers.folder) as ledger:
            return {(gap.kind, gap.tool): gap.count for gap in ledger.gaps(0, 1e11)}

    def positions(self) -> dict[str, int]:
        with open_ledger(self.ledgers.folder) as ledger:
            return ledger.positions()

    def left(self) -> list[str]:
        """Segments that are still there."""
        return segments(self.folder)
