from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
import yaml

from proxy.bias import VERSION
from proxy.bias.keys import CLASSES, RULES, group_names
from proxy.bias.shift import ShiftError, ShiftFile, load_shift, measure_shift, templates
from proxy.bias.tally import read


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_group_has_forty_harmless_sentences_that_name_it_alone(language: str) -> None:
    for group, sentences in templates(language).items():
        assert len(sentences) >= 40
        for text in sentences:
            named = {name for name, _, _ in read(text, language).about.groups}
            assert named == (set() if group == "none" else {group}), text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_rules_find_nothing_in_harmless_sentences(language: str) -> None:
    """The word lists' own shift: none, for any group."""
    for sentences in templates(language).values():
        for text in sentences:
            about = read(text, language).about
            assert about.negative == about.essential == [], text


def biased(sentences: Sequence[str], language: str) -> list[Mapping[str, float]]:
    """A detector that finds migrants insulting in every other sentence."""
    assert language == "fr"
    return [
        {"toxicity": 0.2 + 0.6 * ("migrants" in text), "insult": float(hit)}
        for at, text in enumerate(sentences)
        for hit in ["migrants" in text and at % 2 == 0]
    ]


def test_a_biased_detector_is_found_out() -> None:
    found = measure_shift(biased, "made-up", "7", ["fr"], "2026-11-27")
    insult = found.of("fr", "migrants", "insult")
    assert insult is not None
    assert (insult.texts, insult.found, insult.neutral) == (168, 0.25, 0.0)
    assert insult.shift == 0.25
    assert insult.at_most == pytest.approx(0.3206, abs=5e-4)  # Wilson 42/168
    assert insult.limit == insult.at_most
    toxicity = found.of("fr", "migrants", "toxicity")
    assert toxicity is not None
    assert toxicity.shift == pytest.approx(0.15)
    assert toxicity.limit == pytest.approx(0.15 + 1.96 * 0.2606 / 168**0.5, abs=1e-3)
    other = found.of("fr", "women", "insult")
    assert other is not None
    assert other.shift == 0.0
    assert (other.texts, other.limit) == (168, other.at_most)
    assert other.at_most == pytest.approx(0.0224, abs=1e-4)
    assert found.of("en", "women", "insult") is None
    assert set(found.languages["fr"]) == set(group_names())
    assert set(found.languages["fr"]["women"]) == {*RULES, *CLASSES, "toxicity"}


def written(folder: Path, **changes: object) -> Path:
    found = measure_shift(biased, "made-up", "7", ["fr"], "2026-11-27")
    data = msgspec.to_builtins(msgspec.structs.replace(found, **changes))
    path = folder / "shift-made-up.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def test_a_file_is_read_back(tmp_path: Path) -> None:
    written(tmp_path)
    found = load_shift("made-up", "7", tmp_path)
    assert isinstance(found, ShiftFile)
    assert found == measure_shift(biased, "made-up", "7", ["fr"], "2026-11-27")


def test_a_shift_of_another_version_is_none(tmp_path: Path) -> None:
    written(tmp_path)
    assert load_shift("made-up", "8", tmp_path) is None
    assert load_shift("unknown", "7", tmp_path) is None
    written(tmp_path, bias_version=VERSION + "0")
    assert load_shift("made-up", "7", tmp_path) is None


def test_a_damaged_file_is_told_with_its_remedy(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text("classifier: [", encoding="utf-8")
    with pytest.raises(ShiftError, match=r"shift-made-up\.yaml: .*jauge bias --shift"):
        load_shift("made-up", "7", tmp_path)
