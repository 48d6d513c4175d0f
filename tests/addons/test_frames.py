"""Frames cut by a real implementation, in every chunking, and hostile ones."""

from __future__ import annotations

import itertools
import zlib

import pytest
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.extensions import Extension, PerMessageDeflate

from addons.frames import Deflate, FrameError, Frames

LIMIT = 100_000
TEXTS = ["Bonjour", "", "é" * 70, "x" * 200, "Merci beaucoup. " * 5000]
AGREED = {
    "": None,
    "permessage-deflate": Deflate(),
    "permessage-deflate; client_no_context_takeover; server_no_context_takeover": Deflate(
        keeps_context=False
    ),
}


def sender(extensions: str, *, client: bool) -> Connection:
    found: list[Extension] = []
    if extensions:
        deflate = PerMessageDeflate()
        deflate.finalize(extensions)
        found.append(deflate)
    return Connection(ConnectionType.CLIENT if client else ConnectionType.SERVER, found)


def spoken(extensions: str, *, client: bool) -> tuple[list[bytes], bytes]:
    """The frames of each of TEXTS, the longer ones in fragments with a ping between."""
    side = sender(extensions, client=client)
    sent = []
    for text in TEXTS:
        first, second = text[: len(text) // 2], text[len(text) // 2 :]
        if len(text) > 100:
            parts = [
                TextMessage(first, message_finished=False),
                Ping(b"hello"),
                TextMessage(second),
            ]
        else:
            parts = [TextMessage(text)]
        sent.append(b"".join(side.send(part) for part in parts))
    return sent, side.send(CloseConnection(1000))


@pytest.mark.parametrize("extensions", AGREED)
@pytest.mark.parametrize("client", [False, True])
@pytest.mark.parametrize("size", [1, 7, 1000, 10**9])
def test_messages_of_a_real_sender(extensions: str, size: int, *, client: bool) -> None:
    sent, close = spoken(extensions, client=client)
    whole = b"".join(sent)
    frames = Frames(Deflate.agreed(extensions, from_client=client), limit_bytes=LIMIT)
    found = [
        message
        for at in range(0, len(whole), size)
        for message in frames.feed(whole[at : at + size])
    ]
    assert [one.data.decode() for one in found] == TEXTS
    assert [one.wire_bytes for one in found] == [len(one) for one in sent]
    states = [frames.closed, frames.feed(close), frames.closed]
    assert states == [False, [], True]
    assert frames.feed(whole) == []  # nothing is read after the end


def test_binary_messages() -> None:
    side = sender("", client=True)
    data = bytes(range(256))
    [message] = Frames(None, limit_bytes=LIMIT).feed(side.send(BytesMessage(data)))
    assert message.data == data


@pytest.mark.parametrize(
    ("extensions", "from_client", "agreed"),
    [
        ("", True, None),
        ("x-other", True, None),
        ("permessage-deflate", True, Deflate()),
        ("x-other, Permessage-Deflate ; client_max_window_bits=12", False, Deflate()),
        ("permessage-deflate; client_no_context_takeover", True, Deflate(keeps_context=False)),
        ("permessage-deflate; client_no_context_takeover", False, Deflate()),
        ("permessage-deflate; server_no_context_takeover", False, Deflate(keeps_context=False)),
    ],
)
def test_what_was_agreed(extensions: str, agreed: Deflate | None, *, from_client: bool) -> None:
    assert Deflate.agreed(extensions, from_client=from_client) == agreed


def deflated(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return (squeeze.compress(data) + squeeze.flush(zlib.Z_SYNC_FLUSH))[:-4]


HALF = b"\x7e\xea\x60" + b"x" * 60_000


@pytest.mark.parametrize(
    ("data", "deflate", "reason"),
    [
        (b"\x91\x01x", None, "unknown extension"),
        (b"\xc1\x01x", None, "nobody agreed"),
        (b"\xc1\x03\xff\xff\xff", Deflate(), "damaged compression"),
        (b"\x81\x7f" + (10**12).to_bytes(8), None, "frame over the limit"),
        (
            b"\x01\x7e\xea\x60" + b"x" * 60_000 + b"\x00\x7e\xea\x60" + b"x" * 60_000,
            None,
            "message",
        ),
        (b"\xc1\x7e\x04\x00" + deflated(b"\0" * 10**6).ljust(1024, b"\0"), Deflate(), "message"),
    ],
)
def test_hostile_frames(data: bytes, deflate: Deflate | None, reason: str) -> None:
    with pytest.raises(FrameError, match=reason):
        Frames(deflate, limit_bytes=LIMIT).feed(data)


def test_any_bytes_give_messages_or_an_error() -> None:
    for head in itertools.product(range(0, 256, 5), range(0, 256, 5)):
        frames = Frames(Deflate(), limit_bytes=50)
        try:
            found = frames.feed(bytes(head) + bytes(range(64)))
        except FrameError:
            continue
        assert all(len(one.data) <= 50 for one in found)


def test_a_message_that_stops_in_the_middle_gives_way_to_the_next() -> None:
    frames = Frames(None, limit_bytes=LIMIT)
    assert frames.feed(b"\x01\x02ab") == []
    [message] = frames.feed(b"\x81\x02cd")
    assert message.data == b"cd"
