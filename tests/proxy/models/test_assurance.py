from __future__ import annotations

import pytest

from proxy.models.assurance import assure
from proxy.models.errors import ModelError
from proxy.models.known import KnownFile

DIGEST = "0b549669" + "5" * 56
OTHER = "c7548aa0" + "5" * 56


def file(name: str, *, sha256: str = "", begins: str = "") -> KnownFile:
    return KnownFile(
        name=name,
        url=f"https://models.example/{name}",
        megabytes=1,
        sha256=sha256,
        sha256_begins=begins,
        source="a test",
    )


@pytest.mark.parametrize(
    ("known", "wanted", "worth"),
    [
        (file("m.ckpt", begins="0b549669"), "", "prefix"),
        (file("m.ckpt", sha256=DIGEST, begins="0b549669"), "", "published"),
        (file("m.ckpt", begins="c7548aa0"), DIGEST, "configuration"),
        (None, DIGEST, "configuration"),
    ],
)
def test_a_checkpoint_is_held_against_the_best_that_is_known(
    known: KnownFile | None, wanted: str, worth: str
) -> None:
    assert assure("m.ckpt", DIGEST, known, wanted) == worth


@pytest.mark.parametrize(
    ("known", "wanted", "said"),
    [
        (None, "", "no checkpoint that Jauge knows"),
        (None, OTHER, "the configuration"),
        (file("m.ckpt", begins="0b549669"), OTHER, "the configuration"),
        (file("m.ckpt", begins="c7548aa0"), "", "its name says c7548aa0"),
        (file("m.ckpt", sha256=OTHER, begins="0b549669"), "", "its publisher"),
    ],
)
def test_another_checkpoint_is_refused(known: KnownFile | None, wanted: str, said: str) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        assure("m.ckpt", DIGEST, known, wanted)
    assert caught.value.kind == "checksum"
    assert DIGEST in str(caught.value)


def test_files_without_weights_may_be_unknown() -> None:
    assert assure("tokenizer.json", DIGEST, file("tokenizer.json"), OTHER) == "first-use"
    assert assure("tokenizer.json", DIGEST, None, "") == "first-use"
    with pytest.raises(ModelError):
        assure("tokenizer.json", DIGEST, file("tokenizer.json", sha256=OTHER), "")
