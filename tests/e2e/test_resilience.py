"""Processes that die, are replaced or are told to stop, while clients go on asking."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.raw import Answer, Raw
from tests.support.running import Product, product
from tests.support.scenes import HOST, chat
from tests.support.stage import REFERENCE, Stage
from tests.support.traffic import Traffic, traffic
from tests.support.waiting import wait_until

LOST_S = 1.0
"""Exchanges that a killed worker may lose ended at most so long before; 0.1 s is what it
aims for, the rest is for a machine that is busy with other things."""


@pytest.fixture(scope="module")
def sturdy(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Iterator[Product]:
    """A product that these tests may hurt."""
    with product(tmp_path_factory.mktemp("sturdy"), stage, {"edge.drain_s": 15}) as one:
        yield one


def recorded(
    jauge: Product, found: Traffic, may_miss: Callable[[str], bool] = lambda _: False
) -> Counter[str]:
    """How often each reference of the traffic is in the ledger, once nothing is on its way.

    Waits for all that were answered, but for those that may be missing.
    """

    def idle() -> bool:
        inbox = jauge.health()["components"]["inbox"]["detail"]
        return not inbox["unread_bytes"] and not inbox["waiting_records"]

    def settled() -> bool:
        have = set(rows())
        return idle() and all(one in have or may_miss(one) for one in found.answered)

    def rows() -> list[str]:
        return [row["reference"] for row in jauge.exchanges()]

    wait_until(settled, "the ledger is up to date", pause_s=0.2)
    asked = {*found.answered, *found.failed}
    return Counter(reference for reference in rows() if reference in asked)


def children(jauge: Product) -> dict[str, int]:
    """Restarts of each child."""
    status = jauge.status
    assert status is not None
    return {one.name: one.restarts for one in status.children}


def test_a_killed_auditor_costs_neither_a_request_nor_a_count(sturdy: Product) -> None:
    with traffic(sturdy, "auditor") as found:
        for _ in range(2):
            found.wait_for(40)
            before = sturdy.pid("auditor")
            sturdy.kill("auditor")
            found.wait_for(40)
            wait_until(lambda: sturdy.pid("auditor") != before, "another auditor")  # noqa: B023
        found.wait_for(40)
    assert found.failed == []
    assert recorded(sturdy, found) == dict.fromkeys(found.answered, 1)
    assert children(sturdy)["auditor"] >= 2


def test_a_killed_worker_costs_its_own_connections_and_the_last_moment(sturdy: Product) -> None:
    with traffic(sturdy, "worker", clients=8) as found:
        found.wait_for(60)
        before = sturdy.pid("worker-1")
        killed = time.monotonic()
        os.kill(before, signal.SIGKILL)
        found.wait_for(60)
        wait_until(lambda: sturdy.pid("worker-1") != before, "another worker")
        failed = list(found.failed)
        found.wait_for(60)
    assert found.failed == failed, "requests failed after the worker was replaced"
    assert len(failed) <= 2 * 8  # an open request, and one that waited to be accepted
    have = recorded(sturdy, found, lambda one: abs(killed - found.answered[one]) < LOST_S)
    assert set(have.values()) == {1}
    lost = [key for key in found.answered if key not in have]
    early = [killed - found.answered[key] for key in lost]
    assert all(age < LOST_S for age in early), early
    assert children(sturdy)["worker-1"] == 1


def paced(jauge: Product, reference: str, events: int, into: list[Answer]) -> threading.Thread:
    """A stream of so many events, 25 a second, fetched in the background."""

    def fetch() -> None:
        pace = b"x-simulated-pause-ms: 40\r\nx-simulated-events: %d" % events
        data = chat(reference).replace(b"\r\n\r\n", b"\r\n" + pace + b"\r\n\r\n", 1)
        with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
            into.append(connection.ask(data))

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    return thread


def _is(seen: object, reference: str) -> bool:
    return getattr(seen, "headers", {}).get(REFERENCE) == reference


@pytest.fixture
def config_text(sturdy: Product) -> Iterator[Path]:
    """The configuration file, put back afterwards."""
    text = sturdy.config.read_text()
    yield sturdy.config
    sturdy.config.write_text(text)


def test_a_wrong_configuration_changes_nothing(sturdy: Product, config_text: Path) -> None:
    right = yaml.safe_load(config_text.read_text())
    before = [sturdy.pid("worker-1"), sturdy.pid("worker-2"), sturdy.pid("auditor")]
    for key, value in (("workers", "many"), ("colour", "blue"), ("upstream_ca", "/nowhere.pem")):
        told = sturdy.said.count("not reloaded, the old configuration stays")
        config_text.write_text(yaml.safe_dump({**right, "edge": {**right["edge"], key: value}}))
        sturdy.signal(signal.SIGHUP)
        wait_until(
            lambda: sturdy.said.count("not reloaded, the old configuration stays") > told,  # noqa: B023
            f"{key} is refused",
        )
        assert [sturdy.pid("worker-1"), sturdy.pid("worker-2"), sturdy.pid("auditor")] == before
    for key in ("edge.workers", "edge.colour"):
        assert key in sturdy.said
    with Raw.tunnel(sturdy.port, HOST, sturdy.authority) as connection:
        assert connection.ask(chat("after-wrong-configuration")).complete


def test_a_new_configuration_is_put_in_force_under_load_without_a_loss(
    sturdy: Product, stage: Stage, config_text: Path
) -> None:
    document = yaml.safe_load(config_text.read_text())
    document["edge"] |= {"workers": 3, "name": "guichet"}
    config_text.write_text(yaml.safe_dump(document))
    answers: list[Answer] = []
    live = paced(sturdy, "live-while-rolling", 100, answers)
    wait_until(lambda: any(_is(one, "live-while-rolling") for one in stage.seen), "it is live")
    with traffic(sturdy, "rolling") as found:
        found.wait_for(40)
        before = [sturdy.pid("worker-1"), sturdy.pid("worker-2")]
        told = sturdy.said.count("\nreloaded")
        sturdy.signal(signal.SIGHUP)
        wait_until(lambda: sturdy.said.count("\nreloaded") > told, "reloaded")
        assert not {sturdy.pid(f"worker-{number}") for number in (1, 2, 3)} & set(before)
        found.wait_for(40)
    live.join(60)
    assert found.failed == []
    assert recorded(sturdy, found) == dict.fromkeys(found.answered, 1)
    assert answers[0].complete
    assert answers[0].body.count(b'"delta":{"content"') == 100
    (row,) = sturdy.settled(["live-while-rolling"])["live-while-rolling"]
    assert (row["status"], row["output_tokens"], row["edge"]) == ("ok", 100, "edge")
    with Raw.tunnel(sturdy.port, HOST, sturdy.authority) as connection:
        assert connection.ask(chat("after-rolling")).complete
    (row,) = sturdy.settled(["after-rolling"])["after-rolling"]
    assert row["edge"] == "guichet"


def test_a_stop_waits_for_what_is_live(sturdy: Product, stage: Stage) -> None:
    """The last test here: nothing runs after it."""
    answers: list[Answer] = []
    live = paced(sturdy, "live-while-stopping", 60, answers)
    wait_until(lambda: any(_is(one, "live-while-stopping") for one in stage.seen), "it is live")
    assert sturdy.stop() == 0
    live.join(30)
    assert answers[0].complete
    assert answers[0].body.endswith(b"data: [DONE]\n\n")
    with pytest.raises(ConnectionRefusedError):
        Raw.plain(sturdy.port)
    rows = [row for row in sturdy.exchanges() if row["reference"] == "live-while-stopping"]
    assert [(row["status"], row["output_tokens"]) for row in rows] == [("ok", 60)]
    assert sturdy.status is None
