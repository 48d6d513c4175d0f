from proxy.records import Finding
from proxy.scoring.identity import Identity


def test_not_scored_names_the_classifier_and_the_reason() -> None:
    assert Identity("embedded", "2", "t").not_scored("lost", "fr", "prompt") == Finding(
        classifier="embedded",
        version="2",
        threshold_set="t",
        status="lost",
        subject="prompt",
        language="fr",
    )
