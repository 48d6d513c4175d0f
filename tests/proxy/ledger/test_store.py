import shutil
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.exchange import new_id
from proxy.ledger import Entry, Gap, Ledger, LedgerError, Written
from tests.support.ledger import HOUR, NOW, dump, finding, impact, open_ledger, plain, varied


def everything(ledger: Ledger) -> list[Entry]:
    return [
        Entry(row.exchange, row.impact, row.findings[0] if row.findings else None)
        for row in ledger.rows(0, NOW + HOUR)
    ]


def test_what_was_written_comes_back_as_it_was(ledger: Ledger) -> None:
    entries = [varied(seed) for seed in range(60)]
    assert ledger.write(entries) == Written(new=60, duplicate=0)

    by_time = sorted(entries, key=lambda one: (one.exchange.started_at, one.exchange.id))
    assert everything(ledger) == by_time
    one = ledger.row(entries[7].exchange.id)
    assert one is not None
    assert (one.exchange, one.impact) == (entries[7].exchange, entries[7].impact)


def test_every_field_of_the_record_is_kept(ledger: Ledger) -> None:
    # Every optional field set at once: a new field without a column fails here.
    full = varied(3)
    seeds = (varied(seed).exchange for seed in range(100))
    exchange = next(one for one in seeds if one.reported and one.application and one.images)
    changed = plain(
        id=exchange.id,
        edge="edge-7",
        model_answered="m:1@x",
        error_type="rate_limit",
        cache_write_tokens=3,
        reasoning_chars=8,
        prompt_language="fr",
        answer_language="en",
        region="eu-west-3",
        parse_status="partial",
        sanction="tolerated",
        channel="ide",
        operation="embedding",
        reported=exchange.reported,
        reference="r-1",
    )
    ledger.write([Entry(changed, full.impact)])
    found = ledger.row(changed.id)
    assert found is not None
    assert found.exchange == changed


def test_a_duplicate_changes_nothing_at_all(ledger: Ledger, tmp_path: Path) -> None:
    entries = [varied(seed) for seed in range(20)]
    ledger.write(entries, positions={"w1": 10})
    before = dump(tmp_path)

    assert ledger.write(entries[5:] + entries[:5]) == Written(new=0, duplicate=20)
    assert dump(tmp_path) == before
    # Nor does a second record under a known id.
    altered = Entry(plain(id=entries[0].exchange.id, output_tokens=999_999))
    assert ledger.write([altered]) == Written(new=0, duplicate=1)
    assert dump(tmp_path) == before


def test_twice_in_one_batch_counts_once(ledger: Ledger) -> None:
    entry = varied(1)
    assert ledger.write([entry, entry]) == Written(new=1, duplicate=1)
    assert ledger.totals(0, NOW + HOUR)[0].requests == 1


ENTRIES = [varied(seed) for seed in range(25)]


@pytest.fixture(scope="module")
def blank() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        open_ledger(Path(folder)).close()
        yield Path(folder)


def written(blank: Path, batches: Sequence[Sequence[Entry]]) -> dict[str, list[tuple[object, ...]]]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(blank / "ledger.sqlite", folder)
        with open_ledger(Path(folder)) as ledger:
            for batch in batches:
                ledger.write(batch)
        return dump(Path(folder))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_cut_and_any_repetition_give_the_same_ledger_to_the_last_bit(
    blank: Path, data: st.DataObject
) -> None:
    arrivals = data.draw(st.lists(st.sampled_from(range(25)), min_size=1, max_size=60))
    cuts = data.draw(st.sets(st.integers(1, len(arrivals)), max_size=8))
    bounds = [0, *sorted(cuts | {len(arrivals)})]
    batches = [[ENTRIES[index] for index in arrivals[start:end]] for start, end in pairwise(bounds)]
    once = [ENTRIES[index] for index in dict.fromkeys(arrivals)]

    assert written(blank, batches) == written(blank, [once])


def test_positions_move_with_the_rows_and_are_forgotten_by_name(ledger: Ledger) -> None:
    ledger.write([varied(1)], positions={"w1-0001": 400, "w2-0001": 7})
    ledger.write([], positions={"w1-0001": 900})
    assert ledger.positions() == {"w1-0001": 900, "w2-0001": 7}
    ledger.forget_positions(["w2-0001", "never-there"])
    ledger.forget_positions([])
    assert ledger.positions() == {"w1-0001": 900}


def test_gaps_add_up_by_hour_kind_and_tool(ledger: Ledger) -> None:
    ledger.add_gaps([Gap(NOW, "damaged", "le-chat", 2), Gap(NOW + 60, "damaged", "le-chat")])
    ledger.write([], gaps=[Gap(NOW, "lost", "", 4), Gap(NOW - HOUR, "lost", "", 1)])
    assert ledger.gaps(NOW - 3 * HOUR, NOW + HOUR) == [
        Gap(NOW - HOUR, "lost", "", 1),
        Gap(NOW, "damaged", "le-chat", 3),
        Gap(NOW, "lost", "", 4),
    ]
    assert ledger.gaps(NOW - 3 * HOUR, NOW) == [Gap(NOW - HOUR, "lost", "", 1)]


def test_a_finding_may_come_later_and_only_once(ledger: Ledger) -> None:
    exchange = plain()
    ledger.write([Entry(exchange, impact())])

    assert ledger.add_finding(exchange.id, finding())
    assert not ledger.add_finding(exchange.id, finding(status="error", scores={}, flags=()))
    assert ledger.add_finding(exchange.id, finding(subject="prompt", flags=()))
    assert not ledger.add_finding(new_id(NOW), finding())

    row = ledger.row(exchange.id)
    assert row is not None
    assert row.findings == (finding(), finding(subject="prompt", flags=()))
    totals = ledger.finding_totals(0, NOW + HOUR)
    assert [(one.basis.subject, one.requests, one.flagged_requests) for one in totals] == [
        ("answer", 1, 1),
        ("prompt", 1, 0),
    ]


