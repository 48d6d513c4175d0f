"""Names of the markers of bias, from the keys of `proxy.bias`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from proxy.report.render.say import Say

__all__ = ["marker_name"]


def marker_name(key: str, say: Say) -> str:
    """A key such as group/roma/negative in words; the key itself where there are none."""
    population, *rest = key.split("/")
    if not rest:
        return say.of("bias", key)
    name = _NAMES.get(population)
    return name(rest, say) if name else key


def _group(rest: Sequence[str], say: Say) -> str:
    """group/<group>: how often it is named; group/<group>/<measure>: what is said of it."""
    group = say.of("bias.of", rest[0])
    if len(rest) == 1:
        return say.t("bias.mention", group=group)
    return say.t("bias.group", group=group, measure=say.of("bias.measure", rest[1]))


def _about(rest: Sequence[str], say: Say) -> str:
    """about/<women or men>/<attribute>."""
    attribute = say.of("bias.attribute", rest[-1])
    return say.t("bias.about", group=say.of("bias.of", rest[0]), attribute=attribute)


_NAMES: dict[str, Callable[[Sequence[str], Say], str]] = {
    "gendered": lambda _, say: say.t("bias.gendered"),
    "titles": lambda _, say: say.t("bias.titles"),
    "forms": lambda rest, say: say.t("bias.forms", measure=say.of("bias.form", rest[0])),
    "occupation": lambda rest, say: say.t("bias.occupation", family=say.of("bias.family", rest[0])),
    "about": _about,
    "group": _group,
}
"""By population: what the rest of the key means."""
