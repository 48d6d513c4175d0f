from __future__ import annotations

from typing import Any

import msgspec
import pytest

from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape, Words, generated_json


class Inner(msgspec.Struct):
    tokens: int | None = None
    raw: msgspec.Raw = NOTHING


class Outer(msgspec.Struct, rename="camel"):
    model_name: str | None = None
    usage: Inner | None = None
    rest: Any = None


class Deep(msgspec.Struct):
    items: list[Inner] | None = None


SHAPE = Shape(Outer)
DEEP = Shape(Deep)


def test_what_is_not_named_is_skipped() -> None:
    reading = Reading()
    found = SHAPE.read(b'{"modelName":"m","other":[1,{"x":null}],"usage":{"tokens":7}}', reading)
    assert (found.model_name, found.usage) == ("m", Inner(tokens=7))
    assert reading.parse_status == "ok"


def test_a_field_of_an_unexpected_type_costs_that_field_alone() -> None:
    reading = Reading()
    found = SHAPE.read(b'{"modelName":{"id":"m"},"usage":{"tokens":7,"raw":{"a":1}}}', reading)
    assert found.model_name is None
    assert found.usage is not None
    assert found.usage.tokens == 7
    assert bytes(found.usage.raw) == b'{"a":1}'
    assert reading.parse_status == "partial"


def test_a_wrong_field_inside_a_list_leaves_its_neighbours() -> None:
    reading = Reading()
    found = DEEP.read(b'{"items":[{"tokens":"7","raw":1},"?",{"tokens":8}]}', reading)
    assert found.items is not None
    assert [item.tokens for item in found.items] == [None, 8]
    assert bytes(found.items[0].raw) == b"1"
    assert reading.parse_status == "partial"
    assert DEEP.read(b'{"items":{"tokens":8}}', reading).items is None


@pytest.mark.parametrize(
    "body",
    [
        b'{"modelName":"a\xff","usage":{"tokens":7}}',
        b'{"modelName":"a\\ud800","usage":{"tokens":7}}',
        b'{"modelName":"a\tb","usage":{"tokens":7}}',
        b'{"modelName":"a","usage":{"tokens":7},"rest":NaN}',
        b'\xef\xbb\xbf{"modelName":"a","usage":{"tokens":7}}',
    ],
)
def test_broken_json_is_mended(body: bytes) -> None:
    reading = Reading()
    found = SHAPE.read(body, reading)
    assert found.usage is not None
    assert found.usage.tokens == 7
    assert reading.parse_status == "ok"


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b'{"usage":'])
def test_bytes_that_are_no_json_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        SHAPE.read(body, Reading())


@pytest.mark.parametrize("body", [b"[]", b"3", b'"text"', b"null"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="Expected `object`"):
        SHAPE.read(body, Reading())


def test_words_are_found_in_any_nesting_and_in_order() -> None:
    words = Words(keys=("text", "content"), skip=frozenset({"image"}))
    content = [
        "Bonjour",
        {"type": "text", "text": "la"},
        {"content": [{"text": "mairie"}, {"type": "image", "text": "no"}, {"url": "no"}]},
        {"thought": True, "text": "no"},
        None,
        3,
        "",
    ]
    assert words.of(content) == ["Bonjour", "la", "mairie"]


def test_empty_arguments_were_not_generated() -> None:
    for empty in (b"", b"{}", b"null", b'""'):
        assert list(generated_json(msgspec.Raw(empty))) == []
    assert list(generated_json(msgspec.Raw('{"rue":"Évry"}'.encode()))) == ['{"rue":"Évry"}']
