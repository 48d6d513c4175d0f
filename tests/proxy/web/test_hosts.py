from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse

from proxy.web.hosts import OnlyHosts
from tests.support.web import ask


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:9464", 200),
        ("127.0.0.1:9464", 200),
        ("[::1]:9464", 200),
        ("[::1]", 200),
        ("10.40.0.5", 200),
        ("jauge.mairie.example", 200),
        ("Jauge.Mairie.Example.:9464", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("evil.example:80@127.0.0.1", 421),
        ("[evil.example]", 421),
        ("", 421),
    ],
)
async def test_names_of_others_are_refused(host: str, status: int) -> None:
    app = OnlyHosts(PlainTextResponse("ok"), ["Jauge.mairie.example"])
    assert (await ask(app, headers={"host": host})).status_code == status


@pytest.mark.parametrize("hosts", [[], [b"localhost", b"evil.example"]])
async def test_one_host_header_and_no_more(hosts: list[bytes]) -> None:
    sent: list[int] = []

    async def send(message: object) -> None:
        sent.append(message.get("status", 0))  # type: ignore[attr-defined]

    scope = {"type": "http", "headers": [(b"host", host) for host in hosts]}
    await OnlyHosts(PlainTextResponse("ok"), [])(scope, None, send)  # type: ignore[arg-type]
    assert sent[0] == 421
