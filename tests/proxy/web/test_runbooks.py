"""The pages that say what to do when an alert fires, on the site and as files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxy.texts import LANGS, Lang
from proxy.web.runbooks import read
from tests.support.site import configure, recording, text_of
from tests.support.web import ask

NARROW = "\N{NARROW NO-BREAK SPACE}"


async def test_an_alert_leads_to_its_page_in_the_browsers_language(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        for header, lang in (("fr", "fr"), ("en-GB", "en")):
            asked = await ask(app, "/runbooks/auditor-down", headers={"accept-language": header})
            assert asked.status_code == 303
            assert asked.headers["location"] == f"/{lang}/runbooks/auditor-down"
        french = await text_of(app, "/fr/runbooks/auditor-down")
        assert french.startswith("JaugeAuditorDown Depuis un quart d’heure")
        assert "Que faire jauge doctor sur la machine de l’auditeur" in french
        english = await text_of(app, "/en/runbooks/auditor-down")
        assert "What to do jauge doctor on the auditor's machine" in english.replace("’", "'")


@pytest.mark.parametrize("lang", LANGS)
async def test_every_page_is_there_and_none_leads_astray(tmp_path: Path, lang: Lang) -> None:
    with recording(configure(tmp_path)) as app:
        listed = (await ask(app, f"/{lang}/runbooks")).text
        names = set(re.findall(rf'href="/{lang}/runbooks/([a-z-]+)"', listed))
        assert names == set(read(lang))
        assert len(names) == 15
        for name in names:
            answer = await ask(app, f"/{lang}/runbooks/{name}")
            assert answer.status_code == 200
            assert answer.text.count("<h1>") == 1
            assert answer.text.count("<h2>") == 2
            other = "en" if lang == "fr" else "fr"
            assert f'href="/{other}/runbooks/{name}" lang="{other}"' in answer.text
            body = answer.text.partition('class="prose"')[2].partition("</div>")[0]
            assert set(re.findall(r'href="([^"]*)"', body)) <= names
            assert "../" not in body
        system = (await ask(app, f"/{lang}/system")).text
        assert f'href="/{lang}/runbooks"' in system


async def test_another_name_is_no_page(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        for name in ("nothing", "..%2f..%2fREADME", "auditor-down.fr.md", "AUDITOR-DOWN"):
            assert (await ask(app, f"/fr/runbooks/{name}")).status_code == 404


def test_a_page_is_read_as_text_of_ours(tmp_path: Path) -> None:
    (tmp_path / "a-case.fr.md").write_text(
        "# JaugeCase\n\nUn cas `rare` : voici.\n\n## Que faire\n\n"
        "1. Voir [autre](b-case.fr.md), [plus](../ledger.md) ; `a : b`.\n2. <b>rien</b>\n",
        encoding="utf-8",
    )
    (tmp_path / "a-case.md").write_text("# JaugeCase\n\nA case.\n\nWhat to do.\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no page", encoding="utf-8")
    (french,) = read("fr", tmp_path).values()
    assert (french.name, french.title) == ("a-case", "JaugeCase")
    assert french.lead == f"Un cas rare{NARROW}: voici."
    assert '<a href="b-case">autre</a>, plus (docs/operate/ledger.md)' in french.body
    assert f"{NARROW}; <code>a : b</code>." in french.body
    assert "&lt;b&gt;rien&lt;/b&gt;" in french.body
    assert read("en", tmp_path)["a-case"].lead == "A case."


def test_where_the_documentation_is_not_installed_there_is_none(tmp_path: Path) -> None:
    assert read("fr", tmp_path / "gone") == {}
