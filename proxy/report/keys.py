"""Every key that a report may hold and that the catalogues of words must know.

Keys of gaps, tools, models, zones and classes come from their own catalogues.
"""

from __future__ import annotations

from typing import get_args

from proxy.config.part import Filiere, Indicator

__all__ = [
    "BIAS_LIMITS",
    "BREAKDOWNS",
    "COVERAGE",
    "DECISIONS",
    "DUTIES",
    "EXPOSURE_CLASSES",
    "FACTORS",
    "FILIERES",
    "GESTURES",
    "INDICATORS",
    "MEASURED",
    "NOT_MEASURED",
    "NOT_SPLIT",
    "PHASES",
    "QUANTITIES",
    "SOURCES",
    "TOXICITY_LIMITS",
]

QUANTITIES: dict[str, str] = {
    "energy": "Wh",
    "water_onsite": "mL",
    "water_electricity": "mL",
    "water": "mL",
    "ghg_use": "gCO2e",
    "ghg_hardware": "gCO2e",
    "ghg": "gCO2e",
    "adpe": "kgSb",
    "primary_energy": "MJ",
}
"""Quantities of a footprint, and their units. water and ghg are the sums of their two parts;
adpe: abiotic depletion of minerals and metals; primary_energy: the non-renewable part."""

SOURCES: tuple[str, ...] = (
    "ledger",
    "organisation",
    "estimate",
    "reported",
    "own",
    "equivalents",
    "exposure",
)
"""Where a number comes from. `estimate` is followed by "/" and its factor sets, joined by
"+"; `equivalents` by "/" and the id. ledger: counted; organisation: typed in by hand."""

COVERAGE: tuple[str, ...] = (
    "seen",
    "recorded",
    "undecrypted",
    "passed",
    "unparsed",
    "without_impact",
    "unscored",
    "lost",
)
"""seen: requests seen on opened connections, recorded or not; undecrypted: connections to
LLM services that stayed closed; passed: requests on opened connections that are no
inference; unparsed: recorded, but not read to their end; without_impact: recorded, with
nothing counted that could cost; unscored: answers without a score, for whatever reason;
lost: records that never reached the ledger, or that it could not take."""

BREAKDOWNS: tuple[str, ...] = (
    "tool",
    "model",
    "department",
    "channel",
    "sanction",
    "operation",
    "faces",
    "status",
)

PHASES: tuple[str, ...] = ("none", "diffuse", "experimental", "general")

FACTORS: tuple[str, ...] = (
    "utilisation",
    "model_method",
    "architecture",
    "prefill",
    "host",
    "pue",
    "grid",
    "wue",
    "water_electricity",
    "hardware",
    "tokens",
)
"""What an interval may be wide by: those of `proxy.impact.sensitivity.FACTORS`."""

DUTIES: tuple[str, ...] = ("ai_act_50", "crpa_l311_3_1", "say_who_reads", "say_decisions")
"""ai_act_50: residents must be told that a machine answers (Regulation (EU) 2024/1689,
article 50); crpa_l311_3_1: an individual decision that rests on an algorithm says so;
say_who_reads, say_decisions: organisation.yaml leaves it open."""

TOXICITY_LIMITS: tuple[str, ...] = (
    "resemblance",
    "quotation",
    "counter_speech",
    "false_alarms",
    "subtle_hate",
    "languages",
    "ideological_bias",
    "factual_bias",
)
BIAS_LIMITS: tuple[str, ...] = (
    "toxicity_is_not_bias",
    "association_not_intent",
    "detector_error",
    "ideological_bias",
    "factual_bias",
)

FILIERES: tuple[str, ...] = get_args(Filiere)
"""The filières of the fonction publique territoriale."""

EXPOSURE_CLASSES: tuple[str, ...] = ("untouched", "little", "concerned", "very")

INDICATORS: tuple[str, ...] = get_args(Indicator)
"""What a goal of the strategy may be held against."""

DECISIONS: tuple[str, ...] = (
    "resident_applications",
    "undeclared_applications",
    "forbidden_use",
    "unclassified_tools",
    "no_charter",
    "training_gap",
    "coverage_low",
    "larger_models",
    "keep_watching",
)
"""Decisions that may be proposed, in the order of docs/method/decision.md: the first whose
condition holds is proposed."""

GESTURES: tuple[str, ...] = (
    "smaller_model",
    "short_answers",
    "no_needless_images",
    "new_conversation",
    "sanctioned_tools",
    "search_instead",
    "check_answers",
    "no_personal_data",
)

MEASURED: tuple[str, ...] = ("counts", "footprint", "flags", "coverage", "own_cost")
NOT_MEASURED: tuple[str, ...] = (
    "people",
    "words_kept",
    "other_sites",
    "ideological_bias",
    "factual_bias",
    "quality_of_work",
)

NOT_SPLIT: tuple[str, ...] = ("done", "no_before", "no_impact", "factor_set_missing")
