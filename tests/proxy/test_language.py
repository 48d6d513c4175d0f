from __future__ import annotations

import pytest

from proxy.language import LOOK_CHARS, identify

FRENCH = (
    "Comment obtenir un acte de naissance ?",
    "L’agent d’accueil n’est pas là aujourd’hui.",
    "Bonjour",
    "Rédige une délibération pour le conseil municipal.",
    "Résume ce texte",
    "Échéance",
    "Les horaires d'ouverture de la piscine municipale sont affichés à l'entrée.",
    "« Le maire », dit-elle, « n’a rien signé. »",
    "VEUILLEZ TROUVER LE COMPTE RENDU DE LA RÉUNION",
)
ENGLISH = (
    "How do I register a birth at the town hall?",
    "Hello",
    "Summarize the following report in three bullet points.",
    "The council doesn't meet in August.",
    "It’s closed on Mondays",
)
OTHERS = (
    "¿Cómo puedo inscribir a mi hijo en la escuela?",
    "Wie melde ich mich in der Stadt an?",
    "Come si fa per iscriversi alla mensa scolastica di questo comune?",
    "Não sei onde fica a câmara municipal, você sabe?",
    "Hoe vraag ik een nieuw paspoort aan bij de gemeente?",
    "Jak mogę złożyć wniosek, czy to jest możliwe?",
    "Где находится мэрия?",
    "كيف أجدد بطاقة الهوية؟",
    "市役所はどこですか",
    "시청은 어디에 있나요",
    "Πού είναι το δημαρχείο;",
)
UNKNOWN = (
    "",
    "   ",
    "42",
    "Paris",
    "OK",
    "x = [i ** 2]",
    "https://example.org/?q=1",
    "🙂🙂🙂",
    "— … —",
)


@pytest.mark.parametrize("text", FRENCH)
def test_french(text: str) -> None:
    assert identify(text) == "fr"


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert identify(text) == "en"


@pytest.mark.parametrize("text", OTHERS)
def test_other_languages(text: str) -> None:
    assert identify(text) == "other"


@pytest.mark.parametrize("text", UNKNOWN)
def test_too_little_to_tell(text: str) -> None:
    assert identify(text) == "unknown"


def test_the_language_of_most_of_the_beginning_counts() -> None:
    quote = " « Thank you for your patience » "
    text = (
        "Voici la phrase que vous pouvez écrire dans votre courrier :" + quote + "et rien de plus."
    )
    assert identify(text) == "fr"
    assert identify("The letter says: « la mairie est fermée ». That is what it was about.") == "en"


def test_only_the_beginning_is_looked_at() -> None:
    assert identify("x" * LOOK_CHARS + " la mairie est dans la rue") == "unknown"


def test_broken_text_is_taken() -> None:
    assert identify("la mairie est ferm\ud83d") == "fr"
