from __future__ import annotations

import pytest
from hypothesis import given, settings

from proxy.wire.multipart import FIELD_BYTES, HEADER_BYTES, Multipart, boundary_of, urlencoded
from tests.support.wire import Cut, byte_by_byte, in_pieces, piece_sizes

BOUNDARY = b"----frontiere7"


def part(headers: str, value: bytes) -> bytes:
    return b"--" + BOUNDARY + b"\r\n" + headers.encode() + b"\r\n\r\n" + value + b"\r\n"


FORM = (
    part('Content-Disposition: form-data; name="model"', b"whisper-1")
    + part(
        'Content-Disposition: form-data; name="file"; filename="conseil.wav"\r\n'
        "Content-Type: audio/wav",
        b"RIFF" + bytes(range(256)) * 40 + b"\r\n--" + BOUNDARY[:-1] + b"\r\n\r\n",
    )
    + part("content-disposition: form-data; name=language", b"fr")
    + part('Content-Disposition: form-data; name="prompt"', "Séance du\r\n--conseil".encode())
    + part('Content-Disposition: form-data; name="empty"', b"")
    + part('Content-Disposition: form-data; name="model"', b"second of its name")
    + part("Content-Type: text/plain", b"no name")
    + b"--"
    + BOUNDARY
    + b"--\r\n"
)
FIELDS = {
    "model": "whisper-1",
    "language": "fr",
    "prompt": "Séance du\r\n--conseil",
    "empty": "",
}


def fields(body: bytes, way: Cut = lambda body: [body]) -> tuple[dict[str, str], bool]:
    form = Multipart(BOUNDARY)
    for piece in way(body):
        form.feed(piece)
    return form.fields, form.ended


def test_text_fields_are_taken_and_files_are_not() -> None:
    assert fields(FORM) == (FIELDS, True)
    assert fields(FORM, byte_by_byte) == (FIELDS, True)


@settings(deadline=None)
@given(sizes=piece_sizes)
def test_in_any_pieces(sizes: list[int]) -> None:
    assert fields(FORM, in_pieces(sizes)) == (FIELDS, True)


def test_preamble_and_epilogue_are_passed_over() -> None:
    assert fields(b"preamble\r\n" + FORM + b"epilogue") == (FIELDS, True)


def test_a_form_that_is_cut_off_gives_its_whole_fields() -> None:
    assert fields(FORM[: FORM.index(b"RIFF")]) == ({"model": "whisper-1"}, False)


def test_a_file_is_not_held() -> None:
    form = Multipart(BOUNDARY)
    form.feed(FORM[: FORM.index(b"RIFF")])
    for _ in range(100):
        form.feed(bytes(64 * 1024))
    assert len(form._buffer) < 2 * len(BOUNDARY)
    assert not form._value


def test_a_long_text_field_is_kept_to_its_limit() -> None:
    header = 'Content-Disposition: form-data; name="prompt"'
    body = part(header, b"x" * (FIELD_BYTES + 5000)) + b"--" + BOUNDARY + b"--"
    assert fields(body, in_pieces([9999])) == ({"prompt": "x" * FIELD_BYTES}, True)


def test_an_endless_header_makes_the_part_a_file() -> None:
    body = part("X-Long: " + "x" * (HEADER_BYTES + 100) + '; name="model"', b"no") + FORM
    assert fields(body, in_pieces([100])) == (FIELDS, True)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=aBc", b"aBc"),
        ('multipart/form-data; charset=utf-8; Boundary="a b;c"', b"a b;c"),
        ("multipart/form-data;boundary=x;charset=utf-8", b"x"),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary=", None),
    ],
)
def test_boundary(content_type: str, boundary: bytes | None) -> None:
    assert boundary_of(content_type) == boundary


def test_urlencoded() -> None:
    body = b"model=m&prompt=l%27%C3%A9tat+civil&model=n&f.req=%5B1%5D"
    assert urlencoded(body) == {"model": "m", "prompt": "l'état civil", "f.req": "[1]"}


def test_a_hostile_form_is_refused() -> None:
    with pytest.raises(ValueError, match="Max number of fields"):
        urlencoded(b"&".join(b"a%d=1" % number for number in range(2000)))
