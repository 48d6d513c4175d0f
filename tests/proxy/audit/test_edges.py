from __future__ import annotations

import pytest

from addons.tally import LATENCY_BOUNDS_S
from proxy.audit import edges as edges_module
from proxy.audit.edges import Edges
from proxy.ledger import Gap
from proxy.metrics import Metrics
from proxy.spool.messages import EdgeHealth, Histogram

CONNECTIONS = "jauge_connections_total"


def _health(boot: str = "b1", **changes: object) -> EdgeHealth:
    given: dict[str, object] = {
        "edge": "north",
        "worker": "w0",
        "boot_id": boot,
        "sent_at": 0.0,
        "counters": {},
        "histograms": {},
        **changes,
    }
    return EdgeHealth(**given)  # type: ignore[arg-type]


def _tunnels(count: float, boot: str = "b1", tool: str = "chatgpt") -> EdgeHealth:
    return _health(boot, counters={"tunnels": {tool: count}})


def _histogram(*counts: int, sum_s: float = 0.0) -> Histogram:
    filled = (*counts, *(0,) * (len(LATENCY_BOUNDS_S) + 1 - len(counts)))
    return Histogram(bounds_s=LATENCY_BOUNDS_S, counts=filled, sum_s=sum_s)


def _store(edges: Edges, ledger: dict[str, int]) -> list[Gap]:
    """What a write to the ledger does."""
    gaps, positions = edges.unstored()
    ledger.update(positions)
    edges.stored(positions)
    return gaps


def _sizes(gaps: list[Gap]) -> dict[tuple[str, str], int]:
    return {(gap.kind, gap.tool): gap.count for gap in gaps}


def test_what_counters_grew_by_is_added_for_every_worker() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    for count in (3, 3, 5):
        edges.receive(_tunnels(count, "b1"))
    edges.receive(_tunnels(10, "b2"))
    _store(edges, {})
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 15


def test_a_message_that_was_overtaken_takes_nothing_back() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    for count in (5, 3, 6):
        edges.receive(_tunnels(count))
        _store(edges, {})
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 6


def test_a_restarted_worker_starts_from_0() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_tunnels(5, "b1"))
    edges.receive(_tunnels(2, "b2"))
    _store(edges, {})
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 7


def test_gaps_go_to_the_ledger_once() -> None:
    edges = Edges(Metrics())
    ledger: dict[str, int] = {}
    edges.receive(_health(counters={"tunnels": {"chatgpt": 5}, "opened": {"chatgpt": 9}}))
    assert _sizes(_store(edges, ledger)) == {("tunnels", "chatgpt"): 5}
    assert _store(edges, ledger) == []
    edges.receive(_tunnels(7))
    assert _sizes(_store(edges, ledger)) == {("tunnels", "chatgpt"): 2}


def test_what_was_not_written_is_offered_again() -> None:
    edges = Edges(Metrics())
    edges.receive(_tunnels(5))
    first = edges.unstored()
    edges.receive(_tunnels(6))
    assert _sizes(first[0]) == {("tunnels", "chatgpt"): 5}
    assert _sizes(edges.unstored()[0]) == {("tunnels", "chatgpt"): 6}


def test_a_restarted_auditor_counts_nothing_twice() -> None:
    ledger: dict[str, int] = {"w0.aaa.000001.seg": 77}
    edges = Edges(Metrics())
    edges.receive(_tunnels(5))
    _store(edges, ledger)
    metrics = Metrics()
    again = Edges(metrics)
    again.restore(ledger)
    again.receive(_tunnels(8))
    assert _sizes(_store(again, ledger)) == {("tunnels", "chatgpt"): 3}
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 3
    assert ledger["w0.aaa.000001.seg"] == 77


def test_a_worker_heard_of_before_the_ledger_is_open_is_counted_from_what_the_ledger_has() -> None:
    metrics = Metrics()
    edges = Edges(metrics, restored=False)
    early = {"request": _histogram(9, sum_s=0.1)}
    edges.receive(_health(counters={"tunnels": {"chatgpt": 6}}, histograms=early))
    edges.receive(_health(counters={"tunnels": {"chatgpt": 7}}, histograms=early))
    edges.receive(_health("new", counters={"tunnels": {"chatgpt": 2}}, final=True))
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 0
    assert edges.settled() == [], "nobody has its last state yet"
    ledger = {"edge/b1/tunnels/chatgpt": 5}
    edges.restore(ledger)
    assert edges.settled() == []
    assert sum(gap.count for gap in _store(edges, ledger)) == 2 + 2
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 2 + 2
    assert edges.settled() == ["new"]
    late = {"request": _histogram(11, sum_s=0.3)}
    edges.receive(_health(counters={"tunnels": {"chatgpt": 8}}, histograms=late))
    _store(edges, ledger)
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 5
    counts, _ = metrics.histograms("jauge_added_latency_seconds")["request",]
    assert counts[0] == 2


