from __future__ import annotations

import msgspec
import pytest

from proxy.spool.messages import Histogram, Message, Words, decode, encode
from tests.support.hearing import make_health, make_words


@pytest.mark.parametrize(
    "message",
    [
        make_words(1, "été 🙂\x00"),
        Words(id="x"),
        make_health(1.5),
        msgspec.structs.replace(
            make_health(2.0),
            counters={"tunnels": {"chatgpt": 3.0}},
            histograms={"request": Histogram(bounds_s=(0.1,), counts=(1, 2), sum_s=0.5)},
            final=True,
        ),
    ],
)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x80", b"{}", encode(Words(id="x"))[:-1]])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(data)


def test_words_show_their_size_only() -> None:
    words = Words(id="x", prompt="secret", answer="secret")
    assert repr(words) == str(words) == "Words(id='x', chars=12)"
