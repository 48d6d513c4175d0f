"""A reading becomes a record and words, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from addons.handover import Handover
from addons.tally import Tally
from proxy.compose import Circumstances
from proxy.config import Organisation, ToolPolicy
from proxy.exchange import Exchange, from_bytes
from proxy.identity import Directory, Identity
from proxy.providers import Call
from proxy.spool.channel import WordsSender
from proxy.spool.inbox import Inbox
from proxy.spool.outbox import Outbox
from proxy.wire.reading import Reading
from tests.support.waiting import wait_until

FACTS = Circumstances(
    call=Call("albert-api", "albert", "openai-chat", "chat", "api"),
    identity=Identity("accueil", None, "undeclared", keep_words=True),
    started_at=1_800_000_000.0,
    duration_s=1.0,
    http_status=200,
    request_bytes=10,
    response_bytes=20,
)
SAID = Reading(prompt=["Bonjour"], answer=["Bonsoir"])


class Bench:
    def __init__(self, folder: Path) -> None:
        self.tally = Tally()
        self.outbox = Outbox(folder, worker="w", limit_bytes=1_000_000)
        self.sender = WordsSender(folder / "words.sock")
        self.inbox = Inbox(folder, {})
        organisation = Organisation(tools=(ToolPolicy(tool="chatgpt", observe="counts"),))
        directory = Directory(organisation)
        self.handover = Handover(self.outbox, self.sender, directory, tally=self.tally)

    def submit(self, reading: Reading, facts: Circumstances = FACTS) -> Exchange:
        self.handover.submit(reading, facts)
        found: list[Exchange] = []

        def read() -> bool:
            found.extend(from_bytes(one.record) for one in self.inbox.read(9) if one.record)
            return bool(found)

        wait_until(read, "a record")
        [record] = found
        return record


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.outbox.close()
    bench.sender.close()
    bench.inbox.close()


def test_an_exchange(bench: Bench) -> None:
    record = bench.submit(SAID)
    assert (record.words, record.department, record.tool) == ("sent", "accueil", "albert-api")
    assert record.id[14] == "7"
    assert bench.tally.counters() == {
        "exchanges": {"ok": 1},
        "words": {"sent": 1},
        "body_bytes": {"request": 10, "response": 20},
    }


def test_no_words_and_words_that_are_not_wanted(bench: Bench) -> None:
    assert bench.submit(Reading()).words == "empty"
    silent = Identity("accueil", None, "undeclared", keep_words=False)
    assert bench.submit(SAID, msgspec.structs.replace(FACTS, identity=silent)).words == "off"
    call = Call("chatgpt", "openai", "opaque", "chat", "web")
    assert bench.submit(SAID, msgspec.structs.replace(FACTS, call=call)).words == "off"


def test_words_that_the_channel_refuses(bench: Bench) -> None:
    bench.sender.close()
    assert bench.submit(SAID).words == "dropped"


def test_what_went_wrong_is_counted_by_tool(bench: Bench) -> None:
    facts = msgspec.structs.replace(FACTS, aborted=True, truncated=True)
    record = bench.submit(Reading(parse_status="oversize"), facts)
    assert (record.status, record.parse_status) == ("aborted", "oversize")
    counters = bench.tally.counters()
    assert counters["aborted"] == counters["truncated"] == {"albert-api": 1}
    assert counters["exchanges"] == {"oversize": 1}


def test_what_generated_nothing_is_no_exchange(bench: Bench) -> None:
    bench.handover.submit(Reading(inference=False), FACTS)
    assert bench.tally.counters() == {"not_inference": {"albert-api": 1}}
    bench.outbox.close()
    assert bench.inbox.read(9) == []
