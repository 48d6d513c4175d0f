"""Scenes: what a service serves and a client does, played directly and through Jauge."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bench.simulated import openai
from bench.simulated.http1 import Answer as Reply
from bench.simulated.http1 import Request
from tests.support.raw import Answer, Raw, request
from tests.support.running import Product, Row
from tests.support.stage import REFERENCE, Stage

__all__ = [
    "CLOSE",
    "CUT",
    "HOST",
    "JSON_HEAD",
    "SSE_HEAD",
    "Played",
    "Scene",
    "ask_stream",
    "ask_whole",
    "chat",
    "chat_answer",
    "chat_chunks",
    "chunk",
    "play_all",
    "script",
]

HOST = "api.openai.com"
PATH = "/v1/chat/completions"
CUT = "cut"
"""Break the connection off."""
CLOSE = "close"
"""Close the connection in good order."""
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SSE_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)
SETTLE_S = 0.1
"""Before a connection is broken off, so that what was written is on its way."""

Step = bytes | float | str


def script(*steps: Step) -> Reply:
    """An answer that writes bytes as they are, and waits where a number stands.

    The connection goes on afterwards, unless the last step is CUT or CLOSE.
    """

    async def act(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for step in steps:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            else:
                await asyncio.sleep(SETTLE_S)
                if step == CUT:
                    writer.transport.abort()
                return False
        return True

    return Reply(takeover=act)


def chunk(data: bytes) -> bytes:
    """Data as one HTTP/1.1 chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def chat(reference: str, *, stream: bool = True, **more: object) -> bytes:
    """A chat request. Keyword arguments join its JSON body."""
    message = {"role": "user", "content": "Quels sont les horaires ?"}
    asked: dict[str, object] = {"model": "gpt-4o-mini", "messages": [message], "stream": stream}
    if stream:
        asked["stream_options"] = {"include_usage": True}
    return request(HOST, PATH, json.dumps(asked | more).encode(), (REFERENCE, reference))


def _asked(*, stream: bool, events: int) -> Request:
    asked = {"model": "gpt-4o-mini", "stream": stream, "stream_options": {"include_usage": True}}
    headers = {"x-simulated-events": str(events)}
    return Request("POST", PATH, headers, json.dumps(asked).encode(), host=HOST)


def chat_chunks(events: int = 12) -> list[bytes]:
    """The events of a streamed chat answer that states `events` output tokens."""
    return openai.chat(_asked(stream=True, events=events)).chunks


def chat_answer(events: int = 12) -> bytes:
    """The same as one JSON document."""
    return openai.chat(_asked(stream=False, events=events)).body or b""


def _ask(connection: Raw, reference: str, *, stream: bool) -> Answer:
    return connection.ask(chat(reference, stream=stream))


ask_stream: Callable[[Raw, str], Answer] = partial(_ask, stream=True)
ask_whole: Callable[[Raw, str], Answer] = partial(_ask, stream=False)


@dataclass(frozen=True)
class Scene:
    """One thing that happens."""

    name: str
    serve: Callable[[], Reply]
    """Makes what the service does; called for each time that the scene is played."""
    expect: Mapping[str, object] | None
    """Columns of the one exchange that comes of it; None: there must be none."""
    ask: Callable[[Raw, str], Answer] = ask_stream
    """What the client does; gets the reference to send."""
    same: Sequence[str] = ("status", "body", "complete", "trailers", "interim")
    """What of the answer must be as on a direct connection."""
    host: str = HOST


@dataclass
class Played:
    """A scene that was played."""

    direct: Answer | None = None
    through: Answer | None = None
    after: Answer | None = None
    """The answer to an ordinary request on a new connection afterwards."""
    failure: Exception | None = None
    rows: list[Row] = field(default_factory=list)
    rows_after: list[Row] = field(default_factory=list)


def play_all(scenes: Sequence[Scene], jauge: Product, stage: Stage) -> dict[str, Played]:
    """Play every scene; what came of it by name. A failure is kept for the scene's tests."""
    found = {scene.name: _play(scene, jauge, stage) for scene in scenes}
    expected = [scene.name for scene in scenes if scene.expect is not None]
    rows: dict[str, Any] = jauge.settled([*expected, *(f"after-{one.name}" for one in scenes)])
    for name, played in found.items():
        played.rows = rows.get(name, [])
        played.rows_after = rows.get(f"after-{name}", [])
    return found


def _play(scene: Scene, jauge: Product, stage: Stage) -> Played:
    played = Played()
    try:
        stage.next.append(scene.serve())
        with Raw.tunnel(stage.port, scene.host, stage.ca) as connection:
            played.direct = scene.ask(connection, f"direct-{scene.name}")
        stage.next.clear()
        stage.next.append(scene.serve())
        with Raw.tunnel(jauge.port, scene.host, jauge.authority) as connection:
            played.through = scene.ask(connection, scene.name)
        stage.next.clear()
        with Raw.tunnel(jauge.port, HOST, jauge.authority) as connection:
            played.after = connection.ask(chat(f"after-{scene.name}"))
    except Exception as error:  # noqa: BLE001 - told by the tests of this scene
        played.failure = error
    finally:
        stage.next.clear()
    return played
