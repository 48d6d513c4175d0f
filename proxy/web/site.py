"""The routes of the page: languages, pages, reports, the certificate, and what they load."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from proxy.authority import AuthorityError, read_authority
from proxy.texts import LANGS, Lang, Texts
from proxy.web.assets import Assets
from proxy.web.negotiate import language
from proxy.web.pages import PAGES, Page
from proxy.web.reading import Reading
from proxy.web.reports import MEDIA, find, policy
from proxy.web.subject import Subject

__all__ = ["Site"]

_BY_PATH = {page.path: page for page in PAGES}
_LANGUAGES: dict[Lang, str] = {"fr": "Français", "en": "English"}


class Site:
    """All pages of one installation."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._assets = Assets()
        self._texts = {lang: Texts(lang) for lang in LANGS}
        self._templates = Environment(
            loader=PackageLoader("proxy.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = self._assets.url

    def routes(self) -> Sequence[BaseRoute]:
        """What the application adds to metrics and health."""
        return [
            Route("/", self._choose),
            *(Route(f"/{page.path}", self._choose) for page in PAGES if page.path),
            Route("/reports/{period}/{name}", self._report),
            Route("/authority/jauge-ca.pem", self._pem),
            Route("/authority/jauge-ca.cer", self._der),
            self._assets.route(),
            *(Route(f"/{lang}/", self._page) for lang in LANGS),
            *(Route(f"/{lang}/{page.path}", self._page) for lang in LANGS for page in PAGES[1:]),
        ]

    async def missing(self, request: Request, error: Exception) -> Response:
        """The answer to an address that is none, in the language of the browser."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        if status != 404 or "text/html" not in request.headers.get("accept", ""):
            detail = error.detail if isinstance(error, HTTPException) else "Not Found"
            return PlainTextResponse(f"{detail}\n", status, getattr(error, "headers", None))
        texts = self._texts[language(request.headers.get("accept-language", ""))]
        template = self._templates.get_template("missing.html")
        return HTMLResponse(template.render(self._frame(texts, None)), 404)

    async def _choose(self, request: Request) -> Response:
        """To the page in the language that the browser asks for."""
        lang = language(request.headers.get("accept-language", ""))
        headers = {"vary": "accept-language"}
        return RedirectResponse(f"/{lang}{request.url.path}", 303, headers)

    async def _page(self, request: Request) -> Response:
        _, lang, path = request.url.path.split("/", 2)
        page, texts = _BY_PATH[path], self._texts["fr" if lang == "fr" else "en"]
        reading = await self._subject.reader.read()
        # In a thread: it takes tens of milliseconds, and health looks at the disk.
        return HTMLResponse(await asyncio.to_thread(self._render, page, texts, reading))

    def _render(self, page: Page, texts: Texts, reading: Reading) -> str:
        content = page.view(self._subject, reading, texts)
        fault = _fault(reading, texts) if page.has_figures else None
        frame = self._frame(texts, page) | {"fault": fault, "simulated": reading.simulated}
        return self._templates.get_template(f"{page.name}.html").render(frame | content)

    def _frame(self, texts: Texts, page: Page | None) -> dict[str, object]:
        """What stands on every page."""
        other: Lang = "en" if texts.lang == "fr" else "fr"
        path = page.path if page else ""
        return {
            "t": texts.t,
            "texts": texts,
            "lang": texts.lang,
            "title": texts.t(page.title) if page else texts.t("site.missing.title"),
            "organisation": self._subject.config.organisation.name,
            "menu": [
                (f"/{texts.lang}/{one.path}", texts.t(f"page.nav.{one.name}"), one is page)
                for one in PAGES
            ],
            "home": f"/{texts.lang}/",
            "other": (other, _LANGUAGES[other], f"/{other}/{path}"),
            "footer": texts.t(
                "page.footer", version=self._subject.version, factor_set=self._subject.factor_set
            ),
            "fault": None,
            "simulated": False,
        }

    async def _report(self, request: Request) -> Response:
        period, name = request.path_params["period"], request.path_params["name"]
        file = find(self._subject.config.state_dir, period, name)
        if file is None:
            raise HTTPException(404)
        try:
            content = await asyncio.to_thread(file.read_bytes)
        except OSError:
            raise HTTPException(404) from None
        headers = {"content-disposition": f'inline; filename="jauge-{period}-{name}"'}
        if file.suffix == ".html":
            headers["content-security-policy"] = policy(content)
        return Response(content, media_type=MEDIA[file.suffix], headers=headers)

    async def _pem(self, _: Request) -> Response:
        return self._certificate(der=False)

    async def _der(self, _: Request) -> Response:
        return self._certificate(der=True)

    def _certificate(self, *, der: bool) -> Response:
        """The authority's certificate, made anew from its bytes: never a key beside it."""
        try:
            found = read_authority(self._subject.config.state_dir)
            content = (
                ssl.PEM_cert_to_DER_cert(found.certificate.read_text("ascii")) if found else b""
            )
        except (AuthorityError, OSError, ValueError):
            raise HTTPException(404) from None
        if not content:
            raise HTTPException(404)
        name = "jauge-ca.cer" if der else "jauge-ca.pem"
        return Response(
            content if der else ssl.DER_cert_to_PEM_cert(content),
            media_type="application/pkix-cert" if der else "application/x-pem-file",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )


def _fault(reading: Reading, texts: Texts) -> dict[str, str] | None:
    """Why newer figures are not there, in words."""
    if reading.fault is None:
        return None
    reason = texts.t(f"page.fault.{reading.fault}")
    if reading.is_known:
        head = texts.t("page.fault.stale", moment=texts.moment(reading.at))
    else:
        head = texts.t("page.fault.title")
    return {"head": head, "reason": reason}
