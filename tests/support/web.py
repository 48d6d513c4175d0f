"""Asking an application without a socket, as a client of a chosen address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import bcrypt
import httpx
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HASHED = bcrypt.hashpw(b"bon mot de passe", bcrypt.gensalt(4)).decode()
RIGHT = ("marie", "bon mot de passe")
TOKEN = "0123456789abcdef0123456789abcdef"


def htpasswd(folder: Path, *names: str) -> Path:
    """A file in which each of these names has the password of RIGHT."""
    file = folder / "page.htpasswd"
    file.write_text("".join(f"{name}:{HASHED}\n" for name in names or ("marie",)))
    return file


def token_file(folder: Path) -> Path:
    file = folder / "token"
    file.write_text(f"{TOKEN}\n")
    return file


def telling(tell: Callable[[Request], object]) -> ASGIApp:
    """An application that answers with what `tell` says of the request."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(str(tell(Request(scope))))(scope, receive, send)

    return app


async def ask(
    app: ASGIApp,
    path: str = "/",
    *,
    client: str = "127.0.0.1",
    base: str = "http://localhost",
    **options: Any,  # noqa: ANN401 - those of httpx
) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, client=(client, 1234), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=base) as session:
        return await session.get(path, **options)
