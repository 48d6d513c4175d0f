"""What a factor set is, in four words: for those who read a figure and not the files."""

from __future__ import annotations

from typing import NamedTuple

from proxy.impact import ecologits_data
from proxy.impact.factors import FORMULAE, FactorSet
from proxy.impact.listing import latest_check

__all__ = ["About", "about"]


class About(NamedTuple):
    """A factor set, as the labels of `jauge_factors_info` say it."""

    version: str
    """Version and hash, as stored with every impact."""
    date: str
    """ISO 8601: the last day on which one of its figures was compared with its source."""
    mix_zone: str
    """Zone whose electricity gives the central value where nothing tells where a service runs."""
    method: str
    """Versions of the formulae, and of EcoLogits, whose data and constants they use."""


def about(factors: FactorSet) -> About:
    """The set that is in use: its formulae and its EcoLogits are those of this program."""
    return About(
        version=factors.name,
        date=latest_check(factors).isoformat(),
        mix_zone=factors.places.usual_zone,
        method=f"formulae {FORMULAE} ecologits {ecologits_data.version()}",
    )
