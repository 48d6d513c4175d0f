"""The factor files: what is refused and how it is said, versions, parts, the archive."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
import yaml

from proxy.config import SHIPPED
from proxy.impact import ecologits_data
from proxy.impact.estimate import Estimator
from proxy.impact.factors import PARTS, FactorSet, archive, archived, load
from proxy.impact.figures import FactorError
from proxy.impact.listing import STALE_MONTHS, compared, lines, stale
from tests.support.impact import exchange, factors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of config/ that may be spoilt."""
    for name in ("factors", "models"):
        shutil.copytree(SHIPPED / name, tmp_path / name)
    shutil.copy(SHIPPED / "tokenizers.yaml", tmp_path)
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


SPOILT = [
    ("factors/method.yaml", "low: 0.6,", "", "figures.utilisation", "low"),
    (
        "factors/method.yaml",
        "unit: J/token/B",
        "unit: Wh/token",
        "figures.prefill_dense",
        "J/token/B",
    ),
    ("factors/method.yaml", "  host_share:", "  host_shares:", "figures.host_share", "host_share"),
    ("factors/method.yaml", "checked: 2026-11-23", "checked: soon", "utilisation", "date"),
    ("factors/method.yaml", "value: 0.14", "value: 0.44", "cached_share", "low <= value <= high"),
    (
        "factors/method.yaml",
        "value: 0.14, low: 0.05",
        "value: 0.14, low: -1",
        "cached_share",
        "0 or",
    ),
    ("factors/method.yaml", "value: 0.14", "value: .nan", "cached_share", "finite"),
    ("factors/ecologits.yaml", 'unit: "GB"', 'unit: "TB"', "figures.gpu_memory_gb", "GB"),
    ("factors/ecologits.yaml", "  batch:", "  batches:", "figures.batch", "missing or unknown"),
    (
        "factors/electricity.yaml",
        "gwp: {value: 41.44",
        "gwp: {valeur: 41.44",
        "zones.FRA.gwp",
        "valeur",
    ),
    (
        "factors/electricity.yaml",
        "unit: gCO2e/kWh",
        "unit: kgCO2e/kWh",
        "zones.FRA.gwp",
        "gCO2e/kWh",
    ),
    ("factors/datacentres.yaml", "zones: [USA, SWE", "zones: [USA, ZZZ", "microsoft.zones", "ZZZ"),
    (
        "factors/datacentres.yaml",
        "openai: microsoft",
        "openai: nobody",
        "providers.openai",
        "nobody",
    ),
    ("factors/datacentres.yaml", "low: 1.12", "low: 0.9", "microsoft.pue", "1 or more"),
    ("factors/datacentres.yaml", "  own:", "  ours:", "operators.own", "operator"),
    ("factors/datacentres.yaml", "fr: [FRA]", "fr: [FRX]", "regions.fr", "FRX"),
    (
        "models/models.yaml",
        "value: 8.02, low: 8.02",
        "value: 0, low: 0",
        "ministral-3-8b",
        "more than 0",
    ),
    (
        "models/models.yaml",
        "gpt-35-turbo: gpt-3.5-turbo",
        "gpt-35-turbo: gpt-x",
        "aliases.gpt-35",
        "gpt-x",
    ),
    ("models/models.yaml", "unit: J/token,", "unit: kWh,", "measured.llama-3.1-8b", "J/token"),
    (
        "models/models.yaml",
        "  gemma-3-12b: {<<",
        "  gemma-nobody: {<<",
        "measured.gemma-nobody",
        "known",
    ),
    ("models/models.yaml", "  unknown: {active", "  unknowns: {active", "classes.unknown", "class"),
    ("factors/set.yaml", 'version: "', 'versions: "', "version", "text"),
]


@pytest.mark.parametrize(("file", "old", "new", "key", "told"), SPOILT)
def test_a_faulty_file_is_refused_by_name(  # noqa: PLR0917 - the columns of the table
    folder: Path, file: str, old: str, new: str, key: str, told: str
) -> None:
    spoil(folder, file, old, new)
    with pytest.raises(FactorError) as caught:
        load(folder=folder)
    message = str(caught.value)
    assert Path(file).name in message
    assert key in message
    assert told in message
    assert caught.value.remedy


def test_a_missing_or_broken_file_is_refused_by_name(folder: Path) -> None:
    (folder / "factors/method.yaml").write_text("figures: [", "utf-8")
    with pytest.raises(FactorError, match=r"method\.yaml"):
        load(folder=folder)
    (folder / "factors/method.yaml").unlink()
    with pytest.raises(FactorError, match=r"method\.yaml.*cannot be read"):
        load(folder=folder)


def test_every_figure_has_unit_source_and_date() -> None:
    found = list(lines(factors()))
    assert len(found) > 150
    for line in found:
        assert line.figure.unit, line.key
        assert len(line.figure.source) > 8, line.key
        assert dt.date(2026, 1, 1) <= line.figure.checked <= dt.date(2026, 12, 31), line.key


def test_france_carries_the_spread_of_its_published_grid_factors() -> None:
    """RTE 32, Our World in Data 41.44, CodeCarbon 56.04, Boavizta 98 gCO2e/kWh."""
    place = factors().places.find("scaleway", "FR")
    low, central, high = 32, 41.44, 98
    assert place.gwp_gco2e_per_kwh.low == low
    assert place.gwp_gco2e_per_kwh.central == central
    assert place.gwp_gco2e_per_kwh.high == high


