"""The notice is filled from the configuration, and names what is not filled."""

from __future__ import annotations

from pathlib import Path

from tests.support.site import configure, recording, text_of


async def test_the_notice_says_what_is_not_filled(tmp_path: Path) -> None:
    with recording(configure(tmp_path, {"name": "Ville"})) as app:
        empty = await text_of(app, "/fr/notice")
    for key in ("compliance.aipd_ref", "compliance.cst_avis_date", "contacts.dpo"):
        assert f"({key})" in empty
    assert "L’analyse du contenu des réponses est pourtant en service" in empty
    assert "Aucun contact n’est indiqué." in empty


async def test_the_notice_is_filled_from_the_configuration(tmp_path: Path) -> None:
    compliance = {
        "controller": "Ville de X, 1 place Y",
        "legal_basis": "article 6.1.e",
        "register_ref": "2026-017",
        "aipd_ref": "AIPD-4",
        "cst_avis_date": "2026-02-01",
        "informed_on": "2026-02-20",
    }
    organisation = {
        "name": "Ville de X",
        "compliance": compliance,
        "charter": {"version": "2", "adopted": "2026-03-02"},
        "contacts": {"dpo": "dpo@x.example", "notice_url": "intranet/ia"},
        "departments": [{"name": "rh", "label": "RH", "headcount": 20, "observe": "counts"}],
    }
    with recording(configure(tmp_path, organisation)) as app:
        text = await text_of(app, "/fr/notice")
    assert "Notice incomplète" not in text
    for told in (
        "Responsable du traitement : Ville de X, 1 place Y.",
        "Analyse d’impact (AIPD) : AIPD-4.",
        "Avis du comité social territorial : 1er février 2026.",
        "version 2, adoptée le 2 mars 2026.",
        "Dans ce service, aucun texte n’est analysé : RH.",
        "Délégué à la protection des données : dpo@x.example.",
        "Albert API",
        "6 mois",
        "24 heures",
    ):
        assert told in text


async def test_a_small_department_reads_what_holds_for_it(tmp_path: Path) -> None:
    """Merged with the archives, the cabinet would read that none of its text is analysed."""
    departments = [
        {"name": "cabinet", "label": "Cabinet", "headcount": 4},
        {"name": "archives", "label": "Archives", "headcount": 3, "observe": "counts"},
    ]
    with recording(configure(tmp_path, {"name": "Ville", "departments": departments})) as app:
        text = await text_of(app, "/fr/notice")
    assert "Dans ce service, aucun texte n’est analysé : Archives." in text
    assert "regroupés)" not in text


async def test_words_of_one_department_alone_are_no_secret(tmp_path: Path) -> None:
    departments = [{"name": "dsi", "label": "DSI", "headcount": 9, "observe": "words"}]
    organisation = {"name": "Ville", "departments": departments}
    config = configure(tmp_path, organisation, "content.observe=counts")
    with recording(config) as app:
        text = await text_of(app, "/fr/notice")
    assert "Les réponses ne sont évaluées que dans ce service" in text
    assert "puis oubliées : DSI." in text
    assert "Aucun texte n’est analysé" not in text
    assert "L’analyse du contenu des réponses est pourtant en service" in text


async def test_a_reference_that_is_kept_is_named(tmp_path: Path) -> None:
    for number, settings in enumerate(((), ("edge.reference_header=x-request-id",))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with recording(configure(folder, {"name": "Ville"}, *settings)) as app:
            text = await text_of(app, "/fr/notice")
        assert ("la référence qu’une application y joint" in text) is bool(settings)


async def test_no_purpose_is_named_that_nothing_serves(tmp_path: Path) -> None:
    with recording(configure(tmp_path, {"name": "Ville"}, "content.observe=counts")) as app:
        text = await text_of(app, "/fr/notice")
    assert "Savoir ce que ces usages consomment" in text
    assert "Savoir ce que contiennent les réponses" not in text
