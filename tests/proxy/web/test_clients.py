from __future__ import annotations

import httpx
import pytest
from starlette.responses import PlainTextResponse

from proxy.web.clients import OnlyClients

NETWORKS = ("10.20.0.0/16", "2001:db8::/32")


async def _status(client: tuple[str, int]) -> int:
    app = OnlyClients(PlainTextResponse("ok"), NETWORKS)
    transport = httpx.ASGITransport(app=app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as session:
        return (await session.get("/metrics")).status_code


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.8.9.1", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("10.20.3.4", 200),
        ("::ffff:10.20.3.4", 200),
        ("2001:db8::5", 200),
        ("10.21.0.1", 403),
        ("2001:db9::5", 403),
        ("192.0.2.1", 403),
        ("unix", 403),
        ("", 403),
    ],
)
async def test_only_this_machine_and_named_networks_may_read(host: str, status: int) -> None:
    assert await _status((host, 1234)) == status


async def test_a_client_without_an_address_is_refused() -> None:
    app = OnlyClients(PlainTextResponse("ok"), ())
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    await app({"type": "http", "client": None}, None, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 403


def test_text_that_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="mairie"):
        OnlyClients(PlainTextResponse("ok"), ["mairie"])
