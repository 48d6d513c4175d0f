"""WebSockets through the running product: each turn is one exchange."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.simulated.realtime import TURN_INPUT_TOKENS
from tests.support.running import Product
from tests.support.stage import REFERENCE, Stage
from tests.support.websocket import WebSocket

URL = "wss://api.openai.com/v1/realtime?model=gpt-realtime"
HANDSHAKES = 100


def dial(port: int, authority: Path, reference: str, *fields: tuple[str, str]) -> WebSocket:
    return WebSocket(port, URL, authority, [(REFERENCE, reference), *fields])


def say(text: str) -> Iterator[str]:
    content = [{"type": "input_text", "text": text}]
    item = {"type": "message", "role": "user", "content": content}
    yield json.dumps({"type": "conversation.item.create", "item": item})
    yield json.dumps({"type": "response.create"})


def turn(connection: WebSocket, text: str) -> list[str]:
    """Say something; every message up to the end of the turn."""
    for message in say(text):
        connection.send(message)
    heard: list[str] = []
    while not heard or json.loads(heard[-1])["type"] != "response.done":
        heard.append(connection.recv())
    return heard


def talk(port: int, authority: Path, reference: str) -> list[list[str]]:
    with dial(port, authority, reference) as connection:
        first = [connection.recv()]
        return [first, *(turn(connection, f"Question {number} ?") for number in range(3))]


def test_every_turn_is_one_exchange(jauge: Product, stage: Stage) -> None:
    direct = talk(stage.port, stage.ca, "direct-realtime")
    assert talk(jauge.port, jauge.authority, "realtime") == direct
    rows = jauge.settled(["realtime"], each=3)["realtime"]
    assert len(rows) == 3
    expected = {
        "tool": "openai-api",
        "operation": "realtime",
        "model_asked": "gpt-realtime",
        "model_answered": "gpt-realtime",
        "http_status": 101,
        "status": "ok",
        "parse_status": "ok",
        "input_tokens": TURN_INPUT_TOKENS,
        "output_tokens": 24,
        "output_source": "reported",
        "finding_status": "scored",
    }
    for row, heard in zip(rows, direct[1:], strict=True):
        assert {name: row[name] for name in expected} == expected
        pieces = [json.loads(one) for one in heard]
        text = "".join(one["delta"] for one in pieces if "delta" in one)
        assert row["answer_chars"] == len(text)


def test_a_socket_that_is_broken_off_counts_as_aborted(jauge: Product) -> None:
    pause = ("x-simulated-pause-ms", "50")
    with dial(jauge.port, jauge.authority, "cut-realtime", pause) as connection:
        for message in say("Une question ?"):
            connection.send(message)
        for _ in range(6):
            connection.recv()
        connection.cut()
    rows = jauge.settled(["cut-realtime"])["cut-realtime"]
    assert [(row["status"], row["parse_status"]) for row in rows] == [("aborted", "partial")]
    assert rows[0]["answer_chars"] > 0


def test_a_socket_without_a_turn_is_no_exchange(jauge: Product) -> None:
    with dial(jauge.port, jauge.authority, "silent-realtime") as connection:
        connection.send(json.dumps({"type": "session.update", "session": {}}))
        assert json.loads(connection.recv())["type"] == "session.created"
        assert json.loads(connection.recv())["type"] == "session.updated"
    talk(jauge.port, jauge.authority, "after-silent")
    assert "silent-realtime" not in jauge.settled(["after-silent"])


def test_no_opening_handshake_stalls(jauge: Product) -> None:
    """The first frame of the service comes with the answer, or shortly after it."""
    for number in range(HANDSHAKES):
        with dial(jauge.port, jauge.authority, f"handshake-{number}") as connection:
            assert json.loads(connection.recv())["type"] == "session.created"
