"""Tokens counted where the service reports none. The auditor's; the edge never imports it.

`count_output` and `count_input` count text with a real vocabulary that ships with the
installed packages (nothing is downloaded), corrected by what was measured for the model's
family; the result is "counted". `estimate_from_chars` serves when the words were lost
("estimated"), `estimate_opaque` when the body is in no format that is read. `error` gives
the bounds of each of them. Every figure and its source stands in config/tokenizers.yaml.

Nothing here raises, keeps a text, or loads a vocabulary before it is needed.
"""

from proxy.tokens.counter import Counter, default
from proxy.tokens.families import Bounds, Estimate, Side

__all__ = [
    "Bounds",
    "Counter",
    "Estimate",
    "Side",
    "count_input",
    "count_output",
    "default",
    "error",
    "estimate_from_chars",
    "estimate_opaque",
    "opaque_error",
    "warm",
]

count_output = default.count_output
count_input = default.count_input
estimate_from_chars = default.estimate_from_chars
estimate_opaque = default.estimate_opaque
error = default.error
opaque_error = default.opaque_error
warm = default.warm
