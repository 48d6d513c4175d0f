from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.wire.salvage import mend, salvage

DOCUMENT = {
    "id": "x",
    "choices": [{"message": {"content": 'Le "maire" a dit\\ : été 😀\nfin.', "n": -1.5e3}}],
    "list": [1, [True, None], {"a": {}}],
    "usage": {"prompt_tokens": 12},
}


@pytest.mark.parametrize(
    ("cut", "mended"),
    [
        ('{"a": "bon', '{"a": "bon"}'),
        ('{"a": "bon\\', '{"a": "bon"}'),
        ('{"a": "bon\\\\', '{"a": "bon\\\\"}'),
        ('{"a": "bon\\u00', '{"a": "bon"}'),
        ('{"a": "bon\\u00e9', '{"a": "bon\\u00e9"}'),
        ('{"a": 1, "b": [1, 2', '{"a": 1, "b": [1]}'),
        ('{"a": 1, "b": [1, 2,', '{"a": 1, "b": [1, 2]}'),
        ('{"a": 1, "b": tr', '{"a": 1}'),
        ('{"a": 1, "b": true ', '{"a": 1, "b": true}'),
        ('{"a": 1, "b', '{"a": 1}'),
        ('{"a": 1, "b"', '{"a": 1}'),
        ('{"a": 1, "b":', '{"a": 1}'),
        ('{"a": {"b": {"c": "d', '{"a": {"b": {"c": "d"}}}'),
        ("{", "{}"),
        ('["un", "deu', '["un", "deu"]'),
        ('{"a": 1}', '{"a": 1}'),
        ('\ufeff{"a": 1', "{}"),
    ],
)
def test_a_cut_document_is_closed(cut: str, mended: str) -> None:
    result = mend(cut.encode())
    assert result is not None
    assert json.loads(result) == json.loads(mended)


@pytest.mark.parametrize("body", [b"", b"   ", b"texte", b'"texte', b"]", b'{"a": 1]', b"<html>"])
def test_what_is_no_document_is_not_mended(body: bytes) -> None:
    assert mend(body) is None


@settings(deadline=None)
@given(st.integers(1, 400), st.booleans(), st.sampled_from([None, 1]))
def test_every_beginning_of_a_document_can_be_closed(
    end: int,
    ascii_only: bool,  # noqa: FBT001
    indent: int | None,
) -> None:
    body = json.dumps(DOCUMENT, ensure_ascii=ascii_only, indent=indent).encode()[:end]
    mended = mend(body)
    assert mended is not None
    value = json.loads(mended)
    assert set(value) <= set(DOCUMENT)
    content = value.get("choices", [{}])[:1]
    if content and content[0].get("message", {}).get("content"):
        whole = 'Le "maire" a dit\\ : été 😀\nfin.'
        text = content[0]["message"]["content"].encode("utf-16", "surrogatepass")
        assert whole.startswith(text.decode("utf-16", "ignore").rstrip("\ud83d"))


def test_both_ends_are_used() -> None:
    broken = b'{"model": "m", "choices": [{"text": "oui'
    tail = b'garbage \xff}], "usage": {"prompt_tokens": 3}, "x_groq": {"id": "r"}}'
    assert json.loads(salvage(broken, tail) or b"") == {
        "model": "m",
        "choices": [{"text": "oui"}],
        "usage": {"prompt_tokens": 3},
        "x_groq": {"id": "r"},
    }


def test_the_last_usage_wins_and_quoted_ones_do_not_count() -> None:
    tail = b'"usage": {"n": 1}, "t": "\\"usage\\": {\\"n\\": 9}", "usage" : {"n": 2}, "usage": {"n'
    assert json.loads(salvage(b"", tail) or b"") == {"usage": {"n": 2}}


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[1, 2]", b"\xff" * 100])
def test_nothing_to_salvage(body: bytes) -> None:
    assert salvage(body, body) is None


@settings(deadline=None)
@given(st.binary(max_size=500))
def test_salvage_takes_anything(body: bytes) -> None:
    salvage(body, body)
    mend(b'{"a":"' + body)
