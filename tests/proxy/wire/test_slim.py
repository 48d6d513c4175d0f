from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.wire.slim import BLOCK_BYTES, BUDGET_BYTES, HEAD_BYTES, TIGHT_BYTES, Slimmer
from tests.support.wire import Cut, byte_by_byte, in_pieces


def slim(body: bytes, way: Cut = lambda body: [body]) -> tuple[bytes, int]:
    slimmer = Slimmer()
    out = b"".join(slimmer.feed(piece) for piece in way(body)) + slimmer.flush()
    return out, slimmer.dropped_chars


def noise(size: int) -> str:
    """Base64 of `size` bytes."""
    return base64.b64encode(random.Random(size).randbytes(size)).decode()


def sentences(chars: int) -> str:
    return ("L'agent dit : \"C'est prêt.\"\n" * (chars // 20))[:chars]


DOCUMENTS: dict[str, Any] = {
    "short": {"text": sentences(500), "numbers": [1, 2.5, -3e-7, None, True]},
    "image": {"image": "data:image/png;base64," + noise(300_000), "usage": {"n": 1}},
    "bare base64": {"data": [{"b64_json": noise(400_000)}], "usage": {"n": 1}},
    "vectors in base64": {"data": [{"embedding": noise(6000)}] * 60, "usage": {"n": 1}},
    "vectors": {"data": [{"embedding": [0.0123, -4e-05] * 800}] * 30, "usage": {"n": 1}},
    "long text": {"text": sentences(400_000), "usage": {"n": 1}},
    "many texts": {"messages": [{"content": sentences(9000)}] * 400, "usage": {"n": 1}},
    "table of numbers in a text": {"text": "[1, 2, 3, " * 30_000, "usage": {"n": 1}},
    "strange": {"text": '\\"\u0000\ud83d\ude00é€' * 40_000, 'k"ey\\': ["", "\\", '"']},
}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_comes_out_is_json_of_the_same_shape(
    document: Any,  # noqa: ANN401
    ascii_only: bool,  # noqa: FBT001
    indent: int | None,
) -> None:
    body = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    out, _ = slim(body)
    small = json.loads(out)
    assert list(small) == list(document)
    assert small.get("usage") == document.get("usage")
    assert len(out) <= len(body)


def test_short_documents_pass_unchanged() -> None:
    body = json.dumps(DOCUMENTS["short"]).encode()
    assert slim(body) == (body, 0)


def test_long_text_is_cut_and_counted() -> None:
    text = sentences(400_000)
    out, dropped = slim(json.dumps({"text": text}, ensure_ascii=False).encode())
    kept = json.loads(out)["text"]
    assert text.startswith(kept)
    assert BLOCK_BYTES <= len(kept.encode()) <= 2 * BLOCK_BYTES
    assert dropped == len(text) - len(kept)


def test_escaped_text_is_counted_in_characters() -> None:
    text = "été\n" * 60_000
    out, dropped = slim(json.dumps({"text": text}).encode())
    assert dropped == len(text) - len(json.loads(out)["text"])


@pytest.mark.parametrize("name", ["image", "bare base64", "vectors in base64", "vectors"])
def test_what_nobody_reads_goes_and_is_not_counted(name: str) -> None:
    out, dropped = slim(json.dumps(DOCUMENTS[name]).encode())
    assert dropped == 0
    assert len(out) < 10_000


def test_that_there_was_an_image_can_be_told() -> None:
    out, _ = slim(json.dumps({"data": [{"b64_json": noise(30_000)}] * 3}).encode())
    assert all(len(image["b64_json"]) == HEAD_BYTES for image in json.loads(out)["data"])


def test_after_the_budget_every_string_is_kept_short() -> None:
    texts = [sentences(9000)] * 1000
    out, dropped = slim(json.dumps(texts, ensure_ascii=False).encode())
    kept = json.loads(out)
    assert len(out) < BUDGET_BYTES + 1000 * (TIGHT_BYTES + 50)
    assert len(kept[0]) == 9000
    assert len(kept[-1].encode()) <= TIGHT_BYTES
    assert sum(map(len, texts)) == sum(map(len, kept)) + dropped


def test_numbers_inside_a_text_are_text() -> None:
    text = "voici [" + "1, " * 2000 + "]"
    body = json.dumps({"text": [text] * 20}).encode()
    assert json.loads(slim(body)[0]) == {"text": [text] * 20}


def test_short_runs_of_numbers_stay() -> None:
    document = {"runs": [list(range(20))] * 5000}
    assert json.loads(slim(json.dumps(document).encode())[0]) == document


def test_a_run_that_spans_blocks_goes_whole_or_stays_whole() -> None:
    for size in (100, 300, 20_000):
        for shift in range(0, 1500, 97):
            body = json.dumps(
                {"pad": "x " * ((BLOCK_BYTES - shift) // 2), "run": [7] * size, "end": [1]}
            ).encode()
            small = json.loads(slim(body)[0])
            assert small["end"] == [1]
            assert small["run"] in ([7] * size, [])


def test_a_document_that_is_cut_off_stays_cut_off() -> None:
    body = json.dumps(DOCUMENTS["long text"], ensure_ascii=False).encode()
    for end in (10, 70_000, 150_001, len(body) - 3):
        out, _ = slim(body[:end])
        assert (
            json.dumps(DOCUMENTS["long text"], ensure_ascii=False).encode().startswith(out[:60_000])
        )


@settings(deadline=None)
@given(st.integers(0, 60), st.sampled_from(["\\", '"', "é", "😀", "\n", "\u2028", "a"]))
def test_cuts_fall_between_characters(shift: int, sign: str) -> None:
    text = "a " * ((BLOCK_BYTES - shift) // 2) + sign * (2 * BLOCK_BYTES)
    for ascii_only in (True, False):
        out, _ = slim(json.dumps([text, 1], ensure_ascii=ascii_only).encode())
        kept, one = json.loads(out)
        assert one == 1
        assert text.startswith(kept)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_pieces_do_not_matter(name: str) -> None:
    body = json.dumps(DOCUMENTS[name]).encode()
    for way in (in_pieces([1000, 1, 65_537]), in_pieces([BLOCK_BYTES]), in_pieces([17, 4099])):
        assert slim(body, way) == slim(body)
    assert slim(body[:5000], byte_by_byte) == slim(body[:5000])


@settings(deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 99))
def test_anything_passes_without_an_error(filler: bytes, times: int) -> None:
    body = filler * times + b'{"a":"' + filler * times
    out, _ = slim(body)
    assert len(out) <= len(body)
