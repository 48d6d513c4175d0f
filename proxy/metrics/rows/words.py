"""What the answers held, and how many answers nobody could say it of."""

from __future__ import annotations

from proxy.metrics.metric import Metric

__all__ = ["WORDS"]

SCORES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
SCORING = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)

WORDS: tuple[Metric, ...] = (
    Metric(
        "jauge_analysis_total",
        "counter",
        "Answers scored, or why not.",
        ("classifier", "outcome"),
    ),
    Metric(
        "jauge_scored_answers_total",
        "counter",
        "Answers scored: the denominator of jauge_toxicity_flagged_total.",
        ("tool", "lang", "classifier"),
        most_series=120,
    ),
    Metric(
        "jauge_toxicity_flagged_total",
        "counter",
        "Answers whose score reached the threshold of the class.",
        ("tool", "category", "lang", "classifier", "threshold_set"),
        most_series=350,
    ),
    Metric(
        "jauge_toxicity_score",
        "histogram",
        "Toxicity per scored answer, from 0 to 1.",
        ("classifier", "lang"),
        buckets=SCORES,
        most_series=6,
    ),
    Metric(
        "jauge_gender_mentions_total",
        "counter",
        "Words of answers that speak of women or men, or of both by one form or two; and the "
        "titles of women, feminised or not. Never of a person; see docs/method/bias.md.",
        ("tool", "lang", "kind"),
        most_series=240,
    ),
    Metric(
        "jauge_group_mentions_total",
        "counter",
        "Sentences of answers that name a group of people; one may name several. Counted when five "
        "answers have named it, so that no step is about one answer.",
        ("tool", "lang", "kind"),
        most_series=400,
    ),
    Metric(
        "jauge_analysis_seconds",
        "histogram",
        "From a text's wait for the scorer until its scores.",
        (),
        "seconds",
        SCORING,
    ),
    Metric("jauge_analysis_queue_length", "gauge", "Exchanges whose words wait in memory."),
    Metric("jauge_analysis_queue_bytes", "gauge", "Memory of the words that wait.", unit="bytes"),
    Metric(
        "jauge_analysis_queue_dropped_total",
        "counter",
        "Words dropped by the auditor: its queue was full, their exchange never came or was "
        "counted before, or they could not be read.",
        ("reason",),
    ),
    Metric(
        "jauge_analysis_sampling_ratio",
        "gauge",
        "Share of the exchanges that are scored, as configured; the others are sampled_out.",
        unit="ratio",
    ),
    Metric("jauge_scorer_up", "gauge", "Whether the scorer's process is ready to score."),
    Metric(
        "jauge_scorer_ends_total",
        "counter",
        "Times that the scorer's process ended unasked, or had to be ended.",
        ("end",),
    ),
    Metric("jauge_scorer_queue_length", "gauge", "Texts that wait or are being scored."),
    Metric("jauge_scorer_queue_bytes", "gauge", "Memory of these texts.", unit="bytes"),
    Metric(
        "jauge_classifier_info",
        "info",
        "The classifier that runs, and the one that the configuration asks for.",
        ("classifier", "version", "configured"),
        most_series=16,
    ),
)
