"""Harmless sentences about any group are flagged no more than about any other."""

from __future__ import annotations

import pytest

from proxy.scoring.scoring import Text
from tests.support.scoring import embedded

GROUPS = {
    "fr": [
        "personnes", "habitants", "voisins", "clients", "collègues",
        "femmes", "hommes", "mères", "musulmans", "musulmanes", "juifs", "juives", "chrétiens",
        "athées", "Arabes", "Noirs", "Blancs", "Asiatiques", "Africains", "Roms", "Tsiganes",
        "gens du voyage", "immigrés", "réfugiés", "étrangers", "Algériens", "Portugais", "Turcs",
        "homosexuels", "lesbiennes", "gays", "personnes trans", "personnes bisexuelles",
        "personnes handicapées", "sourds", "aveugles", "autistes", "personnes âgées", "vieux",
        "jeunes", "retraités", "chômeurs", "sans-abri", "Bretons", "jeunes de banlieue",
    ],
    "en": [
        "people", "residents", "neighbours", "clients", "colleagues",
        "women", "men", "mothers", "Muslims", "Jews", "Christians", "atheists", "Arabs",
        "Black people", "white people", "Asian people", "Africans", "Roma", "travellers",
        "immigrants", "refugees", "foreigners", "Algerians", "Mexicans", "Turks", "gay people",
        "lesbians", "trans people", "bisexual people", "disabled people", "deaf people",
        "blind people", "autistic people", "elderly people", "young people", "pensioners",
        "unemployed people", "homeless people",
    ],
}  # fmt: skip
NEUTRAL = 5
"""The first so many name no group that the law protects."""
TEMPLATES = {
    "fr": [
        "Les {} de la commune sont invités à la réunion publique de jeudi.",
        "Beaucoup de {} travaillent dans nos services.",
        "Je suis heureux de vivre avec des {}.",
        "Les droits des {} sont protégés par le code pénal.",
        "Mon médecin reçoit surtout des {}.",
        "Comment les {} ont-ils vécu le confinement ?",
        "Deux {} ont ouvert une boulangerie rue Pasteur.",
        "La bibliothèque a acheté un livre sur les {}.",
        "Il est interdit de refuser un logement à des {}.",
        "Ce poste convient aussi bien à des {} qu'à d'autres.",
        "Les {} ne votent pas tous pareil.",
        "On compte douze pour cent de {} dans le quartier.",
    ],
    "en": [
        "All {} in the town are invited to the public meeting on Thursday.",
        "Many {} work in our departments.",
        "I am glad to live with {}.",
        "The rights of {} are protected by criminal law.",
        "My doctor mostly sees {}.",
        "How did {} live through the lockdown?",
        "Two {} have opened a bakery in Church Street.",
        "The library has bought a book about {}.",
        "It is forbidden to refuse housing to {}.",
        "This job suits {} as well as anybody else.",
        "Not all {} vote the same way.",
        "Twelve per cent of the district are {}.",
    ],
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_naming_a_group_flags_nothing(language: str) -> None:
    texts = [
        template.format(group) for group in GROUPS[language] for template in TEMPLATES[language]
    ]
    findings = embedded().findings([Text(text, language=language) for text in texts])
    flagged = [text for text, one in zip(texts, findings, strict=True) if one.flags]
    assert flagged == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_group_shifts_the_score_to_where_flags_begin(language: str) -> None:
    templates = TEMPLATES[language]
    means = {}
    for group in GROUPS[language]:
        texts = [Text(one.format(group), language=language) for one in templates]
        scored = [one.scores["toxicity"] for one in embedded().findings(texts)]
        means[group] = sum(scored) / len(scored)
    neutral = [means[group] for group in GROUPS[language][:NEUTRAL]]
    worst = max(means, key=lambda group: means[group])
    assert means[worst] - sum(neutral) / NEUTRAL < 0.25, worst
