"""Every reason that health can give is a sentence in the reader's language."""

from __future__ import annotations

import errno
import re
import string
from typing import get_args

import pytest

from proxy.ledger.errors import Kind
from proxy.reasons import Key, Reason
from proxy.report.automatic import REASONS
from proxy.texts import LANGS, Lang, Texts
from proxy.texts.catalogue import load as catalogue
from proxy.web.views.health import told

VALUES: dict[str, str | int] = {
    "kind": "full",
    "error": "ENOSPC",
    "worker": "w0",
    "count": 7,
    "classifier": "embedded",
    "wanted": "detoxify",
    "languages": "fr, en",
    "end": "crash",
    "month": "2026-10",
    "why": "timeout",
}
"""A value for every gap."""


def _gaps(key: str) -> set[str]:
    message = catalogue("fr")[f"health.reason.{key}"]
    forms = [message] if isinstance(message, str) else message.values()
    return {name for text in forms for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_reason_has_its_message_and_no_message_is_left_over() -> None:
    said = {key.removeprefix("health.reason.") for key in catalogue("fr") if "health.reason" in key}
    assert said == set(get_args(Key))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", get_args(Key))
def test_a_reason_is_told_whole(key: Key, lang: Lang) -> None:
    values = {name: VALUES[name] for name in _gaps(key)}
    sentence = told(Reason(key, "in English", values), Texts(lang))
    assert re.fullmatch(r"[A-ZÀ-Ý].*\.", sentence)
    assert not set("{}") & set(sentence)
    assert "in English" not in sentence


def test_what_is_said_in_french_is_french() -> None:
    texts = Texts("fr")
    ended = told(Reason("scorer_ended", "", {"end": "memory"}), texts)
    assert ended.endswith("(trop de mémoire). Il est relancé de lui-même.")
    lost = Reason("worker_lost", "", {"worker": "w1", "count": 1})
    assert "w1 du point de passage a perdu 1 décompte depuis" in told(lost, texts)
    late = Reason("report_fails", "", {"month": "2026-10", "why": "ENOSPC"})
    assert told(late, texts).replace("\N{NO-BREAK SPACE}", " ") == (
        "Le rapport d’octobre 2026 n’a pas pu être établi (disque plein). Jauge essaie de nouveau."
    )


@pytest.mark.parametrize("lang", LANGS)
def test_what_the_parts_name_is_known_to_both_languages(lang: Lang) -> None:
    texts = Texts(lang)
    assert [k for k in get_args(Kind) if f"page.fault.{k}" not in texts] == []
    reports = [*REASONS.values(), "timeout", "killed", "failed"]
    assert [why for why in reports if f"health.why.{why}" not in texts] == []
    ends = ("crash", "deadline", "memory", "load")
    assert [end for end in ends if f"health.end.{end}" not in texts] == []
    codes = [key.rpartition(".")[2] for key in catalogue(lang) if key.startswith("health.error.")]
    assert [code for code in codes if code not in errno.errorcode.values()] == []


def test_a_code_that_nobody_has_put_into_words_stays_a_code() -> None:
    assert "(ELOOP)" in told(Reason("disk_unseen", "", {"error": "ELOOP"}), Texts("fr"))
