"""Interim answers (1xx) of a service do not end an exchange."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mitmproxy.proxy.layers.http._http1 import Http1Client

from addons import interim
from addons.levers.patch import put
from tests.support import edge
from tests.support.raw import Raw, head
from tests.support.scenes import HOST, chat, chat_answer, script
from tests.support.stage import Stage, staged

HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
BODY = chat_answer()
WHOLE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    + b"Content-Length: %d\r\n\r\n" % len(BODY)
    + BODY
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as one:
        yield one


@pytest.fixture(scope="module", params=[True, False], ids=["levers", "no levers"])
def worker(
    tmp_path_factory: pytest.TempPathFactory, stage: Stage, request: pytest.FixtureRequest
) -> Iterator[edge.Worker]:
    settings = {
        "edge.parent": stage.url,
        "edge.upstream_ca": str(stage.ca),
        "edge.levers": request.param,
    }
    with edge.worker(edge.configure(tmp_path_factory.mktemp("worker"), settings)) as one:
        yield one


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([HINTS, 0.05, WHOLE], [103]),
        ([HINTS + WHOLE], [103]),
        ([CONTINUE, PROCESSING + HINTS, 0.05, WHOLE], [100, 102, 103]),
        ([HINTS[:9], 0.05, HINTS[9:30], 0.05, HINTS[30:] + WHOLE], [103]),
        ([WHOLE], []),
    ],
)
def test_they_reach_the_client_before_the_answer(
    worker: edge.Worker, stage: Stage, steps: list[bytes | float], expected: list[int]
) -> None:
    stage.next.append(script(*steps))
    with Raw.tunnel(worker.port, HOST, worker.authority) as connection:
        answer = connection.ask(chat("x", stream=False))
        assert (answer.interim, answer.status, answer.body) == (expected, 200, BODY)
        assert connection.ask(chat("y", stream=False)).complete  # the connection goes on


def test_older_clients_get_the_answer_alone(worker: edge.Worker, stage: Stage) -> None:
    stage.next.append(script(HINTS, 0.05, WHOLE))
    with Raw.tunnel(worker.port, HOST, worker.authority) as connection:
        connection.send(head("GET", "/v1/models", [("Host", HOST)]).replace(b"/1.1\r", b"/1.0\r"))
        answer = connection.answer()
    assert (answer.interim, answer.status, answer.body) == ([], 200, BODY)


def test_an_unknown_mitmproxy_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    before = Http1Client.read_headers
    assert interim.mend("99.0") == []
    assert Http1Client.read_headers is before
    assert "unknown mitmproxy 99.0" in caplog.text


def test_it_can_be_undone() -> None:
    before = Http1Client.read_headers
    undo = interim.mend()
    assert Http1Client.read_headers is not before
    put(undo)
    assert Http1Client.read_headers is before


def test_the_tee_is_not_needed_for_it(tmp_path: Path, stage: Stage) -> None:
    """The whole edge, which reads the answer, does the same."""
    settings = {"edge.parent": stage.url, "edge.upstream_ca": str(stage.ca)}
    stage.next.append(script(HINTS, 0.05, WHOLE))
    config = edge.configure(tmp_path, settings)
    with (
        edge.worker(config, addons="addons.assemble:build") as worker,
        Raw.tunnel(worker.port, HOST, worker.authority) as connection,
    ):
        answer = connection.ask(chat("x", stream=False))
    assert (answer.interim, answer.status, answer.body) == ([103], 200, BODY)
