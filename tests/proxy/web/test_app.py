from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from proxy.web import Surface, create_app


@dataclass
class Part:
    status: str
    reasons: tuple[str, ...] = ()


def _surface(status: str = "ok", *, ready: bool = True) -> Surface:
    return Surface(
        metrics=lambda accept: (f"# for {accept}\n".encode(), "text/plain; version=0.0.4"),
        health=lambda: (status, {"ledger": Part(status, ("why",))}),
        ready=lambda: ready,
        version="1.2.3",
    )


async def _get(surface: Surface, path: str, **headers: str) -> httpx.Response:
    app = create_app(surface, routes=[Route("/page", lambda _: PlainTextResponse("a page"))])
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(path, headers=headers)


async def test_metrics_are_given_in_the_format_asked_for() -> None:
    answer = await _get(_surface(), "/metrics", accept="application/openmetrics-text")
    assert answer.status_code == 200
    assert answer.text == "# for application/openmetrics-text\n"
    assert answer.headers["content-type"] == "text/plain; version=0.0.4"


@pytest.mark.parametrize(("status", "code"), [("ok", 200), ("degraded", 200), ("fail", 503)])
async def test_health_tells_every_part_and_fails_only_when_counts_do(
    status: str, code: int
) -> None:
    answer = await _get(_surface(status), "/healthz")
    assert answer.status_code == code
    assert answer.json() == {
        "status": status,
        "version": "1.2.3",
        "components": {"ledger": {"status": status, "reasons": ["why"]}},
    }


@pytest.mark.parametrize(("ready", "code"), [(True, 200), (False, 503)])
async def test_readiness(ready: bool, code: int) -> None:  # noqa: FBT001 - a case, no flag
    assert (await _get(_surface(ready=ready), "/readyz")).status_code == code


async def test_further_routes_can_be_added() -> None:
    assert (await _get(_surface(), "/page")).text == "a page"


async def test_other_paths_and_methods_are_refused() -> None:
    assert (await _get(_surface(), "/other")).status_code == 404
    transport = httpx.ASGITransport(app=create_app(_surface()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        assert (await client.post("/metrics")).status_code == 405


async def test_a_failure_shows_nothing_but_its_kind() -> None:
    def broken(_: str) -> tuple[bytes, str]:
        raise RuntimeError("a secret text")

    surface = Surface(broken, lambda: ("ok", {}), lambda: True, "1")
    answer = await _get(surface, "/metrics")
    assert answer.status_code == 500
    assert answer.text == "internal error (RuntimeError)\n"
    assert answer.headers["cache-control"] == "no-store"


async def test_routes_see_requests() -> None:
    def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.url.path)

    app = create_app(_surface(), routes=[Route("/echo", echo)])
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        assert (await client.get("/echo")).text == "/echo"
