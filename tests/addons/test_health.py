"""What a worker tells of itself, from its start to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from mitmproxy.test import tflow

from addons.health import Health
from addons.tally import LATENCY_BOUNDS_S, STAGES, Tally
from proxy.spool.channel import Farewell, WordsReceiver, WordsSender
from proxy.spool.messages import EdgeHealth, Message, Words, decode, encode
from proxy.spool.outbox import Outbox
from tests.support.answers import answered, asked, streamed
from tests.support.tls import Authority
from tests.support.upstream import Reply, serving
from tests.support.visit import Edge, edge, visit
from tests.support.waiting import wait_until

CHAT = "/v1/chat/completions"
OPENAI = "api.openai.com"
JSON = ("Content-Type", "application/json")


def made(folder: Path, *, outbox_bytes: int = 1_000_000) -> Health:
    socket = folder / "words.sock"
    return Health(
        Tally(),
        edge="mairie-1",
        worker="w",
        outbox=Outbox(folder / "outbox", worker="w", limit_bytes=outbox_bytes),
        sender=WordsSender(socket),
        farewell=Farewell(socket),
    )


@pytest.fixture
def health(tmp_path: Path) -> Health:
    return made(tmp_path)


class Auditor:
    """Hears states, and answers the last one if it is to."""

    def __init__(self, folder: Path, *, answers: bool = True) -> None:
        self.heard: list[EdgeHealth] = []
        self._answers = answers
        self.receiver = WordsReceiver(folder / "words.sock", self._receive)

    def _receive(self, message: Message) -> None:
        assert isinstance(message, EdgeHealth)
        self.heard.append(message)
        if self._answers and message.final:
            self.receiver.recorded(message.boot_id)

    @property
    def last(self) -> list[EdgeHealth]:
        return [one for one in self.heard if one.final]


def test_clients_are_counted(health: Health) -> None:
    one, two, stranger = (tflow.tclient_conn() for _ in range(3))
    stranger.error = "refused"
    for client in (one, two, stranger):
        client.id = str(id(client))
        health.client_connected(client)
    two.error = "a later error is none of ours"
    assert health.state().connections == 2
    health.client_disconnected(two)
    health.client_disconnected(stranger)
    state = health.state()
    assert state.connections == 1
    assert state.counters["clients"] == {"accepted": 2, "refused": 1}
    health.done()


def test_the_state_names_itself_and_travels(health: Health) -> None:
    health.tally.add("tunnels", "other", 3)
    health.tally.stages["finish"].observe(0.002)
    state = health.state()
    assert decode(encode(state)) == state
    assert (state.edge, state.worker, state.final) == ("mairie-1", "w", False)
    assert state.counters == {"tunnels": {"other": 3.0}}
    assert set(state.histograms) == set(STAGES)
    finish = state.histograms["finish"]
    assert finish.bounds_s == LATENCY_BOUNDS_S
    assert len(finish.counts) == len(finish.bounds_s) + 1
    assert sum(finish.counts) == 1
    assert finish.sum_s == 0.002
    assert health.state().boot_id == state.boot_id
    health.done()


def test_words_that_were_taken_and_not_sent_are_told(health: Health) -> None:
    assert health._sender.send(Words(id="1", prompt="Bonjour"))
    health.tally.add("words", "sent")
    health.done()  # nobody listens: what waits is given up
    assert health.state().counters["words"] == {"sent": 1, "given_up": 1}


async def test_it_is_sent_at_once_and_at_the_end(tmp_path: Path, health: Health) -> None:
    auditor = Auditor(tmp_path)
    health.running()
    await asyncio.to_thread(wait_until, lambda: auditor.heard, "the first state")
    health.done()
    await health.farewell()
    auditor.receiver.close()
    assert auditor.last == [auditor.heard[-1]]


async def test_a_loss_waits_for_an_auditor_and_the_log_has_it_too(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    health = made(tmp_path, outbox_bytes=10)
    for _ in range(3):
        health._outbox.put(b"more than the folder may hold")
    health.done()
    assert "lost 3 counts (EDQUOT): their number is not yet known to be in" in caplog.text
    leaving = asyncio.create_task(health.farewell())
    await asyncio.sleep(0.3)
    silent = Auditor(tmp_path, answers=False)
    await asyncio.to_thread(wait_until, lambda: silent.heard, "the first hears it")
    silent.receiver.close()  # it ends before it has written it down
    auditor = Auditor(tmp_path)
    await leaving
    auditor.receiver.close()
    assert [one.outbox_lost for one in auditor.last] == [3]
    assert "the number of lost counts is in the ledger now: 3" in caplog.text


async def test_a_loss_that_nobody_records_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    health = made(tmp_path, outbox_bytes=10)
    health._outbox.put(b"more than the folder may hold")
    health.done()
    health.hurry()
    await health.farewell()
    assert "no auditor has recorded the number of lost counts: 1" in caplog.text


async def test_the_last_counts_wait_for_the_auditor_s_successor(
    tmp_path: Path, health: Health, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing was lost: nothing is in the log."""
    first = Auditor(tmp_path)
    health.running()
    await asyncio.to_thread(wait_until, lambda: first.heard, "the first state")
    first.receiver.close()
    health.tally.add("tunnels", "other")
    await asyncio.to_thread(health.done)
    assert first.last == []
    second = Auditor(tmp_path)
    await health.farewell()
    second.receiver.close()
    assert [one.counters["tunnels"] for one in second.last] == [{"other": 1.0}]
    assert caplog.text == ""


