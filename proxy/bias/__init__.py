"""Bias as an aggregate: what answers say of people, counted over a month, never per answer."""

from proxy.bias.keys import KEYS
from proxy.bias.tally import LANGUAGES, VERSION, tally

__all__ = ["KEYS", "LANGUAGES", "VERSION", "tally"]
