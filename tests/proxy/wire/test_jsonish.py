from __future__ import annotations

from typing import Any

import msgspec
import pytest

from proxy.wire.jsonish import count, decode, number, texts, untyped


class Item(msgspec.Struct):
    text: Any = None
    n: Any = None


DECODER = msgspec.json.Decoder(Item)


@pytest.mark.parametrize(
    ("data", "text", "n"),
    [
        (b'{"text": "oui", "n": 1, "other": [1, {}]}', "oui", 1),
        (b'\xef\xbb\xbf{"text": "oui"}', "oui", None),
        (b'{"text": "caf\xe9"}', "caf\ufffd", None),
        (b'{"text": "oui", "logprob": -Infinity, "n": NaN}', "oui", "nan"),
        (b'{"text": "a\x00b\nc"}', "a\x00b\nc", None),
        (rb'{"text": "\ud83d seul"}', "\ufffd seul", None),
        (rb'{"text": "\ude00\ud83d\ude00\ud83d"}', "\ufffd😀\ufffd", None),
        (
            rb'{"text": "\\ud83d n\u0027est pas une moiti\u00e9 \ud83d"}',
            r"\ud83d n'est pas une moitié " + "\ufffd",
            None,
        ),
    ],
)
def test_decode_mends_what_strict_decoders_refuse(data: bytes, text: str, n: object) -> None:
    item = decode(DECODER, data)
    assert item.text == text
    assert str(item.n) == str(n) if n != "nan" else item.n != item.n
    assert untyped(data)["text"] == text
    item.text.encode()


@pytest.mark.parametrize(
    "data",
    [b"", b"[DONE]", b"<html>", b'{"text": "coup', b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe"],
)
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decode(DECODER, data)
    with pytest.raises((ValueError, RecursionError)):
        untyped(data)


def test_json_of_another_type_is_refused_by_its_shape_only() -> None:
    assert untyped(b"[1]") == [1]
    with pytest.raises(ValueError, match="object"):
        decode(DECODER, b"[1]")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (0, 0),
        (7.0, 7),
        (-1, None),
        (2.5, None),
        ("3", None),
        (None, None),
        (True, None),
        ([], None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_count(value: object, expected: int | None) -> None:
    assert count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (0.5, 0.5),
        (-0.5, None),
        ("3", None),
        (None, None),
        (False, None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_number(value: object, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("oui", ["oui"]),
        ("", []),
        (None, []),
        (
            [{"type": "text", "text": "un"}, "deux", {"text": {"value": "trois"}}],
            ["un", "deux", "trois"],
        ),
        ({"content": [{"text": "un"}]}, ["un"]),
        ([{"type": "image_url", "image_url": {"url": "data:"}}, 3, True], []),
    ],
)
def test_texts(content: object, expected: list[str]) -> None:
    found: list[str] = []
    texts(content, found)
    assert found == expected
