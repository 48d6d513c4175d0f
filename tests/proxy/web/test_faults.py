"""A ledger that cannot be read is told in words, in every page that shows figures."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from pathlib import Path
from typing import Any, get_args

import pytest

from proxy.ledger import Entry, Ledger, LedgerError, url_of
from proxy.ledger.errors import Kind
from proxy.texts import Texts
from proxy.web import reading as reading_module
from proxy.web.pages import PAGES
from tests.support import site
from tests.support.ledger import impact, plain
from tests.support.site import bare, configure, recording, text_of
from tests.support.town import NOW
from tests.support.web import ask


async def test_every_fault_of_the_ledger_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_module, "KEEP_S", 0.0)
    monkeypatch.setattr(reading_module, "SHARE", 0.0)
    config = configure(tmp_path)
    with recording(config, [Entry(plain(NOW - 60), impact(), None)]) as app:
        known = await text_of(app, "/en/")
        ledger = Ledger.open(url_of(config), timezone="Europe/Paris")
        fresh = bare(config, ledger)
        for kind in get_args(Kind):
            _fail(monkeypatch, kind)
            reason = Texts("en").t(f"page.fault.{kind}")
            stale = await text_of(app, "/en/")
            assert reason in stale
            assert "The figures below are from 27 November 2026 at 17:20" in stale
            assert stale.endswith(known[-200:]), "the figures themselves are still there"
            empty = await text_of(fresh, "/en/")
            assert "The figures cannot be read at the moment" in empty
            assert reason in empty
            assert not re.search(r"\bWh\b", empty)
        ledger.close()


def _fail(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    def failing(*_: object, **__: object) -> None:
        raise LedgerError(kind, "told to fail")

    monkeypatch.setattr(Ledger, "totals", failing)


async def test_a_ledger_that_another_program_holds(tmp_path: Path) -> None:
    """A real lock on a real file: an exclusive transaction without write-ahead log."""
    config = configure(tmp_path)
    with recording(config, [Entry(plain(NOW - 60), impact(), None)]):
        pass
    ledger = site.opened(config)
    assert ledger is not None
    ledger.close()
    holder = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
    holder.execute("PRAGMA journal_mode=DELETE")
    with ledger:
        _ = ledger.last_exchange()
        ledger.close()
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        text = await text_of(bare(config, ledger), "/en/")
        holder.execute("ROLLBACK")
    holder.close()
    assert "The figures cannot be read at the moment" in text
    assert "Nothing is lost" in text


async def test_without_a_ledger_every_page_is_there(tmp_path: Path) -> None:
    app = bare(configure(tmp_path), None)
    for page in PAGES:
        assert await text_of(app, f"/fr/{page.path}")
    assert "Le registre n’est pas encore ouvert." in await text_of(app, "/fr/")


async def test_health_is_told_in_the_readers_language(tmp_path: Path) -> None:
    with recording(configure(tmp_path)) as app:
        french = await text_of(app, "/fr/system")
        assert "Des décomptes ne sont pas inscrits. Le trafic passe." in french
        assert "Registre en défaut Le registre ne peut pas être écrit" in french
        assert "Le disque du registre est plein" in french
        english = await text_of(app, "/en/system")
        assert "Ledger failing The ledger cannot be written; counts wait on disk." in english


async def test_a_ledger_that_is_slow_holds_nobody_else_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on, totals = threading.Event(), threading.Event(), Ledger.totals

    def slow(self: Ledger, *args: Any, **options: Any) -> object:  # noqa: ANN401 - passed on
        began.set()
        go_on.wait()
        return totals(self, *args, **options)

    monkeypatch.setattr(Ledger, "totals", slow)
    with recording(configure(tmp_path), [Entry(plain(NOW - 60), impact(), None)]) as app:
        waiting = asyncio.create_task(text_of(app, "/en/"))
        await asyncio.to_thread(began.wait)
        assert (await ask(app, "/readyz")).text == "ready\n"
        assert not waiting.done()
        go_on.set()
        assert "1 request was sent" in await waiting
