"""The application: metrics, health, and the site."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from proxy.web.guard import Guard
from proxy.web.headers import HEADERS
from proxy.web.login import is_known
from proxy.web.site import Site

__all__ = ["Surface", "create_app"]


@dataclass(frozen=True, slots=True)
class Surface:
    """What the application shows, as functions that answer at once."""

    metrics: Callable[[str], tuple[bytes, str]]
    """From an Accept header to the exposition and its content type."""
    health: Callable[[], tuple[str, Mapping[str, Any]]]
    """The overall status (ok, degraded, fail) and a dataclass per component."""
    ready: Callable[[], bool]
    version: str


def create_app(
    surface: Surface,
    *,
    guard: Guard | None = None,
    site: Site | None = None,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The application. `guard` says who may read it; `site` and `routes` are added."""

    def metrics(request: Request) -> Response:
        body, content_type = surface.metrics(request.headers.get("accept", ""))
        return Response(body, headers={"content-type": content_type})

    def health(request: Request) -> Response:
        status, components = surface.health()
        body: dict[str, Any] = {"status": status}
        if is_known(request):
            parts = {name: _shown(part) for name, part in components.items()}
            body |= {"version": surface.version, "components": parts}
        return JSONResponse(body, 503 if status == "fail" else 200)

    def ready(_: Request) -> Response:
        if surface.ready():
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready\n", 503)

    return Starlette(
        routes=[
            Route("/metrics", metrics),
            Route("/healthz", health),
            Route("/readyz", ready),
            *(site.routes() if site else ()),
            *routes,
        ],
        middleware=(guard or Guard()).doors(),
        exception_handlers={Exception: _failed} | ({404: site.missing} if site else {}),
    )


def _shown(part: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass of those who made it
    """A component as JSON: its reasons by their English text."""
    return dataclasses.asdict(part) | {"reasons": [str(reason) for reason in part.reasons]}


def _failed(_: Request, error: Exception) -> Response:
    """A failure of ours is told by its kind alone."""
    # Starlette answers these outside of every door: the headers have to be put here.
    return PlainTextResponse(f"internal error ({type(error).__name__})\n", 500, HEADERS)
