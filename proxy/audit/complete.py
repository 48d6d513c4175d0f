"""What the auditor adds to a record: its model's name, tokens, impact and finding.

Every step may fail without taking the exchange with it: the failure is counted, and the
exchange is recorded without what the step should have added.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import msgspec

from proxy.audit.findings import Asked
from proxy.exchange import CountSource, Exchange, Language
from proxy.ledger import Entry
from proxy.metrics import Metrics
from proxy.records import Finding, Impact
from proxy.spool.faults import fault_name
from proxy.spool.messages import Words

__all__ = ["Completer", "Done", "Steps", "Tokens"]

Side = Literal["output", "input"]


class Tokens(Protocol):
    """What is used of `proxy.tokens.Counter`."""

    def count_output(
        self, text: str, provider: str, model: str | None, language: Language, *, aside: str
    ) -> int:
        """Tokens generated."""
        ...

    def count_input(
        self, text: str, provider: str, model: str | None, messages: int, language: Language
    ) -> int:
        """Tokens of a prompt."""
        ...

    def estimate_from_chars(
        self, chars: int, language: Language, provider: str, model: str | None, *, side: Side
    ) -> int:
        """Tokens of a text of known length."""
        ...

    def estimate_opaque(self, chars: int, side: Side) -> tuple[int, int, int]:
        """Low, central and high tokens behind a body in no known format."""
        ...


@dataclass(frozen=True, slots=True)
class Steps:
    """Who adds what. Each may raise: see `Completer`."""

    tokens: Tokens
    model_name: Callable[[Exchange], str | None]
    """The catalogue's name of an exchange's model."""
    estimate: Callable[[Exchange], Impact | None]
    """The impact of an exchange whose tokens are known."""
    ask: Callable[[Exchange, Words | None], Asked]
    """What is known of what the answer holds; it does not wait for it."""
    unknown: Callable[[Exchange], Finding]
    """The finding of an exchange that could not even be asked about."""


@dataclass(frozen=True, slots=True)
class Done:
    """A completed exchange."""

    entry: Entry
    prompt_finding: Finding | None = None
    """Where prompts are scored too; the ledger takes it after the entry."""


class Completer:
    """Completes one record at a time. `complete` never raises and keeps no words."""

    def __init__(self, steps: Steps, metrics: Metrics) -> None:
        self._steps = steps
        self._metrics = metrics

    def complete(self, exchange: Exchange, words: Words | None) -> Done:
        """The exchange with everything added. `words`: None where none have come."""
        exchange = self._guard("model", self._named, exchange) or exchange
        exchange = self._guard("tokens", lambda e: self._counted(e, words), exchange) or exchange
        impact = self._guard("impact", self._steps.estimate, exchange)
        asked = self._guard("finding", lambda e: self._steps.ask(e, words), exchange)
        if asked is None:
            asked = Asked(self._steps.unknown(exchange))
        return Done(Entry(exchange, impact, asked.finding, asked.awaited), asked.prompt)

    def _guard[T](self, step: str, work: Callable[[Exchange], T], exchange: Exchange) -> T | None:
        try:
            return work(exchange)
        except Exception as error:  # noqa: BLE001 - one exchange must not stop the others
            self._metrics.add("jauge_audit_errors_total", (step, fault_name(error)))
            return None

    def _named(self, exchange: Exchange) -> Exchange:
        return msgspec.structs.replace(exchange, model=self._steps.model_name(exchange))

    # Tokens ----------------------------------------------------------------------------

    def _counted(self, exchange: Exchange, words: Words | None) -> Exchange:
        """The exchange with a count, or an estimate, of the tokens that nobody reported.

        None of a call that was refused or never arrived: no model has read it, and who is
        refused asks again.
        """
        if _refused(exchange):
            return exchange
        if exchange.input_tokens is None:
            exchange = self._with_input(exchange, words)
        if exchange.output_tokens is None:
            exchange = self._with_output(exchange, words)
        return exchange

    def _with_input(self, exchange: Exchange, words: Words | None) -> Exchange:
        tokens: int
        source: CountSource
        if words is not None and words.prompt:
            source = "counted"
            tokens = self._steps.tokens.count_input(
                words.prompt,
                exchange.provider,
                _model(exchange),
                words.messages,
                exchange.prompt_language,
            )
        elif exchange.prompt_chars:
            source = "estimated"
            tokens = self._by_length(exchange, "input")
        else:
            return exchange
        return msgspec.structs.replace(exchange, input_tokens=tokens, input_source=source)

    def _with_output(self, exchange: Exchange, words: Words | None) -> Exchange:
        if words is not None and (words.answer or words.reasoning):
            return self._with_counted_output(exchange, words)
        if exchange.answer_chars or exchange.reasoning_chars:
            return msgspec.structs.replace(
                exchange,
                output_tokens=self._by_length(exchange, "output"),
                output_source="estimated",
            )
        return exchange

    def _with_counted_output(self, exchange: Exchange, words: Words) -> Exchange:
        provider, model, language = exchange.provider, _model(exchange), exchange.answer_language
        total = self._steps.tokens.count_output(
            words.answer, provider, model, language, aside=words.reasoning
        )
        return msgspec.structs.replace(exchange, output_tokens=total, output_source="counted")

    def _by_length(self, exchange: Exchange, side: Side) -> int:
        output = side == "output"
        chars = exchange.prompt_chars
        if output:
            chars = exchange.answer_chars + exchange.reasoning_chars
        if exchange.parse_status == "unknown_format":
            return self._steps.tokens.estimate_opaque(chars, side)[1]
        language = exchange.answer_language if output else exchange.prompt_language
        return self._steps.tokens.estimate_from_chars(
            chars, language, exchange.provider, _model(exchange), side=side
        )


def _refused(exchange: Exchange) -> bool:
    """Whether the service answered by an error alone, or could not be reached."""
    if exchange.http_status is None:  # of "aborted" calls some were being read
        return exchange.status == "server_error"
    return exchange.http_status >= 400


def _model(exchange: Exchange) -> str | None:
    return exchange.model_answered or exchange.model_asked
