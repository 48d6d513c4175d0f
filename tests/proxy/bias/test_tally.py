from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.bias import KEYS, LANGUAGES, tally
from proxy.bias.keys import moments
from proxy.bias.tally import rejoined
from proxy.records import ScoredSentence


def scored(*texts: str, toxicity: float = 0.0, **classes: float) -> list[ScoredSentence]:
    return [ScoredSentence(text, {"toxicity": toxicity, **classes}) for text in texts]


def test_one_answer_by_hand() -> None:
    found = tally(
        scored(
            "Mme Sow est une directrice compétente.",  # women: Mme, directrice
            "Elle reçoit les agents.",  # women: elle; generic: agents
            "M. Roux reçoit les élèves.",  # men; epicene
        ),
        "fr",
    )
    assert dict(found) == {
        "all.n": 3,
        "all.nn": 9,
        "all.answers": 1,
        "gendered.n": 4,
        "gendered.nn": 16,
        "gendered.answers": 1,
        "gendered/women.x": 3,
        "gendered/women.xx": 9,
        "gendered/women.xn": 12,
        "forms.n": 2,
        "forms.nn": 4,
        "forms.answers": 1,
        "forms/inclusive.x": 1,
        "forms/inclusive.xx": 1,
        "forms/inclusive.xn": 2,
        "titles.n": 1,
        "titles.nn": 1,
        "titles.answers": 1,
        "titles/feminised.x": 1,
        "titles/feminised.xx": 1,
        "titles/feminised.xn": 1,
        "occupation/management.n": 1,
        "occupation/management.nn": 1,
        "occupation/management.answers": 1,
        "occupation/management/women.x": 1,
        "occupation/management/women.xx": 1,
        "occupation/management/women.xn": 1,
        "occupation/office.n": 1,
        "occupation/office.nn": 1,
        "occupation/office.answers": 1,
        "about/women.n": 2,
        "about/women.nn": 4,
        "about/women.answers": 1,
        "about/women/competence.x": 1,
        "about/women/competence.xx": 1,
        "about/women/competence.xn": 2,
        "about/men.n": 1,
        "about/men.nn": 1,
        "about/men.answers": 1,
        "group/none.n": 3,
        "group/none.nn": 9,
        "group/none.answers": 1,
    }


def test_scores_of_sentences_about_a_group_stand_apart_from_the_others() -> None:
    found = tally(
        [
            ScoredSentence(
                "Les Roms sont tous des voleurs.",
                {"toxicity": 0.9, "insult": 0.7, "identity_attack": 0.8},
            ),
            ScoredSentence("Les Roms habitent ici.", {"toxicity": 0.1, "insult": 0.49}),
            ScoredSentence("Le service ouvre à neuf heures.", {"toxicity": 0.05}),
        ],
        "fr",
    )
    about = {name: moments(found, "group/roma", name).x for name in ("negative", "essential")}
    assert about == {"negative": 1, "essential": 1}
    assert moments(found, "group/roma", "insult").x == 1
    assert moments(found, "group/roma", "attack").xn == 2
    assert found["group/roma/toxicity.x"] == pytest.approx(1.0)
    assert found["group/none/toxicity.x"] == pytest.approx(0.05)
    assert "group/none/insult.x" not in found


def test_a_pronoun_goes_on_with_the_sentence_before() -> None:
    after = tally(scored("Madame Sow arrive.", "Elle signe."), "fr")
    alone = tally(scored("La mairie est fermée.", "Elle ouvre lundi."), "fr")
    assert after["gendered.n"] == 2
    assert "gendered.n" not in alone


def test_a_sentence_cut_after_a_title_is_put_together() -> None:
    """Many splitters take the point of "M." for the end of a sentence."""
    cut = [
        ScoredSentence("Le dossier de M.", {"insult": 0.1}),
        ScoredSentence("Roux, infirmier, est complet.", {"insult": 0.9}),
    ]
    found = tally(cut, "fr")
    assert (found["all.n"], found["gendered.n"]) == (1, 2)
    assert found["group/none/insult.x"] == 1


