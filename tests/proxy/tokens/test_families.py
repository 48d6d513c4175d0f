from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from proxy.config.yamlfile import read
from proxy.tokens.counter import FILE
from proxy.tokens.families import load
from tests.support.catalogue import shipped

SETTINGS = load(FILE)


@pytest.mark.parametrize(
    ("provider", "model", "family"),
    [
        ("openai", "gpt-4o-mini-2024-07-18", "openai"),
        ("openai", "o3-mini", "openai"),
        ("openai", "gpt-5-nano-2025-08-07", "gpt-5-thinking"),
        ("openrouter", "openai/gpt-5", "gpt-5-thinking"),
        ("openai", "gpt-5.5-2026-04-23", "gpt-5.x"),
        ("groq", "openai/gpt-oss-120b", "openai"),
        ("azure-openai", "etat-civil", "openai-unknown"),
        ("azure-openai", None, "openai-unknown"),
        ("anthropic", "claude-haiku-4-5-20251001", "claude"),
        ("anthropic", "claude-opus-4-7", "claude-5"),
        ("bedrock", "us.anthropic.claude-sonnet-5", "claude-5"),
        ("bedrock", "eu.anthropic.claude-3-5-sonnet-20240620-v1:0", "claude"),
        ("vertex", "claude-sonnet-4-5@20250929", "claude"),
        ("vertex", "gemini-2.5-pro", "gemini"),
        ("mistral", "mistral-small-latest", "mistral"),
        ("mistral", None, "mistral-unknown"),
        ("bedrock", "mistral.mistral-large-2402-v1:0", "mistral"),
        ("albert", "mistralai/Mistral-Small-3.1-24B-Instruct-2503", "albert"),
        ("scaleway", "mistral-small-3.2-24b-instruct-2506", "mistral"),
        ("groq", "llama-3.3-70b-versatile", "other-clouds"),
        ("huggingface", "meta-llama/Meta-Llama-3-8B-Instruct", "open-models"),
        ("mairie", "notre-modele", "open-models"),
        ("cohere", "command-r-plus", "cohere"),
        ("cohere", None, "cohere-unknown"),
    ],
)
def test_the_family_of_a_model(provider: str, model: str | None, family: str) -> None:
    assert SETTINGS.family(provider, model).name == family


def test_the_last_family_takes_all_and_every_name_exists() -> None:
    last = SETTINGS.families[-1]
    assert (last.provider, last.model) == ((), None)
    names = [family.name for family in SETTINGS.families]
    assert len(names) == len(set(names))
    for family in SETTINGS.families:
        assert family.vocabulary in SETTINGS.vocabularies
        assert set(family.provider) <= set(shipped().providers)
        re.compile(family.model or "")
    for hidden in SETTINGS.hidden:
        re.compile(hidden.model)


@pytest.mark.parametrize(
    ("model", "seen", "factor"),
    [
        ("gpt-5-nano", False, 5.3),
        ("gpt-5-nano", True, 5.3),
        ("gpt-4o", False, 1.0),
        ("gemini-2.5-flash", False, 4.0),
        ("claude-sonnet-4-5", False, 1.0),
        ("claude-sonnet-4-5", True, 1.9),
        ("deepseek-reasoner", False, 14.0),
        ("deepseek-reasoner", True, 1.0),
        (None, False, 1.0),
    ],
)
def test_hidden_reasoning(model: str | None, seen: bool, factor: float) -> None:  # noqa: FBT001
    assert SETTINGS.hides(model, reasoning_seen=seen) == factor


def test_the_file_fits_its_schema_and_says_so() -> None:
    schema = msgspec.json.decode((FILE.parent / "schema" / "tokenizers.json").read_bytes())
    jsonschema.validate(read(FILE), schema)
    first, _, _ = FILE.read_text(encoding="utf-8").partition("\n")
    assert first == "# yaml-language-server: $schema=schema/tokenizers.json"


def test_a_wrong_file_is_an_error(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace("factor: 1.07", "factor: -1", 1)
    wrong = tmp_path / "tokenizers.yaml"
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(msgspec.ValidationError):
        load(wrong)
