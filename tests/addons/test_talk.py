"""WebSockets: turns become exchanges, and every message passes as it is."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosedError
from websockets.http11 import Response

from addons.desk import FINISH_AFTER_S, Desk
from addons.start import Start
from addons.talk import Talk
from addons.tally import Tally
from proxy.compose import Circumstances
from proxy.identity import Identity
from proxy.providers import Call
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.tls import Authority
from tests.support.visit import Edge

OPENAI = "api.openai.com"
REALTIME = "/v1/realtime?model=gpt-realtime"
USAGE = {
    "total_tokens": 30,
    "input_tokens": 12,
    "output_tokens": 18,
    "input_token_details": {"cached_tokens": 2},
}


def asks(text: str) -> list[str]:
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
    return [
        json.dumps({"type": "conversation.item.create", "item": item}),
        json.dumps({"type": "response.create"}),
    ]


def answers(text: str) -> list[str]:
    deltas = [
        json.dumps({"type": "response.output_text.delta", "response_id": "r1", "delta": f"{word} "})
        for word in text.split()
    ]
    response = {"id": "r1", "status": "completed", "usage": USAGE, "output": []}
    return [*deltas, json.dumps({"type": "response.done", "response": response})]


async def realtime(socket: ServerConnection) -> None:
    """Answers each response.create with what was asked, said twice."""
    text = ""
    await socket.send(json.dumps({"type": "session.created", "session": {}}))
    async for message in socket:
        event = json.loads(message)
        if event["type"] == "conversation.item.create":
            text = event["item"]["content"][0]["text"]
        elif text == "raccroche":
            await socket.send(answers("à moitié")[0])
            socket.transport.abort()
        else:
            for one in answers(f"{text} {text}"):
                await socket.send(one)


async def echo(socket: ServerConnection) -> None:
    """Says everything again."""
    async for message in socket:
        await socket.send(message)


async def failing(client: ClientConnection) -> AsyncIterator[str | bytes]:
    """Messages until the connection breaks, without a closing handshake."""
    with contextlib.suppress(ConnectionClosedError):
        while True:
            yield await client.recv()
    assert client.close_code == 1006


@contextlib.asynccontextmanager
async def service(authority: Authority, handler: object) -> AsyncIterator[int]:
    context = authority.server_context(OPENAI, alpn=["http/1.1"])
    async with serve(handler, "127.0.0.1", 0, ssl=context, max_size=None) as server:  # type: ignore[arg-type]
        yield next(iter(server.sockets)).getsockname()[1]


@contextlib.asynccontextmanager
async def calling(
    town: Edge, port: int, path: str, *, compression: str | None = "deflate"
) -> AsyncIterator[ClientConnection]:
    """A WebSocket through the proxy."""
    raw = socket.create_connection(("127.0.0.1", town.port))
    raw.sendall(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    loop = asyncio.get_running_loop()
    raw.settimeout(0)
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await loop.sock_recv(raw, 1)
    assert b" 200 " in head
    async with connect(
        f"wss://{OPENAI}{path}",
        sock=raw,
        ssl=town.trust(),
        compression=compression,
        server_hostname=OPENAI,
        proxy=None,
        max_size=None,
    ) as client:
        yield client


def framed(messages: list[str], *, masked: bool) -> int:
    """Bytes of the frames of these messages (RFC 6455 §5.2), uncompressed."""
    sizes = [len(one.encode()) for one in messages]
    return sum(size + (2 if size < 126 else 4) + (4 if masked else 0) for size in sizes)


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_each_turn_is_an_exchange(
    town: Edge, authority: Authority, compression: str | None
) -> None:
    got: list[str | bytes] = []
    async with (
        service(authority, realtime) as port,
        calling(town, port, REALTIME, compression=compression) as client,
    ):
        got.append(await client.recv())
        for text in ("Bonjour", "Merci beaucoup"):
            for message in asks(text):
                await client.send(message)
            got += [await client.recv() for _ in answers(f"{text} {text}")]
        first, second = await town.coming(2)
    assert got[1:] == answers("Bonjour Bonjour") + answers("Merci beaucoup Merci beaucoup")
    greeting = framed([str(got[0])], masked=False)
    assert town.next(0) == []  # the end of the socket adds nothing
    for record, text in ((first, "Bonjour"), (second, "Merci beaucoup")):
        assert (record.tool, record.operation, record.status) == ("openai-api", "realtime", "ok")
        assert (record.model_asked, record.http_status) == ("gpt-realtime", 101)
        assert (record.input_tokens, record.output_tokens) == (12, 18)
        asked_bytes = framed(asks(text), masked=True)
        answer_bytes = framed(answers(f"{text} {text}"), masked=False)
        if compression is None:
            assert record.request_bytes == asked_bytes
            assert record.response_bytes - answer_bytes in (0, greeting)
        else:
            assert 0 < record.request_bytes < asked_bytes
            assert 0 < record.response_bytes < answer_bytes + greeting
        assert record.time_to_first_byte_s is not None
        assert 0 <= record.time_to_first_byte_s <= record.duration_s
    assert second.started_at >= first.started_at + first.duration_s - 0.001
    assert "unfinished" not in await town.counted()


async def test_a_socket_that_breaks_in_the_middle_of_a_turn(
    town: Edge, authority: Authority
) -> None:
    async with service(authority, realtime) as port:
        async with calling(town, port, REALTIME) as client:
            for message in asks("raccroche"):
                await client.send(message)
            heard = [json.loads(message)["type"] async for message in failing(client)]
        [record] = await town.coming()
    assert heard == ["session.created", "response.output_text.delta"]
    assert (record.status, record.parse_status) == ("aborted", "partial")
    assert record.output_tokens is None


async def test_a_refused_handshake_is_a_request_that_failed(
    town: Edge, authority: Authority
) -> None:
    def refuse(connection: ServerConnection, request: object) -> Response:
        return connection.respond(401, "no key\n")

    context = authority.server_context(OPENAI, alpn=["http/1.1"])
    async with serve(realtime, "127.0.0.1", 0, ssl=context, process_request=refuse) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        with pytest.raises(Exception, match="401"):
            async with calling(town, port, REALTIME):
                pass
        [record] = await town.coming()
    assert (record.status, record.http_status) == ("client_error", 401)
    assert (record.input_tokens, record.words) == (None, "empty")


@pytest.mark.parametrize("size", [10, 200_000])
async def test_sockets_that_are_not_read_pass_as_bytes(
    town: Edge, authority: Authority, size: int
) -> None:
    before = (await town.counted()).get("requests_passed", {}).get("openai-api", 0)
    async with service(authority, echo) as port, calling(town, port, "/v1/other") as client:
        for message in ("é" * size, b"\0\xff" * size, ""):
            await client.send(message)
            assert await client.recv() == message
    assert (await town.counted())["requests_passed"]["openai-api"] == before + 1
    assert town.next(0) == []


# Without a network


class Given:
    """Collects what a talk hands over."""

    def __init__(self) -> None:
        self.turns: list[tuple[Reading, Circumstances]] = []

    def __call__(self, reading: Reading, facts: Circumstances) -> None:
        self.turns.append((reading, facts))


CALL = Call("openai-api", "openai", "openai-realtime", "realtime", "api", websocket=True)


@pytest.fixture
def given() -> Given:
    return Given()


@pytest.fixture
def talk(given: Given) -> Talk:
    identity = Identity("unknown", None, "undeclared", keep_words=True)
    start = Start(CALL, identity, sanction="unknown", edge="e", wall=1000.0, reference="r")
    reader = Reader(CALL, limit_bytes=1_000_000)
    return Talk(
        "k",
        start,
        reader,
        extensions="",
        limit_bytes=1_000_000,
        desk=Desk(Tally()),
        submit=given,
    )


def frame(text: str) -> bytes:
    data = text.encode()
    return b"\x81\x7e" + len(data).to_bytes(2) + data


async def test_reading_waits_for_the_next_turn_of_the_loop(talk: Talk, given: Given) -> None:
    for text in asks("Bonjour"):
        talk.piece(frame(text), from_client=True)
    talk.piece(b"".join(map(frame, answers("Bonjour"))), from_client=False)
    assert given.turns == []
    await asyncio.sleep(0.01)
    [(reading, facts)] = given.turns
    assert (reading.output_tokens, facts.reference, facts.aborted) == (18, "r", False)
    assert facts.started_at >= 1000.0


async def test_its_end_counts_once_and_without_a_turn_not_at_all(talk: Talk, given: Given) -> None:
    talk.piece(frame(json.dumps({"type": "session.created"})), from_client=False)
    talk.end()
    talk.end()
    await asyncio.sleep(2 * FINISH_AFTER_S)
    assert given.turns == []
    assert talk.aborted


async def test_a_closing_handshake_is_no_abort(talk: Talk, given: Given) -> None:
    talk.piece(frame(asks("Bonjour")[0]), from_client=True)
    talk.piece(frame(answers("Bonjour")[0]), from_client=False)
    talk.piece(b"\x88\x02\x03\xe8", from_client=False)
    talk.end()
    await asyncio.sleep(2 * FINISH_AFTER_S)
    [(reading, facts)] = given.turns
    assert not facts.aborted
    assert (reading.answer, reading.output_tokens) == (["Bonjour "], None)


async def test_after_frames_that_cannot_be_read_bytes_pass_unread(talk: Talk, given: Given) -> None:
    talk.piece(frame(asks("x")[0]), from_client=True)
    talk.piece(b"\xf1\x02xx", from_client=False)  # reserved bits
    await asyncio.sleep(0.01)
    for text in answers("Bonjour"):
        talk.piece(frame(text), from_client=False)
    assert talk._aside == []
    talk.end()
    await asyncio.sleep(2 * FINISH_AFTER_S)
    assert given.turns == []
    assert talk._desk._tally.counters()["tee_errors"] == {"FrameError": 1}
