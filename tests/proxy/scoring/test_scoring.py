from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from proxy.classify import Window
from proxy.classify.thresholds import LanguageThresholds, Threshold, ThresholdFile
from proxy.records import ScoredSentence
from proxy.scoring import scoring as module
from proxy.scoring.scoring import Bias, Scoring, Text
from tests.support.scoring import embedded, found


class Counting:
    """A classifier that scores the share of capital letters, and remembers its batches."""

    name, version = "counting", "1"
    classes: tuple[str, ...] = ("toxicity", "insult")
    languages = frozenset({"fr", "en"})

    def __init__(self) -> None:
        self.batches: list[list[Window]] = []

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        self.batches.append(list(windows))
        return [
            {"toxicity": self._share(one.text), "insult": 1.0 if one.language == "en" else 0.0}
            for one in windows
        ]

    @staticmethod
    def _share(text: str) -> float:
        return sum(char.isupper() for char in text) / len(text)

    def close(self) -> None: ...


def _thresholds(value: float) -> ThresholdFile:
    one = (Threshold(wanted=0.01, value=value, false_positive_rate=0.0),)
    french = LanguageThresholds(answers=100, source="s", date="d", classes={"toxicity": one})
    return ThresholdFile("counting", "1", "set-1", {"fr": french})


def test_the_highest_sentence_is_the_score_of_a_text() -> None:
    finding = Scoring(Counting(), _thresholds(0.5)).findings(
        [Text("un deux. ABcd. trois quatre.", language="fr")]
    )[0]
    assert finding.scores == {"toxicity": 0.4, "insult": 0.0}
    assert (finding.flags, finding.windows, finding.windows_scored) == ((), 3, 3)
    assert (finding.classifier, finding.threshold_set) == ("counting", "set-1@0.01")


def test_a_flag_needs_its_threshold_in_its_language() -> None:
    scoring = Scoring(Counting(), _thresholds(0.5))
    french, english = scoring.findings(
        [Text("ABCD ef", language="fr"), Text("ABCD ef", language="en")]
    )
    assert (french.flags, english.flags) == (("toxicity",), ())
    assert Scoring(Counting(), None).findings([Text("ABCD", language="fr")])[0].flags == ()


def test_windows_of_like_length_share_a_batch_across_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_TOKENS", 8)
    classifier = Counting()
    told: list[int] = []
    scoring = Scoring(classifier, None, progress=lambda: told.append(1))
    scoring.findings([Text("a b c d. e.", language="fr"), Text("f. g h i j.", language="fr")])
    assert [[one.text for one in batch] for batch in classifier.batches] == [
        ["e.", "f."],
        ["a b c d.", "g h i j."],
    ]
    assert len(told) == 2


def test_a_long_answer_is_scored_whole() -> None:
    alone = found("Je vais te tuer.", "fr")
    hidden = found("Merci de votre message. " * 3_000 + "Je vais te tuer.", "fr")
    assert hidden.scores == alone.scores
    assert (hidden.windows_scored, hidden.windows) == (3_001, 3_001)


def test_beyond_all_measure_a_text_is_scored_in_part_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST_WINDOWS", 10)
    finding = found("Une phrase. " * 25, "fr")
    assert (finding.windows_scored, finding.windows) == (10, 25)


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("", "fr", "empty"),
        ("Guten Tag, wie geht es Ihnen und der Familie?", "", "language"),
        ("Hola amigo", "es", "language"),
        ("```\ncode\n```", "fr", "too_short"),
        ("😀 42 !", "", "too_short"),
        ("Oui", "fr", "scored"),
        ("Oui", "", "scored"),
    ],
)
def test_what_is_not_scored_says_why(text: str, language: str, status: str) -> None:
    finding = found(text, language)
    assert finding.status == status
    assert bool(finding.scores) == (status == "scored")


def test_the_language_is_that_of_the_prose_then_the_hint() -> None:
    code = "```\nthe and of is are you that\n```\nVoici la réponse pour votre dossier."
    hinted = Text("Connard.", hint="fr")
    findings = embedded().findings([Text(code), hinted])
    assert [one.language for one in findings] == ["fr", "fr"]


def test_a_cry_in_no_known_language_is_read_in_all_of_them() -> None:
    for cry, language in (("Connard !", "fr"), ("Asshole!", "en")):
        finding = found(cry)
        assert finding.language == "unknown"
        assert finding.scores["toxicity"] == found(cry, language).scores["toxicity"]
        assert "toxicity" in finding.flags
        assert finding.windows == 1


def test_bias_is_counted_over_the_scored_sentences_of_answers() -> None:
    seen: list[tuple[Sequence[ScoredSentence], str]] = []

    def tally(sentences: Sequence[ScoredSentence], language: str) -> Mapping[str, float]:
        seen.append((sentences, language))
        return {"sentences": float(len(sentences))}

    scoring = Scoring(Counting(), None, bias=Bias("b1", tally))
    answer, prompt, other = scoring.findings(
        [
            Text("AB cd. ef.", language="fr"),
            Text("AB", language="fr", subject="prompt"),
            Text("Hola", language="es"),
        ]
    )
    assert (answer.bias, answer.bias_version) == ({"sentences": 2.0}, "b1")
    assert (prompt.bias, prompt.bias_version, other.bias) == ({}, "", {})
    ((sentences, language),) = seen
    assert language == "fr"
    assert [(one.text, round(one.scores["toxicity"], 3)) for one in sentences] == [
        ("AB cd.", 0.333),
        ("ef.", 0.0),
    ]


def test_the_same_texts_give_the_same_findings_together_and_alone() -> None:
    texts = [Text(one) for one in ("Vous êtes des idiots.", "What the hell?", "", "Bonjour.")]
    together = embedded().findings(texts)
    assert together == [embedded().findings([text])[0] for text in texts]


def test_what_holds_text_shows_its_size_only() -> None:
    assert "MARKED" not in repr(Text("MARKED"))