def test_findings_that_are_awaited_come_once_and_are_awaited_no_more(ledger: Ledger) -> None:
    lost = finding(status="lost", scores={}, flags=(), windows_scored=0, windows=0)
    lost_prompt = msgspec.structs.replace(lost, subject="prompt")
    exchanges = [plain() for _ in range(3)]
    ledger.write([Entry(one, awaited=(lost, lost_prompt)) for one in exchanges])
    come = [(exchanges[0].id, finding()), (new_id(NOW), finding()), (exchanges[0].id, finding())]
    assert ledger.add_findings(come) == [True, False, False]

    settled = ledger.settle_awaited()
    assert settled.count(lost) == 2
    assert settled.count(lost_prompt) == 3
    assert len(settled) == 5
    assert ledger.settle_awaited() == []
    rows = {row.exchange.id: row.findings for row in ledger.rows(0, NOW + HOUR)}
    found = {key: sorted((one.subject, one.status) for one in many) for key, many in rows.items()}
    assert found[exchanges[0].id] == [("answer", "scored"), ("prompt", "lost")]
    assert found[exchanges[1].id] == found[exchanges[2].id]
    assert found[exchanges[2].id] == [("answer", "lost"), ("prompt", "lost")]
    totals = ledger.finding_totals(0, NOW + HOUR, ())
    assert sum(one.requests for one in totals if one.basis.subject == "answer") == 3


def test_many_awaited_findings_are_settled_in_several_transactions(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.ledger.store.SETTLED_AT_ONCE", 4)
    lost = finding(status="lost", scores={}, flags=(), windows_scored=0, windows=0)
    ledger.write([Entry(plain(), awaited=(lost,)) for _ in range(8)])
    assert ledger.settle_awaited() == [lost] * 8


def test_an_awaited_finding_goes_with_its_exchange(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain(), awaited=(finding(status="lost"),))])
    with open_ledger(tmp_path, now=NOW + 90 * 24 * HOUR) as later:
        assert later.purge(1) == 1
        assert later.settle_awaited() == []


def test_a_finding_with_the_exchange_blocks_a_later_one(ledger: Ledger) -> None:
    exchange = plain()
    ledger.write([Entry(exchange, None, finding())])
    assert not ledger.add_finding(exchange.id, finding())


def test_rows_are_cut_at_the_bounds_and_read_over_pages(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.ledger.queries.PAGE", 4)
    # Five share one instant, across a page's end.
    times = [NOW - 50, NOW - 40, NOW - 40, NOW - 40, NOW - 40, NOW - 40, NOW - 30, NOW - 20]
    entries = [Entry(plain(at)) for at in times]
    ledger.write(entries)

    found = list(ledger.rows(NOW - 50, NOW - 20))
    wanted = sorted(entries[:-1], key=lambda one: (one.exchange.started_at, one.exchange.id))
    assert [row.exchange for row in found] == [one.exchange for one in wanted]
    assert ledger.count(NOW - 50, NOW - 20) == 7
    assert ledger.count(float("-inf"), float("inf")) == 8
    assert len(list(ledger.rows(float("-inf"), float("inf")))) == 8


def test_newest_oldest_and_counts(ledger: Ledger) -> None:
    assert (ledger.last_exchange(), ledger.oldest_row(), ledger.latest(3)) == (None, None, [])
    ledger.write([Entry(plain(NOW - 100 * n)) for n in range(5)])
    assert ledger.last_exchange() == NOW
    assert ledger.oldest_row() == NOW - 400
    assert [row.counted_at for row in ledger.latest(2)] == [NOW, NOW - 100]
    counts = ledger.counts()
    assert (counts.rows, counts.rollups, counts.dimensions) == (5, 2, 1)
    assert ledger.size_bytes() > 4096
    assert ledger.distinct("tool") == ["le-chat"]


def test_the_size_of_a_ledger_that_is_out_of_reach_is_a_ledger_error(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    with open_ledger(folder) as ledger:
        assert ledger.size_bytes() > 0
        folder.rename(tmp_path / "elsewhere")
        assert ledger.size_bytes() == 0
        folder.write_text("a file where the folder was")
        with pytest.raises(LedgerError) as caught:
            ledger.size_bytes()
    assert caught.value.kind == "disk"


def test_an_unknown_or_misshapen_id_is_no_row(ledger: Ledger) -> None:
    assert ledger.row(new_id(NOW)) is None
    with pytest.raises(ValueError, match="UUID"):
        ledger.row("abc")


def test_threads_may_write_and_read_at_once(ledger: Ledger) -> None:
    batches = [[Entry(plain(NOW - n)) for n in range(40)] for _ in range(4)]
    threads = [Thread(target=ledger.write, args=(batch,)) for batch in batches]
    threads += [Thread(target=lambda: list(ledger.rows(0, NOW + 1)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.totals(0, NOW + HOUR)[0].requests == 160


def test_two_ledgers_on_one_file_see_each_other(ledger: Ledger, tmp_path: Path) -> None:
    with open_ledger(tmp_path) as other:
        ledger.write([Entry(plain(department="voirie"))])
        other.write([Entry(plain(department="etat-civil"))])
        ledger.write([Entry(plain(department="etat-civil"))])
        found = {one.key: one.requests for one in other.totals(0, NOW + HOUR, ["department"])}
    assert found == {("etat-civil",): 2, ("voirie",): 1}
