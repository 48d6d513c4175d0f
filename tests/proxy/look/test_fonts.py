"""The shipped typeface: there, licensed, with every sign that the texts use."""

from __future__ import annotations

import base64
import re

from proxy.look import FACES, FOLDER, font_faces, width
from proxy.texts.catalogue import LANGS, load
from proxy.texts.units import _LADDERS


def test_each_face_is_there_twice_with_its_licence() -> None:
    for face in FACES:
        assert (FOLDER / f"{face.file}.otf").read_bytes()[:4] == b"OTTO"
        assert (FOLDER / f"{face.file}.woff2").read_bytes()[:4] == b"wOF2"
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_the_subset_has_every_sign_of_the_catalogues() -> None:
    signs = {
        char
        for lang in LANGS
        for message in load(lang).values()
        for text in ([message] if isinstance(message, str) else message.values())
        for char in text
    }
    signs |= {char for ladder in _LADDERS.values() for unit in ladder for char in unit.symbol}
    assert {char for char in signs if width(char, 1) == 1 and char != "\n"} <= {"—", "…"}


def test_widths_add_up() -> None:
    assert width("Wh", 10) == width("W", 10) + width("h", 10)
    assert width("Wh", 20) == 2 * width("Wh", 10)
    assert width("Wh", 10, bold=True) > width("Wh", 10)
    assert width("\u3042", 10) == 10


def test_faces_are_inline_or_under_an_address() -> None:
    inline = font_faces()
    found = re.findall(r"base64,([A-Za-z0-9+/=]+)", inline)
    assert [base64.b64decode(data) for data in found] == [
        (FOLDER / f"{face.file}.woff2").read_bytes() for face in FACES
    ]
    assert 'url("/fonts/Inter-Regular.woff2")' in font_faces("/fonts/")
