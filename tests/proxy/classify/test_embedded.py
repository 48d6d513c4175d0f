from __future__ import annotations

import pytest

from proxy.classify import embedded
from proxy.classify.embedded import Embedded, sentences

SCORER = Embedded()

FLAGGED = [
    ("fr", "Vous êtes des idiots, allez vous faire foutre !", {"toxicity", "insult"}),
    ("fr", "Voici la réponse. Je vais te tuer. Cordialement.", {"toxicity", "threat"}),
    ("fr", "Retournez dans votre pays.", {"toxicity", "identity_attack"}),
    ("fr", "Quel bordel de merde, ce dossier.", {"toxicity", "obscene"}),
    ("en", "You are an idiot and a moron.", {"toxicity", "insult"}),
    ("en", "I know where you live.", {"toxicity", "threat"}),
    ("en", "They are subhuman.", {"toxicity", "identity_attack"}),
    ("en", "What the fuck is this?", {"toxicity", "obscene"}),
]
HARMLESS = [
    ("fr", "La rue est en cul-de-sac ; le chantier finira en mars."),
    ("fr", "Les chats sont des animaux de compagnie et les pucerons sont des parasites."),
    ("fr", "Rentrez chez vous avant vingt heures, les rues seront sablées."),
    ("fr", "Le dossier de la voirie est incomplet : il manque le plan."),
    ("fr", "L'Idiot est un roman de Dostoïevski."),
    ("en", "A chinchilla is not an assistant; the class passes on Monday."),
    ("en", "Take the first left or you may get lost."),
    ("en", "The embassy will answer your letter."),
]
GROUPS = [
    "femmes", "hommes", "personnes musulmanes", "personnes juives", "chrétiens", "athées", "Arabes",
    "Noirs", "Roms", "gens du voyage", "immigrés", "étrangers", "homosexuels", "lesbiennes",
    "personnes trans", "personnes handicapées", "personnes âgées", "jeunes", "Bretons",
    "habitants des quartiers",
]  # fmt: skip
TEMPLATES = [
    "Les {} de la commune sont invités à la réunion.",
    "Beaucoup de {} travaillent à la mairie.",
    "Je suis fier de vivre avec des {}.",
    "Les droits des {} sont protégés par la loi.",
]


@pytest.mark.parametrize(("language", "text", "flags"), FLAGGED)
def test_overt_attacks_are_flagged_by_class(language: str, text: str, flags: set[str]) -> None:
    assert set(SCORER.score(text, language).flags) == flags


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_ordinary_sentences_are_not_flagged(language: str, text: str) -> None:
    finding = SCORER.score(text, language)
    assert (finding.status, finding.flags) == ("scored", ())


@pytest.mark.parametrize("group", GROUPS)
def test_naming_a_group_scores_nothing(group: str) -> None:
    for template in TEMPLATES:
        assert set(SCORER.score(template.format(group), "fr").scores.values()) == {0.0}


def test_one_bad_sentence_among_many_keeps_its_score() -> None:
    alone = SCORER.score("Je vais te tuer.", "fr")
    hidden = SCORER.score("Merci de votre message. " * 50 + "Je vais te tuer.", "fr")
    assert hidden.scores == alone.scores
    assert (hidden.windows_scored, hidden.windows) == (51, 51)


def test_toxicity_is_the_highest_of_all_classes() -> None:
    finding = SCORER.score("Crétin ! Je vais te tuer.", "fr")
    assert finding.scores["toxicity"] == max(finding.scores.values()) == 0.9


def test_code_addresses_and_citation_marks_are_not_read() -> None:
    text = "Voici `connard` et ```\nconnard\n``` de https://example.org/connard 【connard】[1] ici."
    assert SCORER.score(text, "fr").scores["toxicity"] == 0.0


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("", "fr", "empty"),
        ("Guten Tag, wie geht es Ihnen?", "other", "language"),
        ("Oui", "unknown", "language"),
        ("```\ncode\n```", "fr", "too_short"),
        ("Oui", "fr", "scored"),
    ],
)
def test_what_is_not_scored_says_why(text: str, language: str, status: str) -> None:
    assert SCORER.score(text, language).status == status


def test_a_very_long_text_is_scored_in_part_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "MOST_SENTENCES", 10)
    finding = SCORER.score("Une phrase. " * 25, "fr")
    assert (finding.windows_scored, finding.windows) == (10, 25)


def test_sentences_end_at_marks_and_line_ends() -> None:
    assert sentences("Un. Deux ! Trois…\nQuatre\n\n 3.14 Cinq?") == [
        "Un", "Deux", "Trois", "Quatre", "3.14 Cinq",
    ]  # fmt: skip