def test_what_a_scrape_has_seen_is_not_counted_again_by_the_auditor_after_a_killed_one() -> None:
    """Whatever the moment: after each word of the edge and each write the auditor is killed."""
    for killed_after in range(7):
        ledger: dict[str, int] = {}
        scraped = 0.0
        metrics = Metrics()
        edges = Edges(metrics)
        for step in range(8):
            count = 3 + step
            early = {"request": _histogram(count, sum_s=count / 10)}
            edges.receive(_health(counters={"tunnels": {"chatgpt": count}}, histograms=early))
            if step % 3 == 2:
                _store(edges, ledger)
            if step == killed_after:
                scraped += _shown(metrics)
                metrics = Metrics()
                edges = Edges(metrics, restored=False)
                edges.restore(ledger)
        _store(edges, ledger)
        assert scraped + _shown(metrics) == 10, f"killed after step {killed_after}"
        assert ledger == {"edge/b1/tunnels/chatgpt": 10}


def _shown(metrics: Metrics) -> float:
    """Tunnels; checks that no request's latency is shown that no tunnel stands for."""
    tunnels = metrics.value(CONNECTIONS, ("chatgpt", "tunnelled"))
    counts, _ = metrics.histograms("jauge_added_latency_seconds")["request",]
    assert tunnels or not sum(counts)
    return tunnels


def test_latencies_wait_until_the_ledger_knows_their_worker() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(
        _health(
            counters={"opened": {"chatgpt": 1}},
            histograms={"request": _histogram(4, sum_s=0.4)},
        )
    )
    seen = [sum(metrics.histograms("jauge_added_latency_seconds")["request",][0])]
    _store(edges, {})
    seen.append(sum(metrics.histograms("jauge_added_latency_seconds")["request",][0]))
    assert seen == [0, 4]


def test_a_ledger_that_takes_nothing_does_not_hide_the_traffic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_tunnels(5))
    _, refused = edges.unstored()
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 0
    monkeypatch.setattr(edges_module, "HOLD_S", 0.0)
    edges.receive(_tunnels(7))
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 7
    edges.stored(refused)
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 7
    _store(edges, {})
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 7


def test_what_a_worker_told_last_is_shown_by_the_next_scrape_where_the_ledger_takes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_health(outbox_lost=4, final=True))
    edges.refresh()
    seen = [metrics.value("jauge_outbox_lost_records_total", ("north",))]
    monkeypatch.setattr(edges_module, "HOLD_S", 0.0)
    edges.refresh()
    assert [*seen, metrics.value("jauge_outbox_lost_records_total", ("north",))] == [0, 4]


def test_what_is_always_taken_in_time_is_never_shown_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("proxy.audit.edges.time.monotonic", lambda: clock[0])
    metrics = Metrics()
    edges = Edges(metrics)
    for count in range(1, 10):
        edges.receive(_tunnels(count))
        assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == count - 1
        _store(edges, {})
        clock[0] += edges_module.HOLD_S * 2


def test_a_write_that_failed_and_was_done_all_the_same_is_shown_once_the_ledger_says_so() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_tunnels(5))
    _, positions = edges.unstored()
    edges.restore(positions)
    assert metrics.value(CONNECTIONS, ("chatgpt", "tunnelled")) == 5
    assert edges.unstored() == ([], {})


def test_gaps_carry_a_tool_only_where_the_label_is_one() -> None:
    edges = Edges(Metrics())
    counters = {"tee_errors": {"KeyError": 2.0}, "requests_plain": {"other": 3.0}}
    edges.receive(_health(counters=counters))
    assert _sizes(edges.unstored()[0]) == {("tee_errors", ""): 2, ("requests_plain", ""): 3}


def test_lost_records_are_a_metric_and_a_gap() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_health(outbox_lost=4))
    assert _sizes(_store(edges, {})) == {("outbox_lost", ""): 4}
    assert metrics.value("jauge_outbox_lost_records_total", ("north",)) == 4


@pytest.mark.parametrize(
    "counters",
    [
        {"of the future": {"x": 1.0}},
        {"tunnels": {"a/b": 1.0}},
        {"tunnels": {"x" * 65: 1.0}},
        {"tunnels": {"chatgpt": -3.0}},
        {"tunnels": {"chatgpt": 0.0}},
    ],
)
def test_counters_that_make_no_sense_are_ignored(counters: dict[str, dict[str, float]]) -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_health(counters=counters))
    assert _store(edges, {}) == []
    assert metrics.values(CONNECTIONS) == {}


def test_a_worker_cannot_fill_the_memory_with_counters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges_module, "MOST_COUNTERS", 10)
    edges = Edges(Metrics())
    edges.receive(_health(counters={"tunnels": {f"t{number}": 1.0 for number in range(50)}}))
    edges.receive(_tunnels(2, tool="t0"))
    assert sum(_sizes(edges.unstored()[0]).values()) == 11


