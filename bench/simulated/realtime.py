"""OpenAI's realtime API on a WebSocket: every `response.create` is answered with one turn."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Upgrade
from websockets.server import ServerProtocol

from bench.simulated.http1 import Answer, Request
from bench.simulated.openai import dumps
from bench.simulated.scenario import Scenario, read

__all__ = ["TURN_INPUT_TOKENS", "realtime"]

TURN_INPUT_TOKENS = 31
"""Tokens of the prompt that the simulated service states for every turn."""


def realtime(request: Request) -> Answer:
    """GET …/realtime with an upgrade"""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await Talk(request, reader, writer).run()
        return False

    return Answer(takeover=talk)


class Talk:
    """One WebSocket, seen from the service."""

    def __init__(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._scenario = read(request)
        self._model = request.target.partition("model=")[2].partition("&")[0] or "simulated"
        self._protocol = ServerProtocol()
        head = "".join(f"{name}: {value}\r\n" for name, value in request.fields)
        line = f"{request.method} {request.target} HTTP/1.1\r\n"
        self._protocol.receive_data(f"{line}{head}\r\n".encode("latin-1"))

    async def run(self) -> None:
        """Answer until the client closes."""
        for event in self._protocol.events_received():
            if isinstance(event, Upgrade):
                self._protocol.send_response(self._protocol.accept(event))
        self._say(self._session("session.created"))
        while True:
            for data in self._protocol.data_to_send():
                self._writer.write(data)
            await self._writer.drain()
            if self._protocol.close_expected():
                return
            data = await self._reader.read(65536)
            if not data:
                return
            self._protocol.receive_data(data)
            for event in self._protocol.events_received():
                if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                    await self._hear(json.loads(bytes(event.data)))

    async def _hear(self, message: dict[str, Any]) -> None:
        if message.get("type") == "session.update":
            self._say(self._session("session.updated"))
        elif message.get("type") == "response.create":
            for event in _turn(self._scenario):
                self._say(event)
                if self._scenario.pause_s:
                    for data in self._protocol.data_to_send():
                        self._writer.write(data)
                    await asyncio.sleep(self._scenario.pause_s)

    def _session(self, kind: str) -> dict[str, object]:
        return {"type": kind, "session": {"type": "realtime", "model": self._model}}

    def _say(self, message: dict[str, object]) -> None:
        self._protocol.send_text(dumps(message))


def _turn(scenario: Scenario) -> Iterator[dict[str, object]]:
    yield {"type": "response.created", "response": {"id": "resp_simulated"}}
    for piece in scenario.pieces:
        yield {"type": "response.output_text.delta", "delta": piece}
    yield {"type": "response.output_text.done", "text": scenario.text}
    given = TURN_INPUT_TOKENS
    usage = {
        "input_tokens": given,
        "output_tokens": scenario.tokens,
        "total_tokens": given + scenario.tokens,
    }
    done = {"id": "resp_simulated", "status": "completed", "output": [], "usage": usage}
    yield {"type": "response.done", "response": done}