async def test_an_edge_without_an_auditor_does_not_wait_for_one(
    health: Health, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it counted goes with it, as nobody ever was there to be told."""
    health.tally.add("tunnels", "other")
    patience: list[float] = []
    monkeypatch.setattr(health._farewell, "tell", lambda _, patience_s: patience.append(patience_s))
    health.done()
    await health.farewell()
    assert patience == [0.0]


async def test_a_worker_that_stops_tells_all_it_had(tmp_path: Path, authority: Authority) -> None:
    """A stream that outlives the deadline is cut and counted, and nothing else is lost."""
    with edge(tmp_path, authority, {"edge.drain_s": 0.5}) as running:
        async with serving(authority.server_context(OPENAI)) as upstream:
            upstream.replies[CHAT] = Reply(
                streamed(), headers=[("Content-Type", "text/event-stream")], pause_s=0.5
            )
            upstream.replies["/v1/embeddings"] = Reply([answered()])
            async with (
                visit(running.port, upstream.port, running.trust("h2"), OPENAI) as first,
                visit(running.port, upstream.port, running.trust(), OPENAI) as second,
            ):
                cut = asyncio.create_task(
                    first.request("POST", CHAT, headers=[JSON], body=asked(stream=True))
                )
                await second.request("POST", "/v1/embeddings", headers=[JSON], body=asked())
                await asyncio.to_thread(
                    wait_until,
                    lambda: {one.target for one in upstream.seen} >= {CHAT},
                    "the stream has begun",
                )
                status = await asyncio.to_thread(running.worker.terminate)
                answer = await cut
        records = await running.coming(2)
        last = running.health[-1]
    assert status == 0
    assert not answer.complete
    assert sorted((one.operation, one.status) for one in records) == [
        ("chat", "aborted"),
        ("embedding", "ok"),
    ]
    assert last.final
    assert last.counters["aborted"] == {"openai-api": 1.0}
    assert sum(last.counters["exchanges"].values()) == 2
    assert (last.outbox_queued, last.outbox_lost, last.outbox_error) == (0, 0, None)


def test_an_edge_that_has_no_auditor_goes_on(tmp_path: Path, authority: Authority) -> None:
    """Words wait for nobody; the traffic and the counts go on."""

    async def use(running: Edge) -> None:
        async with serving(authority.server_context(OPENAI)) as upstream:
            upstream.replies[CHAT] = Reply([answered()])
            async with visit(running.port, upstream.port, running.trust(), OPENAI) as client:
                for _ in range(3):
                    answer = await client.request("POST", CHAT, headers=[JSON], body=asked())
                    assert answer.body == answered()
            assert {one.words for one in await running.coming(3)} == {"sent"}

    with edge(tmp_path, authority, listening=False) as running:
        asyncio.run(use(running))
        assert running.worker.terminate() == 0
        assert running.worker.log.read_text() == ""
