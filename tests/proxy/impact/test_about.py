"""What the labels of `jauge_factors_info` say of a factor set."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

from proxy.config import SHIPPED
from proxy.impact.about import about
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FORMULAE, load
from tests.support.impact import exchange, factors


def _changed(folder: Path, file: str, old: str, new: str) -> Path:
    shutil.copytree(SHIPPED / "factors", folder / "factors")
    shutil.copytree(SHIPPED / "models", folder / "models")
    shutil.copy(SHIPPED / "tokenizers.yaml", folder)
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    return folder


def test_a_set_tells_its_name_and_its_method() -> None:
    told = about(factors())
    assert told.version == factors().name
    assert told.method == f"formulae {FORMULAE} ecologits {importlib.metadata.version('ecologits')}"


def test_its_date_is_the_newest_check_of_a_figure(tmp_path: Path) -> None:
    file = "factors/electricity.yaml"
    changed = load(folder=_changed(tmp_path, file, "checked: 2026-11-23", "checked: 2026-12-24"))
    assert about(factors()).date < "2026-12-24"
    assert about(changed).date == "2026-12-24"


def test_its_zone_is_that_of_a_service_of_which_nothing_is_known(tmp_path: Path) -> None:
    place = factors().places.find("a-provider-of-which-nobody-has-heard", None)
    assert about(factors()).mix_zone == place.zone == "WOR"
    file, zones = "factors/datacentres.yaml", "zones: [WOR, USA, EEE, FRA, CHN]"
    changed = load(folder=_changed(tmp_path, file, zones, "zones: [EEE, USA, WOR]"))
    assert about(changed).mix_zone == "EEE"
    assert about(changed).version != about(factors()).version


def test_an_estimate_of_an_unknown_service_bears_that_zone() -> None:
    unknown = exchange(provider="nobody", region=None)
    assert Estimator(factors()).estimate(unknown).zone == about(factors()).mix_zone
