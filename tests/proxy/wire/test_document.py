"""One piece or several: the same is read."""

from __future__ import annotations

import json

import pytest

from proxy.exchange import ParseStatus
from proxy.wire.document import PLAIN_BYTES, is_plain_answer, is_plain_request, read_document
from proxy.wire.reading import Reading
from tests.support.reading import JSON, REQUEST, reader, whole
from tests.support.wire import Cut, byte_by_byte, in_pieces, shown

FORM = {"content-type": "application/x-www-form-urlencoded"}
WAYS: tuple[Cut, ...] = (lambda body: [body], lambda body: [body[:1], body[1:]], byte_by_byte)


def _read(request: bytes, answer: bytes, way: Cut, *, status: int = 200) -> Reading:
    one = reader(limit=2 * PLAIN_BYTES)
    one.start_request(JSON)
    for piece in way(request):
        one.feed_request(piece)
    one.end_request()
    one.start_answer(status, JSON)
    for piece in way(answer):
        one.feed_answer(piece)
    return one.finish()


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(
    "answer",
    [
        whole(),
        whole()[: len(whole()) // 2],
        whole().replace(b'"usage"', b'"usage":1,"usage"'),
        b'{"error":{"code":"no_such_model"}}',
        b"{}",
        b"{",
        b'{"a":' * 2000,
        whole() + b"\n" + whole(),
        whole("Le conseil a d\xe9lib\xe9r\xe9. " * 4000),
        b"",
    ],
)
def test_pieces_do_not_matter(answer: bytes, status: int) -> None:
    for request in (REQUEST, REQUEST[:40], b" ", b""):
        found = [shown(_read(request, answer, way, status=status)) for way in WAYS]
        assert found[0] == found[1] == found[2]


def test_a_second_piece_is_read_with_the_first() -> None:
    reading = _read(REQUEST, whole(), in_pieces([len(whole()) // 2]))
    assert reading.parse_status == "ok"
    assert reading.input_tokens == 21


@pytest.mark.parametrize(
    ("headers", "body", "plain"),
    [
        (JSON, b"{}", True),
        ({}, b"{}", True),
        ({"content-type": "Application/JSON; charset=utf-8"}, b"{}", True),
        ({**JSON, "content-encoding": "gzip"}, b"{}", False),
        (JSON, b"{" + b" " * PLAIN_BYTES, False),
    ],
)
def test_what_is_plain(headers: dict[str, str], body: bytes, *, plain: bool) -> None:
    assert is_plain_request(headers, body) is plain
    assert is_plain_answer(headers, body) is plain


def test_a_form_is_no_document_and_lines_may_be_several() -> None:
    assert not is_plain_request(FORM, b"model=m")
    assert is_plain_request(JSON, b'{\n"a":1}')
    assert not is_plain_answer(JSON, b'{"a":1}\n{"a":2}')
    assert not is_plain_answer({"content-type": "text/event-stream"}, b"{}")
    assert not is_plain_answer({"content-type": "image/png"}, b"{}")


def test_what_a_format_refuses_is_read_as_far_as_it_goes() -> None:
    marks: list[ParseStatus] = []
    seen: list[object] = []

    def read(body: bytes) -> None:
        seen.append(json.loads(body))

    assert read_document(read, b'{"a":1}', b"", marks.append)
    assert not read_document(read, b'{"a":1,"b":"c', b"", marks.append)
    assert not read_document(read, b'{"a":1,"b"', b'"usage":{"n":2}}', marks.append, oversize=True)
    assert seen == [{"a": 1}, {"a": 1, "b": "c"}, {"a": 1, "usage": {"n": 2}}]
    assert marks == ["partial", "oversize"]
