"""Sums of what answers say of people: in step with the exchanges, and without them."""

import sqlite3
from pathlib import Path

import msgspec
import pytest

from proxy.bias import KEYS, tally
from proxy.ledger import Entry, Ledger
from proxy.records import Finding, ScoredSentence
from tests.support.ledger import HOUR, NOW, dump, finding, open_ledger, plain

YEAR = 366 * 24 * HOUR


def biased(**sums: float) -> Finding:
    """A finding with counts; "women" stands for the key gendered/women.x, n for all.n."""
    names = {"women": "gendered/women.x", "n": "all.n"}
    bias = {names[name]: value for name, value in sums.items()}
    return finding(bias=bias, bias_version="1")


def test_answers_add_up_by_hour_and_dimension(ledger: Ledger) -> None:
    ledger.write(
        [
            Entry(plain(NOW), None, biased(women=2, n=5)),
            Entry(plain(NOW + 60), None, biased(n=7)),
            Entry(plain(NOW - HOUR), None, biased(women=1, n=1)),
            Entry(plain(NOW, tool="chatgpt"), None, biased(women=10, n=20)),
            Entry(plain(NOW), None, finding()),
        ]
    )
    (whole,) = ledger.bias_totals(0, NOW + YEAR)
    assert whole.sums == {"gendered/women.x": 13, "all.n": 33}
    assert (whole.classifier, whole.classifier_version) == ("embedded", "1")
    assert (whole.version, whole.language) == ("1", "fr")
    by_tool = {one.key: one.sums for one in ledger.bias_totals(0, NOW + YEAR, ["tool"])}
    assert by_tool == {
        ("chatgpt",): {"gendered/women.x": 10, "all.n": 20},
        ("le-chat",): {"gendered/women.x": 3, "all.n": 13},
    }
    first = {one.key[0]: one.sums["all.n"] for one in ledger.bias_totals(0, NOW + YEAR, ["hour"])}
    assert first == {NOW: 32, NOW - HOUR: 1}
    assert ledger.bias_totals(0, NOW)[0].sums["all.n"] == 1


def test_versions_classifiers_and_languages_are_never_mixed(ledger: Ledger) -> None:
    bias = {"all.n": 1.0}
    ledger.write(
        [
            Entry(plain(), None, finding(bias=bias, bias_version="1")),
            Entry(plain(), None, finding(bias=bias, bias_version="2")),
            Entry(plain(), None, finding(bias=bias, bias_version="1", classifier="detoxify")),
            Entry(plain(), None, finding(bias=bias, bias_version="1", language="en")),
        ]
    )
    found = ledger.bias_totals(0, NOW + YEAR)
    assert [one.sums for one in found] == [bias] * 4
    assert len({(one.classifier, one.version, one.language) for one in found}) == 4


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    entries = [Entry(plain(NOW + n), None, biased(women=1, n=n + 1)) for n in range(20)]
    with open_ledger(tmp_path) as ledger:
        ledger.write(entries)
        once = dump(tmp_path)
        ledger.write(entries[5:])
        assert dump(tmp_path) == once
        assert ledger.bias_totals(0, NOW + YEAR)[0].sums["all.n"] == 210


@pytest.mark.parametrize("size", [1, 7, 40])
def test_any_cut_into_batches_gives_the_same_ledger(tmp_path: Path, size: int) -> None:
    entries = [
        Entry(
            msgspec.structs.replace(plain(NOW + n), id=f"0192e5a0-0000-7000-8000-{n:012x}"),
            None,
            biased(women=n / 3, n=n / 7),
        )
        for n in range(40)
    ]
    for name, step in (("one", size), ("all", len(entries))):
        (tmp_path / name).mkdir()
        with open_ledger(tmp_path / name) as ledger:
            for start in range(0, len(entries), step):
                ledger.write(entries[start : start + step])
    assert dump(tmp_path / "one") == dump(tmp_path / "all")


def test_a_finding_that_comes_later_counts_once(ledger: Ledger) -> None:
    exchange = plain()
    ledger.write([Entry(exchange)])
    assert ledger.add_finding(exchange.id, biased(n=3))
    assert not ledger.add_finding(exchange.id, biased(n=3))
    assert ledger.bias_totals(0, NOW + YEAR)[0].sums == {"all.n": 3}


def test_the_purge_leaves_the_sums(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain(NOW), None, biased(women=1, n=4))])
    with open_ledger(tmp_path, now=NOW + YEAR) as ledger:
        assert ledger.purge(1) == 1
        assert list(ledger.rows(0, NOW + YEAR)) == []
        assert ledger.bias_totals(0, NOW + YEAR)[0].sums == {"gendered/women.x": 1, "all.n": 4}


def test_rows_keep_nothing_of_it(tmp_path: Path) -> None:
    """What one answer said of people stands in no row; only the sums name the keys."""
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain(NOW), None, biased(women=1, n=4))])
        (row,) = ledger.rows(0, NOW + YEAR)
    assert row.findings[0].bias == {}
    tables = dump(tmp_path, without=["bias_basis", "bias_hour", "bias_tool_day"])
    assert "gendered" not in str(tables)


def test_what_is_no_key_or_no_number_is_left_out(ledger: Ledger) -> None:
    bias = {"all.n": 2.0, "Les agents": 1.0, "x" * 65: 1.0, "": 1.0, "all.nn": float("nan")}
    ledger.write([Entry(plain(), None, finding(bias=bias, bias_version="1"))])
    assert ledger.bias_totals(0, NOW + YEAR)[0].sums == {"all.n": 2.0}


def test_every_key_is_taken(ledger: Ledger) -> None:
    bias = dict.fromkeys(KEYS, 1.0)
    ledger.write([Entry(plain(), None, finding(bias=bias, bias_version="1"))])
    assert ledger.bias_totals(0, NOW + YEAR)[0].sums == bias


def test_no_word_of_an_answer_reaches_the_file(tmp_path: Path) -> None:
    text = "Mme Xylotte est une directrice zélée et les migrants arrivent."
    bias = tally([ScoredSentence(text, {"toxicity": 0.1})], "fr")
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain(), None, finding(bias=bias, bias_version="1"))])
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        written = "\n".join(database.iterdump())
    database.close()
    assert "group/migrants.n" in written
    assert not any(word in written for word in ("Xylotte", "directrice", "zélée", "arrivent"))
