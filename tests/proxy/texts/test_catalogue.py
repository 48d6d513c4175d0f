"""The two catalogues say the same things, with the same gaps to fill, in allowed words."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from proxy.config import SHIPPED
from proxy.texts import LANGS, CatalogueTextError, Lang, Texts
from proxy.texts.catalogue import FOLDER, Message, load

FORBIDDEN = re.compile(
    r"\b(?:verte?s?|green|frugale?s?|frugaux|frugalité|frugality|frugally)\b", re.IGNORECASE
)
"""Praise that a measurement does not hand out."""


def forms(message: Message) -> list[str]:
    return [message] if isinstance(message, str) else list(message.values())


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_hold_the_same_keys() -> None:
    assert set(load("fr")) == set(load("en"))


def test_both_languages_fill_the_same_gaps() -> None:
    french, english = load("fr"), load("en")
    different = {
        key: (sorted(one), sorted(other))
        for key in french
        if (one := set().union(*map(gaps, forms(french[key]))))
        != (other := set().union(*map(gaps, forms(english[key]))))
    }
    assert different == {}


def test_a_message_has_forms_in_both_languages_or_in_none() -> None:
    french, english = load("fr"), load("en")
    assert [k for k in french if isinstance(french[k], str) != isinstance(english[k], str)] == []


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_called_green_or_frugal(lang: Lang) -> None:
    said = {key: text for key, message in load(lang).items() for text in forms(message)}
    assert {key: text for key, text in said.items() if FORBIDDEN.search(text)} == {}


@pytest.mark.parametrize(
    "file",
    [*sorted((SHIPPED / "factors").glob("*.yaml")), *sorted((SHIPPED / "report").glob("*.yaml"))],
    ids=lambda file: file.stem,
)
def test_no_figure_is_called_green_or_frugal(file: Path) -> None:
    """Names of equivalents, scopes of published figures, sources: a report prints them."""
    assert FORBIDDEN.findall(file.read_text(encoding="utf-8")) == []


def test_no_goal_that_is_shipped_is_called_green_or_frugal() -> None:
    assert FORBIDDEN.findall((SHIPPED / "organisation.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("word", ["vert", "Frugale", "green", "frugalité"])
def test_the_forbidden_words_would_be_found(word: str) -> None:
    assert FORBIDDEN.search(f"un usage {word}.")


@pytest.mark.parametrize("lang", LANGS)
def test_no_message_is_empty_or_has_loose_spaces(lang: Lang) -> None:
    bad = [
        key
        for key, message in load(lang).items()
        for text in forms(message)
        if not text.strip() or "  " in text or text != text.strip(" ")
    ]
    assert bad == []


def test_no_french_message_has_a_space_that_breaks_before_a_sign() -> None:
    bad = [
        key
        for key, message in load("fr").items()
        for text in forms(message)
        if re.search(r" [;:!?»%]|« ", text)
    ]
    assert bad == []


def test_one_and_many() -> None:
    french, english = Texts("fr"), Texts("en")
    assert "common.requests" in french
    assert [french.t("common.requests", count=n) for n in (0, 1, 2)] == [
        "0 requête",
        "1 requête",
        "2 requêtes",
    ]
    assert [english.t("common.requests", count=n) for n in (0, 1, 1234)] == [
        "0 requests",
        "1 request",
        "1,234 requests",
    ]


def test_a_missing_message_or_value_is_an_error() -> None:
    texts = Texts("en")
    with pytest.raises(KeyError):
        texts.t("common.no_such_message")
    with pytest.raises(KeyError):
        texts.t("common.between", low="1")
    assert texts.of("common.sanction", "sanctioned") == "approved"
    assert texts.of("common.sanction", "le-chat") == "le-chat"


@pytest.mark.parametrize(
    ("content", "said"),
    [("a: [1]\n", "fr/broken.yaml|broken.yaml: broken.a: expected text"), ("a: b: c\n", "YAML")],
)
def test_a_broken_catalogue_names_file_and_key(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "broken.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueTextError, match=said):
        load("fr", tmp_path)


def test_the_catalogues_are_where_they_are_looked_for() -> None:
    assert {path.name for path in (FOLDER / "fr").glob("*.yaml")} == {
        path.name for path in (FOLDER / "en").glob("*.yaml")
    }