def test_a_name_tells_no_gender() -> None:
    for name in ("Fatima", "Jean", "Camille"):
        assert "gendered.n" not in tally(scored(f"{name} arrive demain."), "fr")
        assert "gendered.n" not in tally(scored(f"{name} arrives tomorrow."), "en")


def test_other_languages_are_not_counted() -> None:
    assert tally(scored("Die Bürgermeisterin kommt."), "other") == {}
    assert tally([], "fr") == {}
    assert frozenset({"fr", "en"}) == LANGUAGES


@pytest.mark.parametrize(
    ("masculine", "feminine", "language"),
    [
        ("Monsieur Ba est un chef brillant.", "Madame Ba est une cheffe brillante.", "fr"),
        ("M. Ba est infirmier.", "Mme Ba est infirmière.", "fr"),
        ("He is a kind nurse.", "She is a kind nurse.", "en"),
        ("The man cried.", "The woman cried.", "en"),
    ],
)
def test_women_and_men_are_treated_alike(masculine: str, feminine: str, language: str) -> None:
    """The mirror image of a sentence has the mirror image of its counts."""
    men, women = tally(scored(masculine), language), tally(scored(feminine), language)
    assert men["gendered.n"] == women["gendered.n"] == women["gendered/women.x"]
    assert "gendered/women.x" not in men
    mirrored = {key.replace("about/men", "about/women") for key in men if "about/" in key}
    assert mirrored == {key for key in women if "about/" in key}


def test_keys_are_few_and_tell_no_text() -> None:
    assert len(KEYS) == 666
    assert all(len(key) <= 64 for key in KEYS)
    assert all(set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789_/.-") for key in KEYS)


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [
                "Les agentes et agents sont à l'écoute.",
                "Madame le maire",
                "M.",
                "agent·e·s (e) /",
                "she or he, s/he",
                "Tous les jeunes sont paresseux",
                "é" * 50,
                "le ou la",
                "d'",
            ]
        ),
    ),
    max_size=6,
)


@given(TEXTS, st.sampled_from(["fr", "en"]), st.sampled_from([0.0, 0.001, 0.3, 0.5, 1.0]))
def test_any_text_gives_known_keys_and_consistent_sums(
    texts: list[str], language: str, score: float
) -> None:
    found = tally(scored(*texts, toxicity=score, insult=score), language)
    assert set(found) <= KEYS
    assert all(value > 0 for value in found.values())
    assert found.get("all.n", 0) == len(rejoined(texts))
    for key in found:
        if key.endswith(".x"):
            measure = key.removesuffix(".x")
            sums = moments(found, *measure.rsplit("/", 1))
            assert sums.x <= sums.n + 1e-9
            assert sums.xx == pytest.approx(sums.x**2)
            assert sums.xn == pytest.approx(sums.x * sums.n)


@given(st.lists(TEXTS, max_size=4))
def test_answers_add_up(answers: list[list[str]]) -> None:
    """What the ledger does: the sums of a month are those of its answers, in any order."""
    total: Counter[str] = Counter()
    for texts in answers:
        total.update(tally(scored(*texts), "fr"))
    again: Counter[str] = Counter()
    for texts in reversed(answers):
        again.update(tally(scored(*texts), "fr"))
    assert total == again
    assert total["all.n"] == sum(len(rejoined(texts)) for texts in answers)


@pytest.mark.parametrize(
    ("piece", "language", "key"),
    [
        ("les agents ", "fr", "forms.n"),
        ("M. Roux est agent ", "fr", "gendered.n"),
        ("tous les jeunes sont paresseux ", "fr", "group/young.n"),
        ("nouveaux ", "fr", "all.n"),
        ("he says the chairman leads all migrants ", "en", "group/migrants.n"),
        ("M. ", "fr", "all.n"),
        ("e·", "fr", "all.n"),
    ],
)
def test_a_sentence_without_end_does_not_hang(piece: str, language: str, key: str) -> None:
    """Quadratic work would take minutes: the suite's time limit would end it."""
    found: Mapping[str, float] = tally(scored(piece * 30_000), language)
    assert found[key] >= 1
