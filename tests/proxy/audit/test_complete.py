from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from proxy.audit.complete import Completer, Done, Steps
from proxy.audit.findings import Asked, Findings, Rules
from proxy.exchange import Exchange, Status
from proxy.metrics import Metrics
from proxy.records import Impact
from proxy.spool.messages import Words
from proxy.tokens import default as tokens
from tests.support.ledger import impact, plain
from tests.support.scoring import AtOnce

UNREPORTED: dict[str, object] = {
    "input_tokens": None,
    "output_tokens": None,
    "input_source": "none",
    "output_source": "none",
    "prompt_chars": 400,
    "answer_chars": 2000,
    "prompt_language": "fr",
    "answer_language": "fr",
}
PROMPT = "Quels sont les horaires de la déchetterie ?"
FINDINGS = Findings(AtOnce(), Rules(), Metrics())
ANSWER = "La déchetterie est ouverte de neuf heures à dix-sept heures. Bonne journée !"


def _unreported(**changes: object) -> Exchange:
    return msgspec.structs.replace(plain(), **{**UNREPORTED, **changes})


def _words(**changes: object) -> Words:
    given: dict[str, object] = {"prompt": PROMPT, "answer": ANSWER, "messages": 1, **changes}
    return Words(id="x", **given)  # type: ignore[arg-type]


def _steps(**changes: object) -> Steps:
    base = Steps(
        tokens=tokens,
        model_name=lambda exchange: exchange.model_asked and f"known-{exchange.model_asked}",
        estimate=lambda _: impact(),
        ask=FINDINGS.ask,
        unknown=FINDINGS.unknown,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _completed(exchange: Exchange, words: Words | None = None, **changes: object) -> Done:
    return Completer(_steps(**changes), Metrics()).complete(exchange, words)


def test_reported_tokens_are_left_as_they_are() -> None:
    exchange = plain(words="sent")
    done = _completed(exchange, _words()).entry.exchange
    assert done == exchange


def test_unreported_tokens_are_counted_over_the_words() -> None:
    done = _completed(_unreported(words="sent"), _words()).entry.exchange
    expected_in = tokens.count_input(PROMPT, "mistral", None, 1, "fr")
    expected_out = tokens.count_output(ANSWER, "mistral", None, "fr")
    assert (done.input_tokens, done.input_source) == (expected_in, "counted")
    assert (done.output_tokens, done.output_source) == (expected_out, "counted")
    assert 10 <= expected_out <= 40


def test_shown_reasoning_is_part_of_the_output() -> None:
    without = _completed(_unreported(), _words()).entry.exchange.output_tokens
    done = _completed(_unreported(), _words(reasoning=ANSWER)).entry.exchange
    expected = tokens.count_output(ANSWER, "mistral", None, "fr", aside=ANSWER)
    assert done.output_tokens == expected
    assert without is not None
    assert expected > without


def test_lost_words_leave_an_estimate_from_lengths_and_languages() -> None:
    done = _completed(_unreported(words="sent")).entry.exchange
    expected = tokens.estimate_from_chars(2000, "fr", "mistral", None, side="output")
    assert (done.output_tokens, done.output_source) == (expected, "estimated")
    assert done.input_source == "estimated"


def test_an_unknown_format_is_estimated_widely() -> None:
    done = _completed(_unreported(parse_status="unknown_format")).entry.exchange
    expected = tokens.estimate_opaque(2000, "output").central
    assert (done.output_tokens, done.output_source) == (expected, "estimated")


@pytest.mark.parametrize(
    ("status", "http_status"),
    [("client_error", 429), ("server_error", 503), ("server_error", None), ("aborted", 400)],
)
def test_of_a_refused_call_nothing_is_counted(status: Status, http_status: int | None) -> None:
    """Client libraries ask again after a 429: each try would count the whole prompt."""
    refused = _unreported(status=status, http_status=http_status)
    for words in (None, _words(answer="")):
        done = _completed(refused, words).entry.exchange
        assert (done.input_tokens, done.input_source) == (None, "none")
        assert (done.output_tokens, done.output_source) == (None, "none")
    stated = _unreported(status=status, http_status=http_status, input_tokens=7)
    assert _completed(stated, _words()).entry.exchange.input_tokens == 7


@pytest.mark.parametrize(
    ("status", "http_status"), [("aborted", None), ("aborted", 200), ("server_error", 200)]
)
def test_what_was_broken_off_is_counted(status: Status, http_status: int | None) -> None:
    done = _completed(_unreported(status=status, http_status=http_status), _words())
    assert done.entry.exchange.input_source == "counted"


def test_one_reported_side_does_not_stop_the_other_from_being_counted() -> None:
    exchange = _unreported(input_tokens=77, input_source="reported")
    done = _completed(exchange, _words()).entry.exchange
    assert (done.input_tokens, done.input_source, done.output_source) == (77, "reported", "counted")


def test_where_there_is_nothing_nothing_is_counted() -> None:
    done = _completed(_unreported(prompt_chars=0, answer_chars=0)).entry.exchange
    assert (done.input_tokens, done.output_tokens, done.output_source) == (None, None, "none")


def test_the_model_gets_the_name_of_the_catalogue_and_the_impact_sees_everything() -> None:
    seen: list[Exchange] = []

    def estimate(exchange: Exchange) -> Impact:
        seen.append(exchange)
        return impact()

    entry = _completed(_unreported(model_asked="m"), _words(), estimate=estimate).entry
    assert entry.exchange.model == "known-m"
    assert entry.impact == impact()
    assert seen == [entry.exchange]


def test_what_was_asked_of_the_words_goes_into_the_entry() -> None:
    seen: list[tuple[Exchange, Words | None]] = []
    lost = FINDINGS.unknown(plain())

    def ask(exchange: Exchange, words: Words | None) -> Asked:
        seen.append((exchange, words))
        return Asked(None, lost, (lost,))

    exchange, words = plain(), _words()
    done = _completed(exchange, words, ask=ask)
    assert seen == [(done.entry.exchange, words)]
    assert (done.entry.finding, done.entry.awaited, done.prompt_finding) == (None, (lost,), lost)


class _Broken:
    """Every step of it fails with the words in the error's text."""

    def __getattr__(self, _: str) -> object:
        def fail(*given: object, **_: object) -> object:
            raise RuntimeError(f"could not handle {given}")

        return fail


def test_a_failing_step_is_counted_and_the_exchange_is_kept() -> None:
    metrics = Metrics()
    broken = _Broken()
    steps = Steps(
        tokens=broken,  # type: ignore[arg-type]
        model_name=broken.name_of,  # type: ignore[arg-type]
        estimate=broken.estimate,  # type: ignore[arg-type]
        ask=broken.ask,  # type: ignore[arg-type]
        unknown=FINDINGS.unknown,
    )
    exchange = _unreported()
    done = Completer(steps, metrics).complete(exchange, _words())
    assert done.entry.exchange == exchange
    assert done.entry.impact is None
    assert done.entry.finding is not None
    assert (done.entry.finding.classifier, done.entry.finding.status) == ("embedded", "error")
    assert metrics.values("jauge_audit_errors_total") == {
        ("model", "RuntimeError"): 1.0,
        ("tokens", "RuntimeError"): 1.0,
        ("impact", "RuntimeError"): 1.0,
        ("finding", "RuntimeError"): 1.0,
    }
