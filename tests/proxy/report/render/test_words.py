"""Every key that the data model may hold has words, in both languages."""

from __future__ import annotations

import pytest

from proxy.metrics import EDGE_GAPS
from proxy.report import keys
from proxy.report.render.say import Say
from proxy.report.sections.incidents import UNITS
from proxy.texts import LANGS, Lang, Texts

WORDS = {
    "report.quantity": keys.QUANTITIES,
    "coverage.line": keys.COVERAGE,
    "adoption.now": keys.PHASES,
    "elus.phase": keys.PHASES,
    "common.phase": keys.PHASES,
    "footprint.drives": keys.FACTORS,
    "applications.duty": keys.DUTIES,
    "answers.limit": (*keys.TOXICITY_LIMITS, *keys.BIAS_LIMITS),
    "exposure.filiere": keys.FILIERES,
    "exposure.class": keys.EXPOSURE_CLASSES,
    "reen.indicators": keys.INDICATORS,
    "decision": keys.DECISIONS,
    "agents.gesture": keys.GESTURES,
    "agents.measured": keys.MEASURED,
    "agents.not_measured": keys.NOT_MEASURED,
    "change.split": [key for key in keys.NOT_SPLIT if key != "done"],
    "report.unit": sorted({*UNITS.values(), "records", "answers", "mentions", "hours"}),
    "incidents.kind": [*EDGE_GAPS, "outbox_lost", "clock", "count", "impact", "refused"],
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("group", WORDS)
def test_keys_have_words(group: str, lang: Lang) -> None:
    texts = Texts(lang)
    assert [key for key in WORDS[group] if f"{group}.{key}" not in texts] == []


@pytest.mark.parametrize("lang", LANGS)
def test_ideological_and_factual_bias_are_named_among_the_limits(lang: Lang) -> None:
    texts = Texts(lang)
    words = {"fr": ("idéologique", "factuel"), "en": ("ideological", "actual bias")}[lang]
    for key, word in zip(("ideological_bias", "factual_bias"), words, strict=True):
        assert word in texts.t(f"answers.limit.{key}")


@pytest.mark.parametrize(("lang", "said"), [("fr", "1 requête"), ("en", "1 request")])
def test_a_decision_about_one_request_is_said_in_the_singular(lang: Lang, said: str) -> None:
    say = Say(lang)
    told = say.decision_value("requests", 1.0)
    assert told == said
    for rule in ("undeclared_applications", "forbidden_use", "unclassified_tools"):
        text = say.t(f"decision.{rule}", requests=told, share="2 %")
        assert said in text
        assert f"{said.split()[1]}s" not in text
