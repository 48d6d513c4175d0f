"""One conformance test over every classifier."""

from __future__ import annotations

import pytest

from proxy.classify import CLASSIFIERS, Scorer

TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "one letter": "a",
    "ordinary": "La mairie ouvre à neuf heures. Merci de votre message.",
    "insulting": "Vous êtes des idiots, allez vous faire foutre !",
    "code only": "```python\nprint('connard')\n```",
    "no letters": "123 456 -- !!! ???",
    "odd characters": "\x00\ufffd\U0001f600\u200b\u202e" * 50,
    "one long word": "a" * 200_000,
    "many sentences": "Bonjour. " * 20_000,
    "unclosed code": "``` encore",
    "brackets": "【" * 5_000 + "[" * 5_000,
    "backquotes": "`" * 20_000,
}
LANGUAGES = ("fr", "en", "other", "unknown", "")


@pytest.fixture(scope="module", params=sorted(CLASSIFIERS))
def scorer(request: pytest.FixtureRequest) -> Scorer:
    return CLASSIFIERS[request.param]()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_gives_scores_between_0_and_1_or_a_reason(
    scorer: Scorer, text: str, language: str
) -> None:
    finding = scorer.score(text, language)
    assert (finding.classifier, finding.version) == (scorer.name, scorer.version)
    assert finding.language == language
    if finding.status == "scored":
        assert set(finding.scores) == set(scorer.classes)
        assert all(0 <= score <= 1 for score in finding.scores.values())
        assert 0 < finding.windows_scored <= finding.windows
    else:
        assert (finding.scores, finding.flags, finding.windows_scored) == ({}, (), 0)


def test_the_subject_is_kept(scorer: Scorer) -> None:
    assert scorer.score(TEXTS["ordinary"], "fr", "prompt").subject == "prompt"


def test_every_classifier_claims_toxicity(scorer: Scorer) -> None:
    assert "toxicity" in scorer.classes


def test_the_same_text_gives_the_same_scores(scorer: Scorer) -> None:
    first, second = (scorer.score(TEXTS["insulting"], "fr") for _ in range(2))
    assert first == second


def test_no_finding_holds_text(scorer: Scorer) -> None:
    finding = repr(scorer.score("Un motrare, vous êtes des idiots.", "fr"))
    assert "motrare" not in finding
    assert "idiots" not in finding
