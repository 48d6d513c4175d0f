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
from proxy.web import runbooks
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
        self._runbooks = {lang: runbooks.read(lang) for lang in LANGS}
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
            Route("/runbooks", self._choose),
            Route("/runbooks/{name}", self._choose),
            Route("/reports/{period}/{name}", self._report),
            Route("/authority/jauge-ca.pem", self._pem),
            Route("/authority/jauge-ca.cer", self._der),
            self._assets.route(),
            *(Route(f"/{lang}/", self._page) for lang in LANGS),
            *(Route(f"/{lang}/{page.path}", self._page) for lang in LANGS for page in PAGES[1:]),
            *(Route(f"/{lang}/runbooks", self._all_runbooks) for lang in LANGS),
            *(Route(f"/{lang}/runbooks/{{name}}", self._runbook) for lang in LANGS),
        ]

    async def missing(self, request: Request, error: Exception) -> Response:
        """The answer to an address that is none, in the language of the browser."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        if status != 404 or "text/html" not in request.headers.get("accept", ""):
            detail = error.detail if isinstance(error, HTTPException) else "Not Found"
            return PlainTextResponse(f"{detail}\n", status, getattr(error, "headers", None))
        texts = self._texts[language(request.headers.get("accept-language", ""))]
        template = self._templates.get_template("missing.html")
        frame = self._frame(texts, texts.t("site.missing.title"), "")
        return HTMLResponse(template.render(frame), 404)

    async def _choose(self, request: Request) -> Response:
        """To the page in the language that the browser asks for."""
        lang = language(request.headers.get("accept-language", ""))
        headers = {"vary": "accept-language"}
        return RedirectResponse(f"/{lang}{request.url.path}", 303, headers)

    async def _page(self, request: Request) -> Response:
        page, texts = _BY_PATH[request.url.path.split("/", 2)[2]], self._told_in(request)
        reading = await self._subject.reader.read()
        # In a thread: it takes tens of milliseconds, and health looks at the disk.
        return HTMLResponse(await asyncio.to_thread(self._render, page, texts, reading))

    def _render(self, page: Page, texts: Texts, reading: Reading) -> str:
        content = page.view(self._subject, reading, texts)
        fault = _fault(reading, texts) if page.has_figures else None
        frame = self._frame(texts, texts.t(page.title), page.path, page)
        frame |= {"fault": fault, "simulated": reading.simulated}
        return self._templates.get_template(f"{page.name}.html").render(frame | content)

    async def _all_runbooks(self, request: Request) -> Response:
        texts = self._told_in(request)
        frame = self._frame(texts, texts.t("site.runbooks.title"), "runbooks")
        found = {"runbooks": list(self._runbooks[texts.lang].values())}
        return HTMLResponse(self._templates.get_template("runbooks.html").render(frame | found))

    async def _runbook(self, request: Request) -> Response:
        texts = self._told_in(request)
        found = self._runbooks[texts.lang].get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        frame = self._frame(texts, found.title, f"runbooks/{found.name}")
        page = self._templates.get_template("runbook.html").render(frame | {"runbook": found})
        return HTMLResponse(page)

    def _told_in(self, request: Request) -> Texts:
        """The texts of the language that the address names."""
        return self._texts["fr" if request.url.path.startswith("/fr/") else "en"]

    def _frame(
        self, texts: Texts, title: str, path: str, page: Page | None = None
    ) -> dict[str, object]:
        """What stands on every page. `page`: its place in the menu, where it has one."""
        other: Lang = "en" if texts.lang == "fr" else "fr"
        return {
            "t": texts.t,
            "texts": texts,
            "lang": texts.lang,
            "title": title,
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
