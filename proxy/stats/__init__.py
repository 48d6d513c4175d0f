"""The statistics of the product, written out and held to SciPy's by tests.

SciPy takes two seconds of processor time and 80 MB to load: more than the rest of a report.
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
