"""The interface of a wire format. One format is one file and one line in `FORMATS`.

A format knows shapes only: it gets whole decoded JSON bodies, or single events
cut out of a stream by `framing`, and writes what it understands to its `Reading`.
It does no I/O, keeps no clock, and need not guard itself: `reader.Reader` catches
whatever it raises and marks the reading `partial`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from proxy.providers import Call
from proxy.wire.framing import Event
from proxy.wire.reading import Reading

__all__ = ["Format"]


class Format:
    """Base of all wire formats; every method defaults to reading nothing."""

    name: ClassVar[str]
    """Key of this format in `FORMATS` and in config/providers/*.yaml."""
    measured_only: ClassVar[bool] = False
    """True: bodies are not kept, and `read_request`, `read_answer` and `read_event` are not
    called; `Reader` fills `opaque_request_chars` and `opaque_answer_chars` (on a WebSocket
    the format does), and the reading is `unknown_format`."""

    def __init__(self, call: Call, reading: Reading) -> None:
        self.call = call
        self.reading = reading
        reading.operation = call.operation
        reading.model_asked = call.model
        reading.region = call.region

    def read_request(self, body: bytes, content_type: str) -> None:
        """The whole request body, content coding undone; `content_type` is lower case.

        The text fields of a form (multipart or urlencoded) arrive as one JSON object of
        strings; its files are gone.
        """

    def read_headers(self, status: int, headers: Mapping[str, str]) -> None:
        """Status and headers of the answer; names in lower case."""

    def read_answer(self, body: bytes) -> None:
        """A whole answer that was not streamed; also the JSON body of an error."""

    def read_binary(self, content_type: str, size_bytes: int) -> bool:
        """An answer that is no text (audio, an image): its decoded size, after its last byte.

        True when the format expected it; otherwise the reading is `unknown_format`.
        """
        del content_type, size_bytes
        return False

    def read_event(self, event: str, data: bytes) -> None:
        """One event of a stream: its name ("" if none) and its payload, never empty.

        Server-sent events, JSON lines, objects of a JSON array and binary AWS
        events all arrive here.
        """

    def read_events(self, events: list[Event], failed: Callable[[Exception], None]) -> None:
        """Several events, in order; what one of them raises is given to `failed`.

        The default reads them one by one. A format may do the same with fewer steps.
        """
        read = self.read_event
        for name, data in events:
            try:
                read(name, data)
            except Exception as error:  # noqa: BLE001 - one event less, not all of them
                failed(error)

    def read_message(self, data: bytes, *, from_client: bool) -> bool:
        """One WebSocket message. True when it ends a turn, which is one exchange."""
        del data, from_client
        return False

    def finish(self) -> None:
        """Called once after the last byte: settle totals that need the whole answer."""
