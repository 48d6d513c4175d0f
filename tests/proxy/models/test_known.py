from __future__ import annotations

import pytest

from proxy.models import ModelError, known
from proxy.models.assurance import CHECKPOINT
from proxy.models.contents import CONFIG, TOKENIZER


def test_every_known_model_has_a_checkpoint_and_what_reads_text() -> None:
    assert set(known.load()) == {"multilingual", "unbiased", "original"}
    for model in known.load().values():
        checkpoint, *rest = model.files
        assert checkpoint.name.endswith(CHECKPOINT)
        assert [file.name for file in rest] == [CONFIG, TOKENIZER]


def test_the_published_prefix_is_the_one_in_the_name() -> None:
    """Detoxify's own convention: the name ends with the first 8 digits of the SHA-256."""
    for model in known.load().values():
        file = model.files[0]
        assert file.name.removesuffix(CHECKPOINT).endswith(f"-{file.sha256_begins}")
        assert file.url.endswith(f"/{file.name}")


def test_french_is_read_by_the_multilingual_model_only() -> None:
    with_french = [name for name, one in known.load().items() if "fr" in one.languages]
    assert with_french == ["multilingual"]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match="multilingual, unbiased, original") as caught:
        known.model("multilingue")
    assert caught.value.kind == "usage"
