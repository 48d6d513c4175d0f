"""The page of a real auditor process: on loopback, and beyond it over TLS."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import httpx
import pytest

from proxy.auditor import Auditor
from proxy.config import SHIPPED, load
from proxy.report.automatic import ReportsState
from proxy.texts import Texts
from tests.proxy.test_auditor import NEW, Worker
from tests.support.auditor import RunningAuditor, write_config
from tests.support.reasons import in_both_languages
from tests.support.tls import Authority, client_context
from tests.support.waiting import wait_until as wait_often
from tests.support.web import RIGHT, TOKEN, htpasswd, token_file

METRICS_PAGE = Path(__file__).parents[2] / "docs" / "operate" / "metrics.md"

wait_until = partial(wait_often, pause_s=0.1)


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    return folder


def test_what_was_recorded_is_on_the_page(tmp_path: Path, state_dir: Path) -> None:
    worker = Worker(state_dir)
    with RunningAuditor(write_config(tmp_path)) as auditor:
        for _ in range(3):
            worker.finish()
        wait_until(lambda: auditor.metric(NEW) == 3, "all are recorded")
        page = auditor.get("/en/").text
        assert "3 requests were sent to 1 AI tool" in page
        assert "Le Chat" in auditor.get("/fr/uses").text
        assert auditor.get("/en/system").status_code == 200
        texts = Texts("fr")
        parts = auditor.health()["components"]
        nameless = [one for one in parts if f"site.system.components.{one}" not in texts]
        assert nameless == []
        manual = METRICS_PAGE.read_text(encoding="utf-8")
        assert [one for one in parts if f"\n| `{one}` | " not in manual] == []
        assert auditor.terminate() == 0
    worker.close()


def test_a_report_that_cannot_be_made_is_told_in_both_languages(state_dir: Path) -> None:
    auditor = Auditor(load(SHIPPED / "jauge.yaml", [f"state_dir={state_dir}"], environ={}))
    auditor.reports.state = ReportsState("2026-09", "2026-10", "timeout", 2)
    part = auditor.surface().health()[1]["reports"]
    auditor.receiver.close()
    auditor.scorer.stop()
    assert part.status == "degraded"
    assert [str(reason) for reason in part.reasons] == [
        "the report of 2026-10 could not be made (timeout)"
    ]
    french, english = in_both_languages(part.reasons)
    assert "n’a pas pu être établi (il a pris trop de temps)" in french
    assert "could not be made (it took too long)" in english


def test_beyond_loopback_nothing_is_shown_without_a_login(tmp_path: Path, state_dir: Path) -> None:
    authority = Authority.make(tmp_path)
    pem = authority.issue("127.0.0.1")
    guard = {
        "listen": "0.0.0.0:0",
        "clients": ["10.255.255.0/24"],
        "htpasswd": str(htpasswd(tmp_path)),
        "metrics_token_file": str(token_file(tmp_path)),
        "tls_certificate": str(pem),
        "tls_key": str(pem),
    }
    with RunningAuditor(write_config(tmp_path, auditor=guard)) as auditor:
        base = f"https://127.0.0.1:{auditor.port}"
        with httpx.Client(base_url=base, verify=client_context(authority.certificate)) as client:
            assert client.get("/en/system", auth=RIGHT).status_code == 200
            for path in ("/", "/en/", "/en/uses", "/authority/jauge-ca.pem", "/reports/2026-10/x"):
                assert client.get(path).status_code == 401
                assert client.get(path, auth=("marie", "autre mot")).status_code == 401
            assert client.get("/en/", auth=("marie", "autre mot")).status_code == 429
            assert client.get("/en/", auth=RIGHT).status_code == 200, "known already"
            assert client.get("/metrics").status_code == 401
            assert set(client.get("/healthz").json()) == {"status"}
            bearer = {"authorization": f"Bearer {TOKEN}"}
            metrics = client.get("/metrics", headers=bearer).text
            for refusal, count in (("login", 5), ("slowed", 1), ("token", 1)):
                line = f'jauge_page_refusals_total{{refusal="{refusal}"}} {count}.0'
                assert line in metrics.splitlines()
            assert "components" in client.get("/healthz", headers=bearer).json()
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"http://127.0.0.1:{auditor.port}/en/")
        assert auditor.terminate() == 0
    for secret in (*RIGHT, TOKEN, "autre mot", "$2b$"):
        assert secret not in auditor.output


def test_it_does_not_start_when_a_guards_file_is_gone(tmp_path: Path, state_dir: Path) -> None:
    config = write_config(tmp_path, auditor={"listen": "127.0.0.1:0", "htpasswd": "/nowhere"})
    auditor = RunningAuditor(config)
    assert auditor.finish() != 0
    assert "auditor.htpasswd" in auditor.output
