import pytest

from proxy.bias.explain import Counted, explain


def test_each_word_that_counts_is_told() -> None:
    found = explain(["Madame le maire reçoit les agents.", "Elle est compétente."], "fr")
    assert found.words == [
        Counted(1, "maire", "gender/women"),
        Counted(1, "maire", "title/not_feminised"),
        Counted(1, "maire", "occupation/elected"),
        Counted(1, "agents", "gender/generic"),
        Counted(1, "agents", "occupation/office"),
        Counted(2, "Elle", "gender/women"),
        Counted(2, "compétente", "attribute/competence"),
    ]
    assert found.counts["gender/women"] == 2
    assert found.sentences == 2


def test_a_sentence_cut_after_a_title_is_one() -> None:
    found = explain(["Le dossier est suivi par M.", "Roux, infirmier."], "fr")
    assert found.sentences == 1
    assert found.counts == {"gender/men": 2, "occupation/nursing": 1}


def test_a_repr_shows_no_word() -> None:
    assert "maire" not in repr(explain(["Madame le maire arrive."], "fr"))


def test_only_known_languages() -> None:
    with pytest.raises(KeyError):
        explain(["Die Bürgermeisterin."], "de")
