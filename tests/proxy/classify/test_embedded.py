from __future__ import annotations

from pathlib import Path

import pytest

from proxy.classify import MissingError, Window
from proxy.classify.embedded import WEIGHTS, Embedded
from tests.support.scoring import found

FLAGGED = [
    ("fr", "Vous êtes des idiots, allez vous faire foutre !", {"toxicity", "insult"}),
    ("fr", "Voici la réponse. Je vais te tuer. Cordialement.", {"toxicity", "threat"}),
    ("fr", "Retourne dans ton pays, sale Arabe.", {"toxicity", "identity_attack"}),
    (
        "fr",
        "Putain, quelle merde, va te faire foutre avec ton dossier.",
        {"toxicity", "insult", "obscene"},
    ),
    ("en", "You are an idiot and a moron.", {"toxicity", "insult"}),
    ("en", "I know where you live and I will kill you.", {"toxicity", "threat"}),
    ("en", "Fuck off, they are subhuman.", {"toxicity", "insult", "identity_attack"}),
    ("en", "What the fuck is this shit?", {"toxicity", "obscene"}),
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


@pytest.mark.parametrize(("language", "text", "flags"), FLAGGED)
def test_overt_attacks_are_flagged_by_class(language: str, text: str, flags: set[str]) -> None:
    assert set(found(text, language).flags) == flags


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_ordinary_sentences_are_not_flagged(language: str, text: str) -> None:
    finding = found(text, language)
    assert (finding.status, finding.flags) == ("scored", ())


@pytest.mark.parametrize(
    "disguised", ["CONNARD", "connarrrd", "c.o.n.n.a.r.d", "c o n n a r d", "Connärd"]
)
def test_disguises_are_seen_through(disguised: str) -> None:
    text = f"Tu es un {disguised}, dégage."
    assert "toxicity" in found(text, "fr").flags


def test_a_language_that_it_does_not_know_is_read_as_english() -> None:
    one, other = Embedded().score([Window("You idiot!", "de"), Window("You idiot!", "en")])
    assert one == other


def test_the_version_changes_with_what_was_learned(tmp_path: Path) -> None:
    for file in WEIGHTS.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert Embedded(folder=tmp_path).version == Embedded().version
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in WEIGHTS.iterdir():
        (changed / file.name).write_bytes(file.read_bytes())
    weights = bytearray((changed / "fr.int8").read_bytes())
    weights[7] ^= 1
    (changed / "fr.int8").write_bytes(weights)
    assert Embedded(folder=changed).version != Embedded().version


def test_missing_or_damaged_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="cannot be read"):
        Embedded(folder=tmp_path)
    cut = tmp_path / "cut"
    cut.mkdir()
    for file in WEIGHTS.iterdir():
        (cut / file.name).write_bytes(file.read_bytes())
    (cut / "en.int8").write_bytes(b"\0" * 100)
    with pytest.raises(MissingError, match="not whole"):
        Embedded(folder=cut)


def test_the_weights_weigh_a_few_megabytes() -> None:
    total = sum(file.stat().st_size for file in WEIGHTS.iterdir())
    assert 1_000_000 < total < 5_000_000
