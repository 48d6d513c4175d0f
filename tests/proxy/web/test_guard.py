"""All doors together, as a configuration asks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette

from proxy.config import load
from proxy.web import Surface, create_app, guard_of
from tests.support.tls import Authority
from tests.support.web import RIGHT, TOKEN, ask, htpasswd, token_file


def surface() -> Surface:
    return Surface(lambda _: (b"metrics", "text/plain"), lambda: ("ok", {}), lambda: True, "1")


def app_of(folder: Path, *sets: str) -> Starlette:
    file = folder / "jauge.yaml"
    file.write_text(f"state_dir: {folder}\n")
    return create_app(surface(), guard=guard_of(load(file, sets, {})))


def exposed(folder: Path, *more: str) -> list[str]:
    return [
        "auditor.listen=10.0.0.1:9464",
        "auditor.clients=[10.40.0.0/16]",
        f"auditor.htpasswd={htpasswd(folder)}",
        f"auditor.metrics_token_file={token_file(folder)}",
        *more,
    ]


async def test_on_loopback_this_machine_reads_everything(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    assert (await ask(app, "/metrics")).text == "metrics"
    assert (await ask(app, "/healthz")).json() == {"status": "ok", "version": "1", "components": {}}
    assert (await ask(app, "/metrics", base="http://evil.example")).status_code == 421
    assert (await ask(app, "/metrics", client="10.40.3.4")).status_code == 403
    forwarded = {"x-forwarded-for": "10.40.3.4"}
    assert (await ask(app, "/metrics", headers=forwarded)).status_code == 403


@pytest.mark.parametrize("client", ["10.40.3.4", "127.0.0.1"])
async def test_beyond_it_asks_everyone(tmp_path: Path, client: str) -> None:
    pem = Authority.make(tmp_path).issue("jauge.example")
    tls = (f"auditor.tls_certificate={pem}", f"auditor.tls_key={pem}")
    app = app_of(tmp_path, *exposed(tmp_path, *tls))
    base = "https://jauge.example"
    assert (await ask(app, "/metrics", client=client, base=base)).status_code == 401
    told = await ask(app, "/healthz", client=client, base=base)
    assert told.json() == {"status": "ok"}
    assert (await ask(app, "/readyz", client=client, base=base)).text == "ready\n"
    known = await ask(app, "/healthz", client=client, base=base, auth=RIGHT)
    assert known.json()["version"] == "1"
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert (await ask(app, "/metrics", client=client, base=base, headers=bearer)).is_success
    refused = await ask(app, "/readyz", client="10.41.0.1", base=base)
    assert refused.status_code == 403
    assert refused.headers["x-content-type-options"] == "nosniff"


async def test_behind_a_tls_proxy(tmp_path: Path) -> None:
    app = app_of(
        tmp_path,
        *exposed(tmp_path, "auditor.tls_proxies=[10.0.0.8]", "auditor.hosts=[jauge.example]"),
    )
    base, forwarded = "http://jauge.example", {"x-forwarded-for": "10.40.3.4"}
    bearer = {"authorization": f"Bearer {TOKEN}"}
    asked = await ask(app, "/metrics", client="10.0.0.8", base=base, headers=forwarded | bearer)
    assert asked.status_code == 200
    direct = await ask(app, "/metrics", client="10.40.3.4", base=base, headers=bearer)
    assert direct.status_code == 403, "a token in the clear is refused"
    elsewhere = await ask(app, client="10.0.0.8", base="http://evil.example", headers=forwarded)
    assert elsewhere.status_code == 421
