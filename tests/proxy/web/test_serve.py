from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from proxy.config import Address
from proxy.web.serve import listen, serve


def _app() -> Starlette:
    async def hello(_: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def broken(_: Request) -> PlainTextResponse:
        raise RuntimeError("a secret text")

    return Starlette(routes=[Route("/hello", hello), Route("/broken", broken)])


async def test_it_serves_until_told_to_stop_and_logs_nothing(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    listener = listen(Address("127.0.0.1", 0))
    port = listener.getsockname()[1]
    stop = asyncio.Event()
    with caplog.at_level(logging.DEBUG, logger="uvicorn"):
        serving = asyncio.create_task(serve(_app(), listener, stop))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            answer = await client.get("/hello?token=secret")
            assert answer.text == "hello"
            assert "server" not in answer.headers
            assert (await client.get("/broken")).status_code == 500
            stop.set()
            await serving
            with pytest.raises(httpx.ConnectError):
                await client.get("/hello")
    shown = capfd.readouterr()
    assert "secret" not in caplog.text + shown.out + shown.err


def test_a_taken_address_is_an_error() -> None:
    first = listen(Address("127.0.0.1", 0))
    with pytest.raises(OSError, match="in use"):
        listen(Address("127.0.0.1", first.getsockname()[1]))
    first.close()


def test_it_listens_on_ipv6() -> None:
    try:
        listener = listen(Address("::1", 0))
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback ({error.strerror})")
    assert listener.getsockname()[0] == "::1"
    listener.close()
