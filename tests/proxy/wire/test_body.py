from __future__ import annotations

import json

from proxy.wire.body import KEEP_BYTES, Body, slimmed
from proxy.wire.slim import BLOCK_BYTES


def test_a_small_body_is_kept_as_it_is() -> None:
    body = Body()
    for piece in (b'{"a":', b"1\n", b"}"):
        body.feed(piece)
    assert (body.peek(), body.size_bytes, body.has_line_end) == (b'{"a":1\n}', 8, True)
    assert body.take() == b'{"a":1\n}'
    assert (body.take(), body.dropped_chars, body.oversize) == (b"", 0, False)


def test_a_long_body_is_slimmed_while_it_comes() -> None:
    text = "Le budget. " * 40_000
    whole = json.dumps({"text": text}).encode()
    body = Body()
    for at in range(0, len(whole), 10_000):
        body.feed(whole[at : at + 10_000])
        assert sum(map(len, body._parts)) <= 3 * BLOCK_BYTES
    kept = json.loads(body.take())["text"]
    assert body.size_bytes == len(whole)
    assert len(kept) + body.dropped_chars == len(text)
    assert body.peek() == b""


def test_too_much_structure_keeps_both_ends() -> None:
    body = Body()
    body.feed(b'{"model":"m","l":[')
    piece = b'{"a":true,"b":[]},' * 5000
    for _ in range(KEEP_BYTES // len(piece) + 2):
        body.feed(piece)
    body.feed(b'{}],"usage":{"prompt_tokens":3}}')
    kept = body.take()
    assert body.oversize
    assert KEEP_BYTES < len(kept) < KEEP_BYTES + 4 * BLOCK_BYTES
    assert kept.startswith(b'{"model":"m"')
    assert body.tail.endswith(b'"usage":{"prompt_tokens":3}}')


def test_one_long_event() -> None:
    data, cut = slimmed(json.dumps({"b64": "A" * 500_000, "t": "un mot " * 50_000}).encode())
    small = json.loads(data)
    assert (len(small["b64"]), len(small["t"]) + cut) == (8, 350_000)
