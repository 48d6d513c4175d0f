from proxy.bias import KEYS, month, tally
from proxy.bias.keys import group_names
from proxy.metrics import Metrics
from proxy.metrics.labels import LABELS, Capped
from proxy.metrics.observe import observe_finding
from proxy.metrics.observe_bias import GENDER, LEAST_MENTIONS
from proxy.records import Finding, FindingStatus, ScoredSentence


def said(*texts: str, status: FindingStatus = "scored") -> Finding:
    bias = tally([ScoredSentence(text, {"toxicity": 0.1}) for text in texts], "fr")
    return Finding(
        classifier="embedded",
        version="1",
        language="fr",
        status=status,
        bias=bias,
        bias_version="1",
    )


def observed(*findings: Finding) -> Metrics:
    metrics = Metrics()
    for finding in findings:
        observe_finding(metrics, "le-chat", finding)
    return metrics


def test_mentions_are_counted_by_kind() -> None:
    metrics = observed(
        said("Madame le maire et M. Roux reçoivent les agents."),
        said("La directrice reçoit les élèves, les habitantes et habitants et les élus."),
    )
    assert metrics.values("jauge_gender_mentions_total") == {
        ("le-chat", "fr", "women"): 2.0,
        ("le-chat", "fr", "men"): 1.0,
        ("le-chat", "fr", "generic_masculine"): 2.0,
        ("le-chat", "fr", "paired"): 1.0,
        ("le-chat", "fr", "epicene"): 1.0,
        ("le-chat", "fr", "title_feminised"): 1.0,
        ("le-chat", "fr", "title_not_feminised"): 1.0,
    }


def test_sentences_about_groups_are_counted_by_group() -> None:
    metrics = observed(
        said("Les seniors et les personnes handicapées entrent.", "Il pleut."),
        *[said("Les seniors dansent.", "Les seniors chantent.")] * 4,
    )
    assert metrics.values("jauge_group_mentions_total") == {("le-chat", "fr", "old"): 9.0}


def test_no_step_of_a_group_is_about_fewer_than_five_answers() -> None:
    """At a scrape's moment a single answer about a rare subject could be somebody's."""
    metrics, seen = Metrics(), []
    for _ in range(12):
        observe_finding(metrics, "le-chat", said("Les seniors dansent."))
        seen.append(metrics.value("jauge_group_mentions_total", ("le-chat", "fr", "old")))
    assert seen == [0.0] * 4 + [5.0] * 5 + [10.0] * 3
    assert LEAST_MENTIONS == month.LEAST_MENTIONS


def test_an_answer_that_was_not_scored_says_nothing() -> None:
    metrics = observed(said("Les seniors dansent.", status="error"))
    assert metrics.values("jauge_group_mentions_total") == {}


def test_every_kind_is_a_value_that_the_label_can_show() -> None:
    limit = LABELS["kind"]
    assert isinstance(limit, Capped)
    assert len({*GENDER, *group_names()}) <= limit.most


def test_every_key_that_is_read_exists() -> None:
    class Asked(dict[str, float]):
        def get(self, key: str, default: float = 0.0) -> float:  # type: ignore[override]
            asked.add(key)
            return default

    asked: set[str] = set()
    for count in GENDER.values():
        count(Asked())
    assert asked
    assert asked | {f"group/{group}.n" for group in group_names()} <= KEYS
