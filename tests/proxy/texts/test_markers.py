"""Every key of bias has a name in both languages."""

from __future__ import annotations

import pytest

from proxy.bias.keys import MEASURES
from proxy.texts import LANGS, Lang, Texts
from proxy.texts.markers import marker_name


@pytest.mark.parametrize("lang", LANGS)
def test_every_measure_has_a_name_of_its_own(lang: Lang) -> None:
    names = {key: marker_name(key, Texts(lang)) for key in MEASURES}
    assert [key for key, name in names.items() if "/" in name or "_" in name] == []
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize(
    ("key", "french"),
    [
        ("group/roma/negative", "Phrases sur des Roms~: propos négatif"),
        ("about/women/care", "Phrases sur des femmes~: soin et douceur"),
        (
            "occupation/digital/women",
            "Métiers (numérique)~: formes féminines, parmi les formes genrées",
        ),
        ("group/old", "Réponses qui nomment des personnes âgées"),
        ("gendered/women", "Mentions genrées~: part des femmes"),
        ("something/new", "something/new"),
        ("new", "new"),
    ],
)
def test_names(key: str, french: str) -> None:
    assert marker_name(key, Texts("fr")).replace("\u202f", "~") == french
