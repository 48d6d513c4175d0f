"""What an answer holds: classifiers behind one interface, listed in one table."""

from collections.abc import Callable

from proxy.classify.embedded import Embedded
from proxy.classify.finding import Scorer, not_scored

__all__ = ["CLASSIFIERS", "Scorer", "not_scored"]

CLASSIFIERS: dict[str, Callable[[], Scorer]] = {
    "embedded": Embedded,
}
"""Name in the configuration to the classifier's maker."""
