from __future__ import annotations

import gzip
import sys
from pathlib import Path

import msgspec
import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from proxy.tokens import vocabulary
from proxy.tokens.counter import FILE
from proxy.tokens.families import load as settings
from proxy.tokens.vocabulary import LONGEST_COUNT, PIECE, VocabularyError, count, load, pieces

VOCABULARIES = settings(FILE).vocabularies
WORDS = "Le conseil municipal a voté le budget de l'année à venir.\n"


@pytest.fixture(scope="module")
def o200k() -> tiktoken.Encoding:
    return load("o200k", VOCABULARIES["o200k"])


@pytest.fixture(scope="module")
def tekken() -> tiktoken.Encoding:
    return load("tekken", VOCABULARIES["tekken"])


def test_the_vocabulary_is_that_of_tiktoken(o200k: tiktoken.Encoding) -> None:
    # Ids that OpenAI publishes for o200k_base: "hello world" is 24912 2375.
    assert o200k.encode_ordinary("hello world") == [24912, 2375]
    assert o200k.n_vocab == 199998


def test_the_vocabulary_is_that_of_mistral(tekken: tiktoken.Encoding) -> None:
    common = pytest.importorskip("mistral_common.tokens.tokenizers.tekken")
    file = Path(common.__file__).parents[2] / "data" / "tekken_240911.json"
    theirs = common.Tekkenizer.from_file(file)
    for text in (WORDS, "Bonjour 😊 1234", "def f(x):\n\treturn x", "市政府"):
        expected = theirs.encode(text, bos=False, eos=False)
        offset = theirs.num_special_tokens
        assert [token + offset for token in tekken.encode_ordinary(text)] == expected


@given(st.text(max_size=400), st.integers(1, 40))
def test_pieces_are_the_text(text: str, size: int) -> None:
    parts = list(pieces(text, size))
    assert "".join(parts) == text
    assert all(0 < len(part) <= size for part in parts) or not text


def test_pieces_are_cut_before_white_space() -> None:
    parts = list(pieces("un deux trois quatre cinq", 9))
    assert parts == ["un deux", " trois", " quatre", " cinq"]
    assert list(pieces("a" * 20, 8)) == ["a" * 8, "a" * 8, "a" * 4]


def test_a_long_text_counts_as_the_sum_of_its_words(o200k: tiktoken.Encoding) -> None:
    text = WORDS * (4 * PIECE // len(WORDS))
    whole = len(o200k.encode_ordinary(text))
    assert count(o200k, text) == pytest.approx(whole, rel=0.001)


def test_a_huge_text_is_extrapolated(
    o200k: tiktoken.Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = WORDS * 20_000
    whole = sum(len(o200k.encode_ordinary(part)) for part in pieces(text))
    monkeypatch.setattr(vocabulary, "LONGEST_COUNT", 50_000)
    assert len(text) < LONGEST_COUNT
    assert count(o200k, text) == pytest.approx(whole, rel=0.02)


@pytest.mark.parametrize("unit", ["a", " ", "\n", "abc", "\u6c49", "\U0001f600", "7", "\x00", "'s"])
def test_runs_without_end_are_counted(unit: str, o200k: tiktoken.Encoding) -> None:
    once = count(o200k, unit * 10)
    assert 0 < count(o200k, unit * 300_000) <= 60_000 * max(once, 10)


def _file(folder: Path, name: str, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    package = folder / "vocabulary_package"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    (package / name).write_bytes(data)
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop("vocabulary_package", None)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.tiktoken.gz", gzip.compress(b"YQ== 0\n", mtime=0), "not the one expected"),
        ("a.tiktoken.gz", b"no gzip", "no readable a.tiktoken.gz"),
        ("b.json", b"", "not the one expected"),
    ],
)
def test_a_wrong_file_is_refused(
    name: str, data: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _file(tmp_path, name, data, monkeypatch)
    wanted = msgspec.structs.replace(VOCABULARIES["o200k"], package="vocabulary_package", file=name)
    with pytest.raises(VocabularyError, match=said):
        load("x", wanted)


def test_a_missing_package_is_an_error() -> None:
    wanted = msgspec.structs.replace(VOCABULARIES["o200k"], package="no_such_package")
    with pytest.raises(VocabularyError, match="no_such_package is not installed"):
        load("x", wanted)
