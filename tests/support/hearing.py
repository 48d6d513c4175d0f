"""One end of the words channel for tests of the other."""

from __future__ import annotations

import socket
from pathlib import Path

from proxy.spool.channel import WordsReceiver
from proxy.spool.messages import EdgeHealth, Message, Words
from proxy.spool.unixsocket import address_of


def make_words(number: int, text: str = "réponse") -> Words:
    return Words(id=f"{number}", prompt="question", answer=text)


def make_health(sent_at: float, *, final: bool = False) -> EdgeHealth:
    return EdgeHealth(
        edge="edge",
        worker="w0",
        boot_id="b",
        sent_at=sent_at,
        counters={},
        histograms={},
        final=final,
    )


class Heard:
    """A receiver, and what it has heard."""

    def __init__(self, path: Path) -> None:
        self.messages: list[Message] = []
        self.receiver = WordsReceiver(path, self.messages.append)

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.messages if isinstance(message, Words)]


def send_raw(path: Path, data: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as raw, address_of(path) as address:
        raw.connect(address)
        if data:
            raw.sendall(data)
