"""Recorded exchanges with real services, replayed through the running product.

Every recording passes twice. The stage answers with the recorded status, headers and body:
once as it was recorded, in one burst of odd chunks; once in another content coding, flushed
after each event, in paced pieces. What arrives on either side is compared byte for byte,
and what the ledger holds with what the recording's truth states.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from bench.simulated.coding import coded_pieces
from bench.simulated.http1 import Answer as Reply
from proxy.exchange import clean_name
from tests.support.raw import Answer, Raw, head
from tests.support.recorded import body, needs_recordings, recorded
from tests.support.running import Product, Row
from tests.support.stage import Stage

pytestmark = [needs_recordings, pytest.mark.slow]

Record = dict[str, Any]

COUNTS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "reasoning_tokens": "reasoning_tokens",
}
"""Field of the truth to column of the export. A null truth states nothing."""
NAMES = {"model_requested": "model_asked", "model_answered": "model_answered"}
CODINGS = ("gzip", "br", "zstd", "deflate")
EVENT = re.compile(rb"(?<=\n\n)|(?<=\r\n\r\n)")
FRAMING = {"content-length", "transfer-encoding"}
MOST_PIECES = 30


@dataclass(frozen=True)
class Replayed:
    """One recording that passed, seen from both ends."""

    record: Record
    sent: bytes
    arrived: tuple[str, str, list[tuple[str, str]], bytes]
    """Method, target, headers and body at the service."""
    served: Reply
    answer: Answer
    begun: float
    ended: float


def as_recorded(record: Record, number: int) -> Reply:
    """In one burst of odd chunks, in the content coding of the recording."""
    data = body(record, "response")
    coding = "gzip" if record["recorded_encoding"] == "gzip" else None
    if coding:
        data = b"".join(coded_pieces(coding, [data]))
    dice = random.Random(number)
    pieces: list[bytes] = []
    while data:
        size = dice.choice((1, 2, 3, 7, 61, 512, 4093))
        pieces.append(data[:size])
        data = data[size:]
    return reply(record, pieces, coding, streamed=bool(record["streaming"]))


def flushed(record: Record, number: int) -> Reply:
    """In another coding, flushed after each event, paced."""
    events = [event for event in EVENT.split(body(record, "response")) if event]
    if len(events) > MOST_PIECES:
        events = [*events[: MOST_PIECES - 1], b"".join(events[MOST_PIECES - 1 :])]
    coding = CODINGS[number % len(CODINGS)]
    answer = reply(record, coded_pieces(coding, events), coding, streamed=True)
    answer.pause_s = 0.001
    return answer


def reply(record: Record, pieces: list[bytes], coding: str | None, *, streamed: bool) -> Reply:
    fields = [(name, value) for name, value in record["response_headers"]]
    if coding:
        fields.append(("Content-Encoding", coding))
    if streamed:
        return Reply(record["status"], fields=fields, chunks=pieces)
    return Reply(record["status"], fields=fields, body=b"".join(pieces))


ROUNDS: dict[str, Callable[[Record, int], Reply]] = {
    "as recorded": as_recorded,
    "coded and paced": flushed,
}


def request_bytes(record: Record) -> bytes:
    """The recorded request, with the framing that its client must have used."""
    data = body(record, "request")
    target = record["path"]
    if record["scheme"] == "http":
        target = f"http://{record['host']}{target}"
    fields = [("Host", record["host"]), *map(tuple, record["request_headers"])]
    if data or record["method"] in {"POST", "PUT"}:
        fields.append(("Content-Length", str(len(data))))
    return head(record["method"], target, fields) + data


class Replay:
    """Keeps one connection per service, as clients do."""

    def __init__(self, jauge: Product, stage: Stage) -> None:
        self._jauge = jauge
        self._stage = stage
        self._connections: dict[str, Raw] = {}

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()

    def _connection(self, record: Record) -> Raw:
        host = record["host"]
        if host not in self._connections:
            plain = record["scheme"] == "http"
            port = self._jauge.port
            self._connections[host] = Raw.plain(port) if plain else Raw.tunnel(port, host)
        return self._connections[host]

    def play(self, record: Record, served: Reply) -> Replayed:
        connection = self._connection(record)
        self._stage.next.append(served)
        data = request_bytes(record)
        begun = time.time()
        answer = connection.ask(data, record["method"])
        ended = time.time()
        seen = self._stage.seen[-1]
        arrived = (seen.method, seen.target, seen.fields, seen.body)
        return Replayed(record, data, arrived, served, answer, begun, ended)


@pytest.fixture(scope="module", params=list(ROUNDS))
def replayed(
    request: pytest.FixtureRequest, jauge: Product, stage: Stage
) -> Iterator[list[Replayed]]:
    replay, make = Replay(jauge, stage), ROUNDS[request.param]
    try:
        yield [replay.play(one, make(one, number)) for number, one in enumerate(recorded())]
    finally:
        replay.close()


def test_requests_arrive_as_they_were_sent(replayed: list[Replayed]) -> None:
    for one in replayed:
        method, target, fields, data = one.arrived
        if one.record["scheme"] == "http":
            target = f"http://{one.record['host']}{target}"
        assert head(method, target, fields) + data == one.sent, one.record["id"]


def test_answers_arrive_as_they_were_served(replayed: list[Replayed]) -> None:
    for one in replayed:
        served, answer = one.served, one.answer
        assert answer.complete, one.record["id"]
        assert answer.status == served.status, one.record["id"]
        fields = [field for field in answer.fields if field[0].lower() not in FRAMING]
        assert fields == list(served.fields or ()), one.record["id"]
        expected = b"".join(served.chunks) if served.body is None else served.body
        if one.record["method"] != "HEAD":
            assert answer.body == expected, one.record["id"]


def test_the_ledger_holds_what_the_truth_states(replayed: list[Replayed], jauge: Product) -> None:
    expected = sum(one.record["llm"] for one in replayed)
    rows = windows(replayed, jauge, expected)
    wrong = {
        one.record["id"]: found
        for one, within in zip(replayed, rows, strict=True)
        if (found := differences(one.record, within))
    }
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())


def windows(replayed: list[Replayed], jauge: Product, expected: int) -> list[list[Row]]:
    """The exchanges that began while each recording passed (one at a time)."""
    deadline = time.monotonic() + 30
    while True:
        rows = jauge.exchanges()
        found = [[r for r in rows if o.begun <= r["started_at"] <= o.ended] for o in replayed]
        if sum(map(len, found)) >= expected or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def differences(record: Record, rows: list[Row]) -> list[str]:
    """What was recorded otherwise than the truth says."""
    if len(rows) != int(record["llm"]):
        return [f"{len(rows)} exchanges"]
    if not rows:
        return []
    (row,), truth = rows, record["truth"]
    found = [
        f"{field}: {truth[field]} recorded as {row[ours]}"
        for field, ours in COUNTS.items()
        if truth[field] is not None and truth[field] != row[ours]
    ]
    found += [
        f"{field}: {truth[field]} recorded as {row[ours]}"
        for field, ours in NAMES.items()
        if truth[field] is not None and clean_name(truth[field]) != row[ours]
    ]
    for side in ("input", "output"):
        if truth[f"{side}_tokens"] is not None and row[f"{side}_source"] != "reported":
            found.append(f"{side} tokens are {row[f'{side}_source']}")
    expected = "ok" if record["status"] < 400 else "client_error"
    if row["status"] != expected or row["http_status"] != record["status"]:
        found.append(f"status {row['status']} {row['http_status']}")
    return found
