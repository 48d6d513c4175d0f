"""WebSockets through the running product: each turn is one exchange."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect
from websockets.sync.connection import Connection

from bench.simulated.realtime import TURN_INPUT_TOKENS
from tests.support.raw import context
from tests.support.running import Product
from tests.support.stage import REFERENCE, Stage

URL = "wss://api.openai.com/v1/realtime?model=gpt-realtime"


def dial(proxy: str, authority: Path, reference: str, **more: str) -> ClientConnection:
    def attempt() -> ClientConnection:
        return connect(
            URL,
            proxy=proxy,
            ssl=context(authority),
            additional_headers={REFERENCE: reference, **more},
            open_timeout=15,
        )

    for _ in range(3):  # the known defect in docs/operate/performance.md
        with contextlib.suppress(TimeoutError):
            return attempt()
    return attempt()


def say(text: str) -> Iterator[str]:
    content = [{"type": "input_text", "text": text}]
    item = {"type": "message", "role": "user", "content": content}
    yield json.dumps({"type": "conversation.item.create", "item": item})
    yield json.dumps({"type": "response.create"})


def turn(connection: Connection, text: str) -> list[str]:
    """Say something; every message up to the end of the turn."""
    for message in say(text):
        connection.send(message)
    heard: list[str] = []
    while not heard or json.loads(heard[-1])["type"] != "response.done":
        heard.append(str(connection.recv(30)))
    return heard


def drain(connection: Connection) -> None:
    while True:
        connection.recv(30)


def talk(proxy: str, authority: Path, reference: str) -> list[list[str]]:
    with dial(proxy, authority, reference) as connection:
        first = [str(connection.recv(30))]
        return [first, *(turn(connection, f"Question {number} ?") for number in range(3))]


def test_every_turn_is_one_exchange(jauge: Product, stage: Stage) -> None:
    direct = talk(stage.url, stage.ca, "direct-realtime")
    assert talk(jauge.proxy, jauge.authority, "realtime") == direct
    rows = jauge.settled(["realtime"])["realtime"]
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
    with dial(
        jauge.proxy, jauge.authority, "cut-realtime", **{"x-simulated-pause-ms": "50"}
    ) as connection:
        for message in say("Une question ?"):
            connection.send(message)
        for _ in range(6):
            connection.recv(30)
        connection.socket.shutdown(2)
        with pytest.raises(ConnectionClosedError):
            drain(connection)
    rows = jauge.settled(["cut-realtime"])["cut-realtime"]
    assert [(row["status"], row["parse_status"]) for row in rows] == [("aborted", "partial")]
    assert rows[0]["answer_chars"] > 0


def test_a_socket_without_a_turn_is_no_exchange(jauge: Product) -> None:
    with dial(jauge.proxy, jauge.authority, "silent-realtime") as connection:
        connection.send(json.dumps({"type": "session.update", "session": {}}))
        assert json.loads(connection.recv(30))["type"] == "session.created"
        assert json.loads(connection.recv(30))["type"] == "session.updated"
    talk(jauge.proxy, jauge.authority, "after-silent")
    assert "silent-realtime" not in jauge.settled(["after-silent"])
