"""The statistics of the product, from SciPy where no line or two do the same.

SciPy takes a second to import, so that each function imports what it uses: a process
that never asks for an interval never pays.
"""

from proxy.stats.clusters import Difference, Moments, design_effect, difference, effective_wilson
from proxy.stats.comparisons import benjamini_hochberg
from proxy.stats.interval import Interval, rule_of_three, wilson
from proxy.stats.prevalence import BelowDetection, Prevalence, rogan_gladen
from proxy.stats.ratio import RiskRatio, risk_ratio

__all__ = [
    "BelowDetection",
    "Difference",
    "Interval",
    "Moments",
    "Prevalence",
    "RiskRatio",
    "benjamini_hochberg",
    "design_effect",
    "difference",
    "effective_wilson",
    "risk_ratio",
    "rogan_gladen",
    "rule_of_three",
    "wilson",
]
