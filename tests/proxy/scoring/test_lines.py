from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.scoring import lines as module
from proxy.scoring.lines import BadLine, answers, read_lines
from tests.support.scoring import embedded, found


def _read(*pieces: bytes) -> list[tuple[int, bytes]]:
    left = iter(pieces)
    return [one for group in read_lines(lambda _: next(left, b"")) for one in group]


@given(st.lists(st.binary(min_size=1, max_size=6), max_size=8))
def test_lines_are_those_of_the_whole_however_it_comes(pieces: list[bytes]) -> None:
    whole = b"".join(pieces).split(b"\n")
    wanted = list(enumerate(whole if whole[-1] else whole[:-1], 1))
    assert _read(*pieces) == wanted


def test_what_has_come_is_given_out_at_once() -> None:
    pieces: Iterator[bytes] = iter([b"a\nb", b"c\n", b""])
    groups = read_lines(lambda _: next(pieces))
    assert next(groups) == [(1, b"a")]
    assert next(groups) == [(2, b"bc")]


def test_a_line_without_end_takes_no_more_memory_than_a_line_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LONGEST", 10)
    assert _read(b"a" * 8, b"a" * 8, b"a\nb\n") == [(1, b"\0"), (2, b"b")]
    assert _read(b"a" * 8, b"a" * 8) == [(1, b"\0")]


def _answered(*given: object) -> list[object]:
    raw = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in given]
    return list(answers(embedded(), enumerate(raw, 1)))


def test_an_answer_is_what_production_finds() -> None:
    text = "Bonjour. Vous êtes des idiots, allez vous faire foutre !"
    (answer,) = _answered({"id": "a", "text": text, "lang": "fr"})
    finding = found(text, "fr")
    assert answer == {
        "id": "a",
        "scores": dict(finding.scores),
        "flags": ["toxicity", "insult"],
        "windows": 2,
        "classifier": "embedded",
        "version": finding.version,
        "lang": "fr",
        "status": "scored",
    }


def test_what_is_not_scored_has_a_toxicity_of_0_and_says_why() -> None:
    (answer,) = _answered({"id": 1, "text": "```\ncode\n```"})
    assert isinstance(answer, dict)
    assert (answer["scores"], answer["windows"], answer["status"]) == (
        {"toxicity": 0.0},
        0,
        "too_short",
    )


@pytest.mark.parametrize("language", ["FR", "fr-FR", "fr_CA"])
def test_languages_may_be_written_as_locales(language: str) -> None:
    (answer,) = _answered({"id": 1, "text": "Oui", "lang": language})
    assert isinstance(answer, dict)
    assert (answer["lang"], answer["status"]) == ("fr", "scored")


BAD = [
    b"MARKED",
    b"\xff\xfe",
    b"\0",
    b"[" * 100_000,
    [],
    3,
    None,
    {"id": 1},
    {"text": 7},
    {"text": "MARKED", "lang": 3},
    {"id": ["MARKED"], "text": "MARKED"},
]


@pytest.mark.parametrize("bad", BAD, ids=map(str, range(len(BAD))))
def test_a_line_that_is_no_question_is_told_by_its_number(bad: object) -> None:
    before, told, after = _answered({"text": "Oui"}, bad, {"text": "Non"})
    assert isinstance(told, BadLine)
    assert str(told) == 'line 2: expected {"id", "text", "lang"?}'
    assert isinstance(before, dict)
    assert isinstance(after, dict)


def test_blank_lines_are_skipped_and_odd_texts_are_none() -> None:
    odd = ["", "😀", "\ud800", "\x00", "a" * 100_000]
    found = _answered(b"", b"  ", *({"id": at, "text": text} for at, text in enumerate(odd)))
    assert [one["id"] for one in found if isinstance(one, dict)] == list(range(len(odd)))
    assert all(0 <= one["scores"]["toxicity"] <= 1 for one in found if isinstance(one, dict))
