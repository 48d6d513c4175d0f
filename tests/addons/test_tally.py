"""Counters and histograms of a worker."""

from __future__ import annotations

import errno

import pytest

from addons.tally import COUNTERS, LATENCY_BOUNDS_S, Stopwatch, Tally, kind_of


def test_buckets_hold_their_bound() -> None:
    watch = Stopwatch()
    for value in (-1.0, 0.0, 0.00005, 0.000051, 0.25, 0.2500001, 60.0):
        watch.observe(value)
    histogram = watch.snapshot()
    assert histogram.counts[0] == 3
    assert histogram.counts[1] == 1
    assert histogram.counts[len(LATENCY_BOUNDS_S) - 1] == 1
    assert histogram.counts[-1] == 2
    assert histogram.sum_s == pytest.approx(60.5001011)


def test_counters_that_counted_nothing_are_not_sent() -> None:
    tally = Tally()
    assert tally.counters() == {}
    tally.add("words", "sent")
    tally.add("words", "sent", 2)
    assert tally.counters() == {"words": {"sent": 3}}
    assert (tally.value("words", "sent"), tally.value("words", "off")) == (3, 0)
    assert tally.counters() == {"words": {"sent": 3}}
    with pytest.raises(KeyError):
        tally.add("invented", "x")


def test_errors_are_told_by_kind() -> None:
    assert kind_of(OSError(errno.ENOSPC, "No space left", "/secret/path")) == "ENOSPC"
    assert kind_of(OSError("no number")) == "OSError"
    assert kind_of(ValueError("secret")) == "ValueError"


def test_every_counter_has_a_label_and_a_plain_name() -> None:
    assert all(name.isidentifier() and label.isidentifier() for name, label in COUNTERS.items())
