"""The pages as they are answered: languages, addresses, reports, the certificate."""

from __future__ import annotations

import hashlib
import itertools
import re
import ssl
from pathlib import Path

from proxy.coverage import LOST
from proxy.metrics import EDGE_GAPS
from proxy.texts import LANGS, Texts
from proxy.web.headers import POLICY
from proxy.web.pages import PAGES
from tests.support import site
from tests.support.site import configure, recording, text_of
from tests.support.web import ask


async def test_every_page_in_every_language(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        for lang, page in itertools.product(LANGS, PAGES):
            answer = await ask(app, f"/{lang}/{page.path}")
            assert answer.status_code == 200
            assert f'<html lang="{lang}">' in answer.text
            assert answer.text.count("<h1>") == 1
            assert answer.text.count('aria-current="page"') == 1
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-security-policy"] == POLICY
            inline = re.search(r"style=|<style|<script>| on\w+=", answer.text)
            assert inline is None
            other = "en" if lang == "fr" else "fr"
            assert f'href="/{other}/{page.path}" lang="{other}"' in answer.text


async def test_the_browser_chooses_the_language(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        for path in ("/", *(f"/{page.path}" for page in PAGES if page.path)):
            for header, lang in (("en-GB", "en"), ("fr", "fr"), ("de", "fr")):
                answer = await ask(app, path, headers={"accept-language": header})
                assert answer.status_code == 303
                assert answer.headers["location"] == f"/{lang}{path}"
                assert answer.headers["vary"] == "accept-language"


async def test_an_address_that_is_none(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        for path in ("/de/", "/fr/nowhere", "/static/x/page.css"):
            browser = {"accept": "text/html,*/*", "accept-language": "en"}
            answer = await ask(app, path, headers=browser)
            assert answer.status_code == 404
            assert "There is no such page" in answer.text
        assert (await ask(app, "/nowhere")).text == "Not Found\n"
        assert (await ask(app, "/fr")).headers["location"] == "http://localhost/fr/"


async def test_reports_are_listed_and_handed_out(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "2026-10"
    folder.mkdir(parents=True)
    (folder / "report.fr.html").write_bytes(b"<style>p{}</style><p>rapport</p>")
    (folder / "report.json").write_bytes(b"{}")
    year = tmp_path / "reports" / "2026"
    year.mkdir()
    (year / "report.fr.pdf").write_bytes(b"%PDF")
    (tmp_path / "secret.json").write_text("secret")
    with recording(configure(tmp_path)) as app:
        listed = await text_of(app, "/fr/reports")
        assert "Octobre 2026 Lire le rapport Les données, pour un programme, 1 ko" in listed
        assert "report.fr.html, 1 ko" in listed
        assert listed.index("Année 2026") < listed.index("Octobre 2026")
        assert "Année 2026 Le rapport en PDF, 1 ko" in listed
        assert "Read the report" not in await text_of(app, "/en/reports")
        html = await ask(app, "/reports/2026-10/report.fr.html")
        assert html.headers["content-type"] == "text/html; charset=utf-8"
        assert "sandbox" in html.headers["content-security-policy"]
        assert html.headers["cache-control"] == "no-store"
        data = await ask(app, "/reports/2026-10/report.json")
        assert (data.content, data.headers["content-type"]) == (b"{}", "application/json")
        for path in (
            "/reports/2026-10/gone.json",
            "/reports/../secret.json",
            "/reports/%2e%2e/secret.json",
            "/reports/2026-10/..%2f..%2fsecret.json",
            "/reports/2026-10%2f../secret.json",
            "/reports/2026-10/",
        ):
            answer = await ask(app, path)
            assert answer.status_code == 404
            assert "secret" not in answer.text


async def test_before_the_first_report_the_page_says_so(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        assert "No report has been made yet." in await text_of(app, "/en/reports")


async def test_the_certificate_and_never_the_key(tmp_path: Path) -> None:
    site.authority_in(tmp_path)
    kept = (tmp_path / "ca" / "mitmproxy-ca-cert.pem").read_text()
    with recording(configure(tmp_path)) as app:
        pem, der = (
            await ask(app, "/authority/jauge-ca.pem"),
            await ask(app, "/authority/jauge-ca.cer"),
        )
        shown = await text_of(app, "/en/authority")
        for path in ("mitmproxy-ca.pem", "mitmproxy-ca-cert.pem", "..%2fca%2fmitmproxy-ca.pem"):
            assert (await ask(app, f"/authority/{path}")).status_code == 404
    assert pem.text.split() == kept.split()
    assert der.content == ssl.PEM_cert_to_DER_cert(kept)
    assert "PRIVATE" not in pem.text
    assert hashlib.sha256(der.content).digest().hex(":").upper() in shown
    assert "attachment" in pem.headers["content-disposition"]


async def test_a_certificates_file_that_holds_a_key_too_gives_no_key(tmp_path: Path) -> None:
    site.authority_in(tmp_path)
    folder = tmp_path / "ca"
    both = (folder / "mitmproxy-ca-cert.pem").read_text() + (
        folder / "mitmproxy-ca.pem"
    ).read_text()
    (folder / "mitmproxy-ca-cert.pem").write_text(both)
    with recording(configure(tmp_path)) as app:
        for name in ("jauge-ca.pem", "jauge-ca.cer"):
            answer = await ask(app, f"/authority/{name}")
            assert b"PRIVATE" not in answer.content


async def test_before_there_is_an_authority(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        assert (await ask(app, "/authority/jauge-ca.pem")).status_code == 404
        assert "There is no authority yet" in await text_of(app, "/en/authority")


def test_every_gap_has_its_words() -> None:
    """Those of the edges, the auditor's (audit/pipeline, audit/edges) and the ledger's own."""
    kinds = {*EDGE_GAPS, *LOST, "clock", "count", "impact"}
    for lang in LANGS:
        texts = Texts(lang)
        assert [kind for kind in sorted(kinds) if f"site.system.kinds.{kind}" not in texts] == []
