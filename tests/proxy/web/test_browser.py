"""The page in a real browser: every page, both languages, phone and desktop, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from proxy.report.render.files import contents
from proxy.web.pages import PAGES
from tests.support import site, town
from tests.support.browser import PHONE, SCREEN, browser, violations
from tests.support.reports import example_report

RUNBOOKS = ("runbooks/edge-blind", "runbooks/toxicity-raised")
"""Those with the longest words."""
PATHS = [*(page.path for page in PAGES), "runbooks", *RUNBOOKS]
VIEWS = [
    pytest.param(SCREEN, "light", id="desktop-light"),
    pytest.param(SCREEN, "dark", id="desktop-dark"),
    pytest.param(PHONE, "light", id="phone-light"),
    pytest.param(PHONE, "dark", id="phone-dark"),
]
WATCH = """
document.addEventListener('securitypolicyviolation', event =>
    console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))
"""


@dataclass
class Visit:
    """A page that is looked at, and everything that went wrong on it."""

    page: Page
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[site.Served]:
    folder = tmp_path_factory.mktemp("town")
    config = town.configure(folder)
    town.fill(config)
    site.authority_in(folder)
    report = folder / "reports" / "2026-10"
    report.mkdir(parents=True)
    (report / "report.fr.html").write_text(
        "<!doctype html><html lang=fr><title>x</title><style>p{color:rgb(1,2,3)}</style>"
        "<p>un rapport</p><script>document.title='run'</script>"
    )
    for name, content in contents(example_report(), "en", ("html",)):
        (report / name).write_bytes(content)
    with site.served(config) as found:
        yield found


def visit(
    chromium: Browser, size: ViewportSize = SCREEN, scheme: str = "light", *, scripts: bool = True
) -> Visit:
    context = chromium.new_context(
        viewport=size,
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )
    found = Visit(context.new_page())
    if scripts:
        context.add_init_script(WATCH)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            found.wrong.append(message.text)

    found.page.on("console", heard)
    found.page.on("pageerror", lambda error: found.wrong.append(str(error)))
    found.page.on("requestfailed", lambda request: found.wrong.append(request.url))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("size", "scheme"), VIEWS)
def test_no_barrier_no_breach_and_nothing_too_wide(
    chromium: Browser, served: site.Served, size: ViewportSize, scheme: str
) -> None:
    one = visit(chromium, size, scheme)
    found = {}
    for path in PATHS:
        lang = "fr" if scheme == "light" else "en"
        answer = one.page.goto(f"{served.url}/{lang}/{path}")
        assert answer is not None
        assert answer.status == 200
        found[path] = violations(one.page)
        wide = one.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} pixels too wide"
    one.page.context.close()
    assert {path: list(texts) for path, texts in found.items() if texts} == {}
    assert one.wrong == []


def test_it_is_whole_without_javascript(chromium: Browser, served: site.Served) -> None:
    plain, live = visit(chromium, scripts=False), visit(chromium)
    for path in PATHS:
        texts = []
        for one in (plain, live):
            one.page.goto(f"{served.url}/en/{path}")
            texts.append(one.page.locator("main").inner_text())
        assert texts[0] == texts[1]
        assert len(texts[0]) > 100
    plain.page.goto(f"{served.url}/en/")
    plain.page.get_by_text("Show the figures as a table").click()
    assert plain.page.get_by_role("table", name="Electricity, month by month").is_visible()
    plain.page.get_by_role("link", name="Uses", exact=True).click()
    assert plain.page.url == f"{served.url}/en/uses"
    for one in (plain, live):
        one.page.context.close()


def test_the_browsers_language_and_the_switch(chromium: Browser, served: site.Served) -> None:
    for locale, lang, other in (("fr-FR", "fr", "English"), ("en-GB", "en", "Français")):
        context = chromium.new_context(locale=locale)
        page = context.new_page()
        page.goto(f"{served.url}/notice")
        assert page.url == f"{served.url}/{lang}/notice"
        assert page.locator("html").get_attribute("lang") == lang
        page.get_by_role("link", name=other).click()
        assert page.url.endswith("/en/notice" if lang == "fr" else "/fr/notice")
        context.close()


def test_the_keyboard_reaches_the_content_first(chromium: Browser, served: site.Served) -> None:
    one = visit(chromium)
    one.page.goto(f"{served.url}/en/")
    one.page.keyboard.press("Tab")
    skip = one.page.get_by_role("link", name="Go to the content")
    assert skip.is_visible()
    one.page.keyboard.press("Enter")
    assert one.page.evaluate("document.activeElement.id") == "content"
    one.page.context.close()


def test_figures_refresh_by_themselves(chromium: Browser, served: site.Served) -> None:
    one = visit(chromium)
    one.page.clock.install()
    one.page.goto(f"{served.url}/en/")
    one.page.get_by_text("Show the figures as a table").click()
    one.page.evaluate("document.querySelector('main h1').textContent = 'old'")
    one.page.locator("main").focus()
    with one.page.expect_response(f"{served.url}/en/"):
        one.page.clock.run_for(61_000)
    one.page.get_by_role("heading", name="What our use of AI consumes").wait_for()
    table = one.page.get_by_role("table", name="Electricity, month by month")
    assert table.is_visible(), "what was open stays open"
    one.page.context.close()
    assert one.wrong == []


def test_a_report_shows_as_it_was_made(chromium: Browser, served: site.Served) -> None:
    one = visit(chromium)
    one.page.goto(f"{served.url}/en/reports")
    one.page.get_by_role("link", name="Read the report", exact=True).click()
    assert one.page.url == f"{served.url}/reports/2026-10/report.en.html"
    family = one.page.locator("h1").first.evaluate("h1 => getComputedStyle(h1).fontFamily")
    assert "Inter" in family, "its own style is let through"
    assert one.wrong == []
    one.page.context.close()


def test_a_report_runs_nothing(chromium: Browser, served: site.Served) -> None:
    one = visit(chromium)
    one.page.goto(f"{served.url}/reports/2026-10/report.fr.html")
    colour = one.page.evaluate("getComputedStyle(document.querySelector('p')).color")
    assert (colour, one.page.title()) == ("rgb(1, 2, 3)", "x")
    one.page.context.close()


def test_it_can_be_printed(chromium: Browser, served: site.Served, tmp_path: Path) -> None:
    one = visit(chromium)
    one.page.goto(f"{served.url}/fr/notice")
    one.page.emulate_media(media="print")
    assert not one.page.get_by_role("navigation").is_visible()
    background = one.page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert background == "light dark"
    one.page.context.close()
