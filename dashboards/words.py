"""What the answers held: rates with their denominators and intervals, and what was not scored."""

from __future__ import annotations

from dashboards.panel import Board, Panel, Query, Section, bounds, one

__all__ = ["WORDS"]

FLAGGED = 'jauge_toxicity_flagged_total{tool=~"$tool"}'
EACH = "max by (classifier, lang) ({})"
"""Without the metric's own name, by which rows of a table would not come together."""
SCORED = 'jauge_scored_answers_total{tool=~"$tool"}'

TOXICITY = Section(
    "toxicity",
    (
        Panel("toxicity_caution", "text", 24, 3),
        *(
            Panel(
                f"toxicity_band_{lang}",
                "band",
                12,
                9,
                bounds(f'max(classifier_lang:jauge_toxicity_rate{{b}}:ratio7d{{lang="{lang}"}})'),
                "percentunit",
                runbook="toxicity-raised",
            )
            for lang in ("fr", "en")
        ),
        Panel(
            "toxicity_denominators",
            "table",
            12,
            8,
            (
                *one(EACH.format("classifier_lang:jauge_toxicity_flagged:increase7d"), "flagged"),
                *one(EACH.format("classifier_lang:jauge_scored_answers:increase7d"), "scored"),
                *bounds(EACH.format("classifier_lang:jauge_toxicity_rate{b}:ratio7d")),
            ),
        ),
        Panel(
            "toxicity_by_tool",
            "table",
            12,
            8,
            (
                Query(
                    "sum by (tool) (increase(jauge_toxicity_flagged_total"
                    '{tool=~"$tool",category="toxicity"}[$period]))',
                    "flagged",
                ),
                Query(f"sum by (tool) (increase({SCORED}[$period]))", "scored"),
            ),
            decimals=0,
        ),
        Panel(
            "flags_by_category",
            "bars",
            8,
            8,
            one(f"sum by (category) (increase({FLAGGED}[$period]))", "{{category}}"),
        ),
        Panel(
            "score_distribution",
            "gauges",
            8,
            8,
            one("sum by (le) (increase(jauge_toxicity_score_bucket[$period]))", "≤ {{le}}"),
        ),
        Panel(
            "month_flagged",
            "table",
            8,
            8,
            (
                *one('sum by (lang) (jauge_month_flagged_answers{category="toxicity"})', "flagged"),
                *one("sum by (lang) (jauge_month_scored_answers)", "scored"),
            ),
            decimals=0,
        ),
    ),
)
SHARE = "sum by (lang, measure) (jauge_month_bias_share{b}_ratio)"
BIAS = Section(
    "bias",
    (
        Panel("bias_caution", "text", 24, 3),
        Panel(
            "bias_shares",
            "table",
            24,
            9,
            (
                *one("sum by (lang, measure) (jauge_month_bias_mentions)", "mentions"),
                *bounds(SHARE),
                *one("sum by (lang, measure) (jauge_month_bias_reference_ratio)", "reference"),
            ),
        ),
        *(
            Panel(
                f"women_share_{lang}",
                "band",
                12,
                8,
                bounds(
                    "max(jauge_month_bias_share{b}_ratio"
                    f'{{lang="{lang}",measure="gendered/women"}})'
                ),
                "percentunit",
            )
            for lang in ("fr", "en")
        ),
        Panel(
            "gender_mentions",
            "bars",
            12,
            8,
            one(
                'sum by (kind) (increase(jauge_gender_mentions_total{tool=~"$tool"}[$period]))',
                "{{kind}}",
            ),
        ),
        Panel(
            "group_mentions",
            "gauges",
            12,
            8,
            one(
                "topk(15, sum by (kind)"
                ' (increase(jauge_group_mentions_total{tool=~"$tool"}[$period])))',
                "{{kind}}",
            ),
        ),
    ),
)
UNSCORED = Section(
    "unscored",
    (
        Panel(
            "scored_share",
            "stat",
            4,
            5,
            one(
                'sum(increase(jauge_analysis_total{outcome="scored"}[$period]))'
                " / sum(increase(jauge_analysis_total[$period]))"
            ),
            "percentunit",
        ),
        Panel(
            "sampling",
            "stat",
            4,
            5,
            one("min(jauge_analysis_sampling_ratio)"),
            "percentunit",
        ),
        Panel(
            "scorer_up",
            "stat",
            4,
            5,
            one("min(jauge_scorer_up)"),
            thresholds=((1, "green"),),
            falls=True,
            runbook="scorer-down",
            decimals=0,
        ),
        Panel(
            "classifier",
            "table",
            12,
            5,
            one("max by (classifier, version, configured) (jauge_classifier_info)", "in_use"),
        ),
        Panel(
            "analysis_outcomes",
            "bars",
            12,
            8,
            one("sum by (outcome) (increase(jauge_analysis_total[$period]))", "{{outcome}}"),
        ),
        Panel(
            "words_at_the_edge",
            "bars",
            12,
            8,
            one("sum by (words) (increase(jauge_words_total[$period]))", "{{words}}"),
            runbook="words-dropped",
        ),
    ),
)

WORDS = Board("words", (TOXICITY, BIAS, UNSCORED))
