"""Names as services write them, and the models that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.impact.names import candidates, size_of, words_of
from tests.support.impact import estimator, exchange, factors

NAMES = [
    # name as asked, catalogue's name, tier
    ("openweight-small", "ministral-3-8b", 2),
    ("openweight-medium", "mistral-small-3.2-24b", 2),
    ("openweight-large", "gpt-oss-120b", 1),
    ("openweight-embeddings", "bge-m3", 2),
    ("openai/gpt-oss-120b", "gpt-oss-120b", 1),
    ("gpt-oss:120b", "gpt-oss-120b", 1),
    ("gpt-5-5-thinking", "gpt-5.5", 3),
    ("gpt-35-turbo", "gpt-3.5-turbo", 3),
    ("gpt-4o-2030-01-01", "gpt-4o", 3),
    ("claude-3-5-haiku-20241022", "claude-3-5-haiku", 3),
    ("anthropic.claude-3-5-haiku-20241022-v1:0", "claude-3-5-haiku", 3),
    ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929", 3),
    ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929", 3),
    ("meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b", 1),
    ("meta.llama3-1-8b-instruct-v1:0", "sized", 3),
    ("llama3.1:8b", "llama-3.1-8b", 1),
    ("llama3.1:8b-instruct-q4_K_M", "llama-3.1-8b", 1),
    ("mistral-large-2407", "mistral-large-instruct-2407", 2),
    ("mistral.mistral-large-2407-v1:0", "mistral-large-instruct-2407", 2),
    ("mistral-large-latest", "mistral-large-latest", 2),
    ("mistral-large-1910", "mistral-large-latest", 3),
    ("models/gemini-2.5-flash", "gemini-2.5-flash", 3),
    ("deepseek-reasoner", "deepseek-v3.1", 3),
    ("Qwen/Qwen3-30B-A3B", "qwen3-30b-a3b", 1),
    ("Qwen/Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b", 3),
    ("meta-llama/Meta-Llama-3.1-8B-Instruct", "llama-3.1-8b", 1),
    ("black-forest-labs/FLUX.1-dev", "flux.1-dev", 1),
    ("whisper-1", "whisper-1", 3),
    ("acme-72b-instruct", "sized", 3),
    ("acme-mini", "small", 4),
    ("acme-ultra", "large", 4),
    ("text-embedding-3-large", "embedding", 4),
    ("acme", "unknown", 5),
    ("", "unknown", 5),
]


@pytest.mark.parametrize(("name", "found", "tier"), NAMES)
def test_names(name: str, found: str, tier: int) -> None:
    card = factors().models.find(name)
    assert (card.name, card.tier) == (found, tier)


def test_mistral_large_2_is_not_mistral_large_3() -> None:
    models = factors().models
    assert models.find("mistral-large-2407").total_b.central == pytest.approx(122.61)
    assert models.find("mistral-large-2512").total_b.central == 675


def test_labels_name_known_models_only() -> None:
    named = estimator().model_name
    assert named(exchange("openai/gpt-oss-120b")) == "gpt-oss-120b"
    assert named(exchange("acme-72b")) is None
    assert named(exchange("acme")) is None
    assert named(exchange(None)) is None
    assert named(exchange("asked", model_answered="gpt-4o")) == "gpt-4o"


def test_every_label_is_one_that_names_may_hold() -> None:
    assert all(len(name) <= 64 for name in factors().models.names)
    assert len(factors().models.names) < 500


def test_a_table_of_requests_goes_to_its_model_only() -> None:
    models = factors().models
    assert models.find("gpt-4o").table is not None
    assert models.find("gpt-4o-mini").table is None
    assert models.find("gpt-4o-1234").table is None  # a family stands for itself


def test_four_bit_weights_need_fewer_gpus() -> None:
    models = factors().models
    assert models.find("gpt-oss-120b").bits == 4
    assert models.find("llama-3.1-8b").bits == 16


def test_media_by_name() -> None:
    models = factors().models
    flux, whisper = models.image("black-forest-labs/FLUX.1-dev"), models.audio("whisper-1")
    assert flux is not None
    assert whisper is not None
    assert (flux.low, flux.high) == (2.098, 5.030)
    assert whisper.value == 0.5
    assert models.image("gpt-image-1") is None
    assert models.audio(None) is None


@settings(deadline=None)
@given(st.text(max_size=64))
def test_any_name_has_a_card(name: str) -> None:
    card = factors().models.find(name)
    assert 0 < card.active_b.low <= card.active_b.central <= card.active_b.high
    assert 0 < card.total_b.low <= card.total_b.central <= card.total_b.high


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("llama-3.1-8b", (8, 8)),
        ("mixtral-8x7b", (14, 56)),
        ("qwen3-30b-a3b", (3, 30)),
        ("gemma-3n-e4b", (4, 4)),
        ("gpt-4o", None),
        ("8bit", None),
    ],
)
def test_sizes_in_names(name: str, size: tuple[float, float] | None) -> None:
    assert size_of(name) == size


def test_plainer_and_plainer() -> None:
    assert list(candidates("anthropic.claude-x-20250929-v1:0")) == [
        "anthropic.claude-x-20250929-v1:0",
        "claude-x-20250929-v1:0",
        "claude-x-20250929",
        "claude-x",
    ]
    assert "mistral-large" not in candidates("mistral-large-2407", undated=False)
    assert "mistral-large" in candidates("mistral-large-2407")
    assert words_of("Gemini-2.5_flash") == {"gemini", "2", "5", "flash"}