def test_added_latency_is_merged_by_what_it_grew() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    counters = {"opened": {"chatgpt": 1}}
    for histogram in (_histogram(1, 2, sum_s=0.5), _histogram(1, 5, sum_s=0.9)):
        edges.receive(_health(counters=counters, histograms={"request": histogram}))
        _store(edges, {})
    edges.receive(_health(histograms={"request": _histogram(0, 4, sum_s=0.1)}))
    other = {"request": _histogram(7, sum_s=0.1)}
    edges.receive(_health("b2", counters=counters, histograms=other))
    _store(edges, {})
    counts, total = metrics.histograms("jauge_added_latency_seconds")["request",]
    assert counts[:3] == (8, 5, 0)
    assert total == pytest.approx(1.0)


def test_latency_before_this_auditor_started_is_not_counted_again() -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.restore({"edge/b1/tunnels/chatgpt": 5})
    edges.receive(_health(histograms={"request": _histogram(100, sum_s=1.0)}))
    edges.receive(_health(histograms={"request": _histogram(103, sum_s=1.5)}))
    counts, total = metrics.histograms("jauge_added_latency_seconds")["request",]
    assert (counts[0], total) == (3, 0.5)


def test_histograms_of_other_buckets_are_ignored() -> None:
    metrics = Metrics()
    odd = Histogram(bounds_s=(1.0,), counts=(5, 5), sum_s=3.0)
    Edges(metrics).receive(_health(histograms={"request": odd}))
    assert sum(metrics.histograms("jauge_added_latency_seconds")["request",][0]) == 0


def test_gauges_are_sums_over_the_workers_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()
    edges = Edges(metrics)
    edges.receive(_health("b1", connections=2, outbox_queued=1))
    edges.receive(_health("b2", worker="w1", connections=5))
    edges.receive(_health("b3", edge="south", connections=1))
    edges.receive(_health("b4", connections=9, final=True))
    edges.refresh()
    assert metrics.values("jauge_edge_workers") == {("north",): 2.0, ("south",): 1.0}
    assert metrics.values("jauge_open_connections") == {("north",): 7.0, ("south",): 1.0}
    assert metrics.values("jauge_outbox_queued_records") == {("north",): 1.0, ("south",): 0.0}
    monkeypatch.setattr(edges_module, "FRESH_S", 0.0)
    edges.refresh()
    assert metrics.values("jauge_edge_workers") == {("north",): 0.0, ("south",): 0.0}
    assert edges.workers() == []


def test_workers_are_told_as_last_heard_of() -> None:
    edges = Edges(Metrics())
    edges.receive(_health(outbox_error="ENOSPC", outbox_lost=2, outbox_oldest_age_s=1.5))
    (worker,) = edges.workers()
    assert (worker.edge, worker.worker, worker.outbox_error) == ("north", "w0", "ENOSPC")
    assert (worker.outbox_lost, worker.outbox_oldest_age_s) == (2, 1.5)


def test_positions_of_workers_long_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = Edges(Metrics())
    ledger: dict[str, int] = {}
    edges.receive(_tunnels(5))
    _store(edges, ledger)
    assert edges.forgettable() == []
    monkeypatch.setattr(edges_module, "FORGET_S", 0.0)
    assert edges.forgettable() == list(ledger) == ["edge/b1/tunnels/chatgpt"]
    edges.forget(list(ledger))
    assert edges.forgettable() == []
    assert edges.workers() == []


def test_a_worker_that_ends_presses_until_the_ledger_has_all_it_told() -> None:
    edges = Edges(Metrics())
    seen: list[bool] = []
    edges.receive(_health("b2", outbox_lost=1))
    seen.append(edges.pressing)
    edges.receive(_health(outbox_lost=4, final=True))
    seen.append(edges.pressing)
    assert edges.settled() == []
    _store(edges, {})
    assert edges.settled() == ["b1"]
    seen.append(edges.pressing)
    assert edges.settled() == []
    assert seen == [False, True, False]


def test_a_worker_that_has_nothing_to_tell_may_end_at_once() -> None:
    edges = Edges(Metrics())
    edges.receive(_health(final=True))
    assert edges.settled() == ["b1"]


def test_a_write_that_came_before_the_last_state_does_not_let_a_worker_end() -> None:
    edges = Edges(Metrics())
    edges.receive(_tunnels(5))
    _, positions = edges.unstored()
    edges.receive(_health(counters={"tunnels": {"chatgpt": 6}}, final=True))
    edges.stored(positions)
    assert edges.settled() == []
    _store(edges, {})
    assert edges.settled() == ["b1"]


def test_what_an_earlier_auditor_recorded_lets_a_worker_end() -> None:
    edges = Edges(Metrics())
    last = _health(outbox_lost=4, final=True)
    edges.receive(last)  # before the ledger was open
    edges.restore({"edge/b1/outbox_lost/": 4})
    assert edges.settled() == ["b1"]
    edges.receive(last)  # told once more: the answer was lost
    assert edges.unstored() == ([], {})
    assert edges.settled() == ["b1"]