def test_ecologits_constants_are_those_of_the_package() -> None:
    """Read from its module's source of truth: the values that its functions default to."""
    from ecologits.impacts import llm

    ours = factors().method.hardware
    assert ours.gpu_memory_gb == llm.GPU_MEMORY
    assert ours.server_gpus == llm.SERVER_GPUS
    assert ours.server_power_kw == llm.SERVER_POWER
    assert ours.lifespan_s == llm.HARDWARE_LIFESPAN
    assert ours.batch == llm.BATCH_SIZE
    assert ours.gpu_gwp_kgco2e == llm.GPU_EMBODIED_IMPACT_GWP
    assert ours.server_adpe_kgsb == llm.SERVER_EMBODIED_IMPACT_ADPE


def test_version_and_hash(folder: Path) -> None:
    same = load(folder=folder)
    assert (same.name, same.digest) == (factors().name, factors().digest)
    spoil(folder, "factors/method.yaml", "value: 0.6, low: 0.1", "value: 0.7, low: 0.1")
    other = load(folder=folder)
    assert other.version == same.version
    assert other.digest != same.digest
    assert other.name.startswith(f"{same.version}-")


def test_an_archived_set_gives_its_old_figures(folder: Path) -> None:
    old = load(folder=folder)
    archive(old, folder / "factors" / "archive")
    spoil(folder, "factors/method.yaml", "value: 0.6, low: 0.1", "value: 0.9, low: 0.1")
    new = load(folder=folder)
    assert archived(folder)[-1] == old.name
    assert load(new.name, folder=folder).digest == new.digest
    back = load(old.name, folder=folder)
    found = exchange(output_tokens=100)
    assert Estimator(back).estimate(found) == Estimator(old).estimate(found)
    assert Estimator(new).estimate(found) != Estimator(old).estimate(found)


def test_an_archived_set_is_checked(folder: Path) -> None:
    with pytest.raises(FactorError, match="no such factor set"):
        load("2020.01-00000000", folder=folder)
    place = archive(load(folder=folder), folder / "factors" / "archive")
    name = place.name
    spoil(folder, "factors/method.yaml", "value: 0.6, low: 0.1", "value: 0.9, low: 0.1")
    assert load(name, folder=folder).name == name
    spoil(folder, f"factors/archive/{name}/set.yaml", "Raise it", "Raise this")
    with pytest.raises(FactorError, match="its content makes it"):
        load(name, folder=folder)


def changed(folder: Path) -> FactorSet:
    """One change in each part."""
    spoil(
        folder,
        "models/models.yaml",
        "value: 0.268, low: 0.268, high: 0.268",
        "value: 0.3, low: 0.3, high: 0.3",
    )
    spoil(folder, "factors/electricity.yaml", "value: 41.44", "value: 50")
    spoil(folder, "factors/datacentres.yaml", "value: 1.2, low: 1.16", "value: 1.4, low: 1.16")
    spoil(folder, "factors/method.yaml", "value: 0.6, low: 0.1", "value: 0.9, low: 0.1")
    return load(folder=folder)


def test_a_change_splits_by_cause(folder: Path) -> None:
    """Taking the parts one after the other leads from the old set's figures to the new one's."""
    old, new = factors(), changed(folder)
    found = exchange("openweight-large", provider="albert", output_tokens=1000)
    steps = [Estimator(old).estimate(found).ghg_use_gco2e.central]
    for count in range(1, len(PARTS) + 1):
        mixed = old.with_parts(new, list(PARTS)[:count])
        steps.append(Estimator(mixed).estimate(found).ghg_use_gco2e.central)
    assert steps == sorted(steps)
    assert len(set(steps)) == len(PARTS) + 1
    assert steps[-1] == Estimator(new).estimate(found).ghg_use_gco2e.central
    assert steps[2] / steps[1] == pytest.approx(50 / 41.44)
    assert steps[3] / steps[2] == pytest.approx(1.4 / 1.2)


def test_comparing_two_sets_names_what_differs(folder: Path) -> None:
    found = {(one.document, one.key) for one in compared(factors(), changed(folder))}
    assert found == {
        ("models.yaml", "measured.gpt-oss-120b"),
        ("electricity.yaml", "zones.FRA.gwp"),
        ("datacentres.yaml", "operators.albert.pue"),
        ("method.yaml", "figures.host_share"),
    }


def test_stale_figures(folder: Path) -> None:
    day = dt.date(2026, 11, 23)
    assert stale(factors(), day) == []
    spoil(folder, "factors/method.yaml", "checked: 2026-11-23", "checked: 2025-05-22")
    assert [one.key for one in stale(load(folder=folder), day)] == ["figures.utilisation"]
    assert len(stale(factors(), dt.date(2028, 6, 1))) == len(list(lines(factors())))
    assert STALE_MONTHS == 18


def test_documents_of_ecologits_are_complete() -> None:
    models = ecologits_data.read_models(ecologits_data.models_document())
    mixes = ecologits_data.read_mixes(ecologits_data.mixes_document())
    assert len(models) == 351
    assert len(mixes) == 215
    assert models["gpt-4o"].total_b[0] == 440
    assert mixes["FRA"].gwp_gco2e == pytest.approx(41.44)


def test_every_document_belongs_to_one_part() -> None:
    documents = [name for names in PARTS.values() for name in names]
    assert sorted([*documents, "set.yaml"]) == sorted(factors().documents)


def test_files_name_their_editor_schema() -> None:
    for file in [*(SHIPPED / "factors").glob("*.yaml"), *(SHIPPED / "models").glob("*.yaml")]:
        first = file.read_text("utf-8").splitlines()[0]
        if file.name != "set.yaml":
            assert first == f"# yaml-language-server: $schema=../schema/{file.stem}.json"
            yaml.safe_load(file.read_text("utf-8"))
