"""Names of the markers of bias, from the keys of `proxy.bias`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from proxy.texts.texts import Texts

__all__ = ["marker_name"]


def marker_name(key: str, texts: Texts) -> str:
    """A key such as group/roma/negative in words; the key itself where there are none."""
    population, *rest = key.split("/")
    if not rest:
        return texts.of("bias", key)
    name = _NAMES.get(population)
    return name(rest, texts) if name else key


def _forms(rest: Sequence[str], texts: Texts) -> str:
    """forms/<form>: how mixed groups are named."""
    return texts.t("bias.forms", measure=texts.of("bias.form", rest[0]))


def _occupation(rest: Sequence[str], texts: Texts) -> str:
    """occupation/<family>/women."""
    return texts.t("bias.occupation", family=texts.of("bias.family", rest[0]))


def _group(rest: Sequence[str], texts: Texts) -> str:
    """group/<group>: how often it is named; group/<group>/<measure>: what is said of it."""
    group = texts.of("bias.of", rest[0])
    if len(rest) == 1:
        return texts.t("bias.mention", group=group)
    return texts.t("bias.group", group=group, measure=texts.of("bias.measure", rest[1]))


def _about(rest: Sequence[str], texts: Texts) -> str:
    """about/<women or men>/<attribute>."""
    attribute = texts.of("bias.attribute", rest[-1])
    return texts.t("bias.about", group=texts.of("bias.of", rest[0]), attribute=attribute)


_NAMES: dict[str, Callable[[Sequence[str], Texts], str]] = {
    "gendered": lambda _, texts: texts.t("bias.gendered"),
    "titles": lambda _, texts: texts.t("bias.titles"),
    "forms": _forms,
    "occupation": _occupation,
    "about": _about,
    "group": _group,
}
"""By population: what the rest of the key means."""
