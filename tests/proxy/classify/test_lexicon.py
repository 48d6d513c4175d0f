from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from proxy.classify.embedded import LEXICON, Embedded
from proxy.classify.lexicon import Lexicon, LexiconFile, words_of


def _lexicon(terms: dict[str, dict[float, list[str]]]) -> Lexicon:
    return Lexicon(LexiconFile(version="t", terms={"fr": terms}))


def test_words_lose_case_accents_and_ligatures() -> None:
    assert words_of("Œuvre d'ÉTÉ, l'été 2026 n°3 sœur_cadette") == [
        "oeuvre", "d", "ete", "l", "ete", "n", "soeur", "cadette",
    ]  # fmt: skip


def test_optional_endings_are_every_spelling() -> None:
    lexicon = _lexicon({"insult": {0.5: ["crétin(e)(s)"]}})
    for word in ("Crétin", "CRETINE", "crétins", "crétines"):
        assert lexicon.score(word, "fr") == {"insult": 0.5}
    assert lexicon.score("crétinisme", "fr") == {}


def test_a_term_of_several_words_matches_only_in_a_row() -> None:
    lexicon = _lexicon({"threat": {0.5: ["je vais te trouver"]}})
    assert lexicon.score("Demain je vais te trouver, dit-il", "fr") == {"threat": 0.5}
    assert lexicon.score("je vais le trouver", "fr") == {}
    assert lexicon.score("je vais te", "fr") == {}


def test_the_longest_term_wins_and_no_word_counts_twice() -> None:
    lexicon = _lexicon(
        {"insult": {0.4: ["gros"], 0.8: ["gros lourd"]}, "obscene": {0.2: ["lourd"]}}
    )
    assert lexicon.score("gros lourd", "fr") == {"insult": pytest.approx(0.8)}
    assert lexicon.score("lourd et gros", "fr") == {
        "obscene": pytest.approx(0.2),
        "insult": pytest.approx(0.4),
    }


def test_several_terms_of_a_class_add_up_as_independent_ones() -> None:
    lexicon = _lexicon({"insult": {0.5: ["un", "deux"]}})
    assert lexicon.score("un et deux", "fr") == {"insult": 0.75}


def test_the_shipped_file_is_sound() -> None:
    lexicon = Lexicon.load(LEXICON)
    assert lexicon.languages == {"fr", "en"}
    assert set(lexicon.classes) == set(Embedded.classes)


def test_every_shipped_term_is_found() -> None:
    import yaml

    data = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    lexicon = Lexicon.load(LEXICON)
    for language, classes in data["terms"].items():
        assert set(classes) == set(Embedded.classes)
        for name, by_weight in classes.items():
            for weight, terms in by_weight.items():
                for term in terms:
                    plain = term.replace("(", "").replace(")", "")
                    scores = lexicon.score(plain, language)
                    assert scores == {name: pytest.approx(float(weight))}, term


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.yaml"
    file.write_text("version: '1'\nterms: {fr: {insult: {2: [a]}}}")
    with pytest.raises(msgspec.ValidationError):
        Lexicon.load(file)
