"""What answers held: asked of the scorer, and attached to exchanges when it comes.

An exchange is recorded at once, with the finding that is known by then, or with a note that
one is awaited. What the scorer says later is added to the exchange that the ledger has; what
it never says, the ledger settles at the next start. Each exchange gets exactly one outcome.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from proxy.audit.link import LedgerLink
from proxy.exchange import Exchange
from proxy.ledger import Ledger
from proxy.metrics import Metrics, observe_finding
from proxy.records import Finding, FindingStatus, Subject
from proxy.scoring.identity import Identity
from proxy.scoring.scorer import Scored
from proxy.spool.messages import Words

__all__ = ["Asked", "Desk", "Findings", "Rules"]

FLUSH_S = 0.5
"""How often findings are brought to the ledger."""
AT_ONCE = 500
"""So many are brought at once, without waiting."""


class Desk(Protocol):
    """What is used of `proxy.scoring.Scorer`."""

    @property
    def identity(self) -> Identity:
        """The classifier that runs."""
        ...

    def offer(
        self, exchange: str, subject: Subject, language: str, text: str
    ) -> FindingStatus | None:
        """Have a text scored; why not, where it is not accepted."""
        ...

    def take(self) -> list[Scored]:
        """What has become of texts since the last call."""
        ...

    def stop(self, drain_s: float) -> None:
        """Let it score what waits, for so long at the most; the rest comes as lost."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """What is scored."""

    prompts: bool = False
    share: float = 1.0
    """Share of the exchanges that are scored, drawn by chance."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of an exchange when it is recorded."""

    finding: Finding | None = None
    """Of the answer; None while it is awaited."""
    prompt: Finding | None = None
    awaited: tuple[Finding, ...] = ()
    """What stands for those that never come."""


type _Key = tuple[str, Subject]


class Findings:
    """Used by the pipeline's thread alone."""

    def __init__(self, desk: Desk, rules: Rules, metrics: Metrics) -> None:
        self._desk = desk
        self._rules = rules
        self._metrics = metrics
        self._offered: set[_Key] = set()
        self._recorded: dict[_Key, str] = {}
        """Awaited findings of exchanges that the ledger has, with their tool."""
        self._come: dict[_Key, Scored] = {}
        self._due = 0.0
        self._settled = False

    def __len__(self) -> int:
        """Findings that are awaited."""
        return len(self._offered)

    def ask(self, exchange: Exchange, words: Words | None) -> Asked:
        """Have the words of an exchange scored, where there are any.

        One that was asked for before, and is read from the outbox again, is still awaited.
        """
        finding = self._ask(exchange, words, "answer")
        prompt = self._ask(exchange, words, "prompt") if self._rules.prompts else None
        awaited = tuple(
            self._desk.identity.not_scored("lost", _language(exchange, subject), subject)
            for subject in _SUBJECTS
            if (exchange.id, subject) in self._offered
        )
        return Asked(finding, prompt, awaited)

    def _ask(self, exchange: Exchange, words: Words | None, subject: Subject) -> Finding | None:
        key = (exchange.id, subject)
        if key in self._offered:
            return None
        text = "" if words is None else words.answer if subject == "answer" else words.prompt
        language = _language(exchange, subject)
        status: FindingStatus | None
        if words is None:
            status = _why_no_words(exchange)
        elif not text:
            status = "empty"
        elif self._rules.share < 1 and _drawn(exchange.id) >= self._rules.share:
            status = "sampled_out"
        else:
            hint = language if language != "unknown" else exchange.prompt_language
            status = self._desk.offer(exchange.id, subject, hint, text)
        if status is not None:
            return self._desk.identity.not_scored(status, language, subject)
        self._offered.add(key)
        return None

    def unknown(self, exchange: Exchange) -> Finding:
        """The finding of an exchange that could not be asked about."""
        return self._desk.identity.not_scored("error", exchange.answer_language)

    def recorded(self, exchange: Exchange) -> None:
        """The ledger has this exchange now."""
        for subject in _SUBJECTS:
            key = (exchange.id, subject)
            if key in self._offered:
                self._recorded[key] = exchange.tool

    def settle(self, link: LedgerLink) -> None:
        """Once, before anything is asked for: give an outcome to what an earlier auditor left."""
        if self._settled:
            return
        settled: list[Finding] = []
        self._settled = link.attempt(lambda ledger: settled.extend(ledger.settle_awaited()))
        for finding in settled:
            if finding.subject == "answer":
                observe_finding(self._metrics, "", finding)

    def flush(self, link: LedgerLink, *, now: bool = False) -> None:
        """Bring to the ledger, and count, what has come. Tried again where it cannot."""
        for scored in self._desk.take():
            self._come[scored.exchange, scored.subject] = scored
        ready = [scored for key, scored in self._come.items() if key in self._recorded]
        if not ready or not (now or len(ready) >= AT_ONCE or time.monotonic() > self._due):
            return
        self._due = time.monotonic() + FLUSH_S
        added: list[bool] = []

        def add(ledger: Ledger) -> None:
            added.extend(ledger.add_findings((one.exchange, one.finding) for one in ready))

        if link.attempt(add):
            self._count(ready, added)

    def end(self, link: LedgerLink, deadline: float) -> None:
        """Wait for what can still come until that monotonic time, and record what has."""
        self._desk.stop(max(0.0, deadline - time.monotonic()))
        self.flush(link, now=True)

    def _count(self, ready: Sequence[Scored], added: Sequence[bool]) -> None:
        for scored, new in zip(ready, added, strict=True):
            key = (scored.exchange, scored.subject)
            self._offered.discard(key)
            del self._come[key]
            tool = self._recorded.pop(key)
            if new and scored.subject == "answer":
                observe_finding(self._metrics, tool, scored.finding)
            if scored.finding.status == "scored":
                self._metrics.observe("jauge_analysis_seconds", (), scored.seconds)


_SUBJECTS: tuple[Subject, ...] = ("answer", "prompt")

_WITHOUT_WORDS: dict[str, FindingStatus] = {
    "sent": "lost",
    "dropped": "lost",
    "off": "off",
    "empty": "empty",
}


def _why_no_words(exchange: Exchange) -> FindingStatus:
    if exchange.words == "empty" and exchange.parse_status in {"unknown_format", "ws_handoff"}:
        return "unread"
    return _WITHOUT_WORDS[exchange.words]


def _language(exchange: Exchange, subject: Subject) -> str:
    return exchange.answer_language if subject == "answer" else exchange.prompt_language


def _drawn(exchange_id: str) -> float:
    """A number from 0 to 1 out of the random bits of a UUIDv7: the same at each reading."""
    return int(exchange_id.replace("-", "")[-13:], 16) / 16**13
