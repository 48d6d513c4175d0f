from __future__ import annotations

from proxy.classify import CLASSIFIERS, not_scored


def test_not_scored_names_the_classifier_and_the_reason() -> None:
    scorer = CLASSIFIERS["embedded"]()
    finding = not_scored(scorer, "lost", "fr", "prompt")
    assert finding.classifier == scorer.name
    assert finding.version == scorer.version
    assert finding.threshold_set == scorer.threshold_set
    assert (finding.status, finding.language, finding.subject) == ("lost", "fr", "prompt")
    assert finding.scores == {}
