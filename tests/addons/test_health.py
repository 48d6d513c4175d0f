"""What a worker tells of itself, from its start to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from mitmproxy.test import tflow

from addons.health import Health
from addons.tally import LATENCY_BOUNDS_S, STAGES, Tally
from proxy.spool.channel import WordsReceiver, WordsSender
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


@pytest.fixture
def health(tmp_path: Path) -> Health:
    outbox = Outbox(tmp_path / "outbox", worker="w", limit_bytes=1_000_000)
    sender = WordsSender(tmp_path / "words.sock")
    return Health(Tally(), edge="mairie-1", worker="w", outbox=outbox, sender=sender)


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


async def test_it_is_sent_at_once_and_at_the_end(tmp_path: Path) -> None:
    got: list[Message] = []
    receiver = WordsReceiver(tmp_path / "words.sock", got.append)
    outbox = Outbox(tmp_path / "outbox", worker="w", limit_bytes=1_000_000)
    sender = WordsSender(tmp_path / "words.sock")
    health = Health(Tally(), edge="e", worker="w", outbox=outbox, sender=sender)
    health.running()
    await asyncio.to_thread(wait_until, lambda: got, "the first state")
    health.done()
    wait_until(lambda: isinstance(got[-1], EdgeHealth) and got[-1].final, "the last state")
    await asyncio.sleep(0)
    receiver.close()
    assert [one for one in got if isinstance(one, EdgeHealth) and one.final] == [got[-1]]


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
