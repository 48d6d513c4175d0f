"""Model names as services write them, made comparable. Pure text, no catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["Size", "candidates", "size_of", "words_of"]

type Size = tuple[float, float]
"""Active and total parameters in billions, as written in a name."""

_REGION = re.compile(r"^(?:eu|us|us-gov|apac|jp|au|ca|global)\.")
_VENDOR = re.compile(
    r"^(?:anthropic|meta|mistral|amazon|cohere|ai21|deepseek|qwen|openai|google|nvidia)\."
)
_REVISION = re.compile(r"(?:-v\d+(?::\d+)?|:\d+)$")
_DAY = re.compile(r"(?:[-@]\d{8}|-\d{4}-\d{2}-\d{2})$")
"""A day: a release of the same model."""
_MONTH = re.compile(r"(?:-\d{2}-\d{4}|-\d{4}|-\d{3})$")
"""A month or a number: often another model under the same name (mistral-large-2407)."""
_KIND = re.compile(
    r"-(?:instruct|chat|it|hf|latest|preview|exp|thinking|reasoning|turbo|versatile|instant"
    r"|fp8|fp4|awq|gptq|bf16|maas|tee)$"
)
_MIXTURE = re.compile(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)b-a(\d+(?:\.\d+)?)b(?![a-z0-9])")
_EXPERTS = re.compile(r"(?<![a-z0-9.])(\d+)x(\d+(?:\.\d+)?)b(?![a-z0-9])")
_DENSE = re.compile(r"(?<![a-z0-9.])e?(\d+(?:\.\d+)?)b(?![a-z0-9])")
_MIXTRAL_ACTIVE = 2
"""Experts used for a token by the Mixtral models, whose names count their experts."""


def candidates(name: str, *, undated: bool = True) -> Iterator[str]:
    """Ever plainer spellings of a name, the most exact first, without repeats.

    `undated` False keeps a month: two months of one name may be two architectures.
    """
    seen: set[str] = set()
    for spelling in _spellings(name.strip().lower(), undated=undated):
        if spelling and spelling not in seen:
            seen.add(spelling)
            yield spelling


def _spellings(name: str, *, undated: bool) -> Iterator[str]:
    yield name
    name = name.rsplit("/", 1)[-1]
    yield name
    yield name.replace("@", "-")
    name = _VENDOR.sub("", _REGION.sub("", name))
    yield name
    name = _REVISION.sub("", name)
    yield name
    yield name.replace(":", "-")
    yield name.partition(":")[0]
    name = name.replace(":", "-").removeprefix("meta-")
    while True:
        shorter = _DAY.sub("", name)
        if shorter == name and undated:
            shorter = _MONTH.sub("", name)
        shorter = _KIND.sub("", shorter)
        yield shorter
        if shorter == name:
            return
        name = shorter


def size_of(name: str) -> Size | None:
    """Parameters written in a name: 8b, 8x7b, 30b-a3b. None where there are none."""
    if found := _MIXTURE.search(name):
        return float(found[2]), float(found[1])
    if found := _EXPERTS.search(name):
        count, each = float(found[1]), float(found[2])
        return min(_MIXTRAL_ACTIVE, count) * each, count * each
    if found := _DENSE.search(name):
        return float(found[1]), float(found[1])
    return None


def words_of(name: str) -> frozenset[str]:
    """The words between a name's separators."""
    return frozenset(re.split(r"[^a-z0-9]+", name.lower()))
