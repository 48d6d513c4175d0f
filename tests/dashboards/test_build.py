"""The dashboards as committed: complete, in both languages, about real metrics, with ranges."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from dashboards.build import BOARDS, FOLDER, generated
from dashboards.render import LABELLED, PAGE
from dashboards.texts import LANGUAGES, read
from dashboards.variables import QUERIES
from proxy.metrics import METRICS
from proxy.metrics.metric import BOUNDS
from tests.dashboards.test_rules import NAME, RECORDS, SUFFIXES

ROOT = Path(__file__).parents[2]
FILES = sorted(generated())
ONE_SCREEN = 25
"""Rows of 38 pixels that fit on a screen of 1080 beneath Grafana's own bars."""
OF_PROCESS = {"jauge_process_resident_memory_bytes"}
KNOWN = {metric.name + suffix for metric in METRICS for suffix in SUFFIXES} | RECORDS | OF_PROCESS


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _panels(path: Path) -> Iterator[dict[str, Any]]:
    for panel in _read(path)["panels"]:
        if panel["type"] not in {"row", "text"}:
            yield panel


def _queries(path: Path) -> list[str]:
    return [target["expr"] for panel in _panels(path) for target in panel["targets"]]


def test_the_files_are_what_the_code_makes() -> None:
    for path, content in generated().items():
        assert path.read_text(encoding="utf-8") == content, f"{path}: run `make generate`"
    assert set(FOLDER.rglob("*.json")) == set(FILES)
    assert len(FILES) == 6 * len(LANGUAGES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_grafanas_typed_model_reads_and_writes_the_same(path: Path) -> None:
    again = JSONEncoder(sort_keys=True, indent=2).encode(Dashboard.from_json(_read(path)))
    assert json.loads(again) == _read(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_panel_says_what_it_shows_in_which_unit_from_where(path: Path) -> None:
    for panel in _panels(path):
        assert panel["title"]
        assert len(panel["description"]) > 10
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        for source in (panel["datasource"], *(one["datasource"] for one in panel["targets"])):
            assert source == {"type": "prometheus", "uid": "${datasource}"}
        refs = [target["refId"] for target in panel["targets"]]
        assert len(set(refs)) == len(refs)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_panels_do_not_overlap_and_stay_within_the_grid(path: Path) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in _read(path)["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (place["x"] + column, place["y"] + row)
            for column in range(place["w"])
            for row in range(place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    ids = [panel["id"] for panel in _read(path)["panels"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_is_one_screen_with_five_questions(language: str) -> None:
    panels = _read(FOLDER / language / "overview.json")["panels"]
    assert max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in panels) <= ONE_SCREEN
    heads = [panel["options"]["content"] for panel in panels if panel["type"] == "text"]
    assert [head[:6] for head in heads] == [f"### {number}." for number in range(1, 6)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_queries_name_only_metrics_of_the_table_and_rules_of_ours(path: Path) -> None:
    for query in (*_queries(path), *QUERIES.values()):
        named = set(NAME.findall(query))
        assert named <= KNOWN, query
        assert named or "up{" in query or "ALERTS{" in query


def _bounded() -> set[str]:
    """Stems of the quantities that have a range: "jauge_energy{b}_joules_total"."""
    names = {metric.name for metric in METRICS} | RECORDS
    lows = {name for name in names if "_low_" in name or "_low:" in name}
    return {re.sub(r"_low(?=[_:])", "{b}", low, count=1) for low in lows if "reported" not in low}


def test_what_has_a_range_is_never_shown_by_a_single_line() -> None:
    checked = 0
    for path in FILES:
        for panel in _panels(path):
            queries = " ".join(target["expr"] for target in panel["targets"])
            for stem in _bounded():
                names = {stem.replace("{b}", infix) for infix, _ in BOUNDS} & KNOWN
                shown = {name for name in names if re.search(rf"\b{re.escape(name)}\b", queries)}
                if shown:
                    checked += 1
                    assert shown == names, f"{panel['title']} shows {shown} alone"
                    assert len(names) == 3
    assert checked > 50


def test_bands_fill_from_low_to_high_around_a_central_line() -> None:
    bands = 0
    for language in LANGUAGES:
        texts = read(language)
        low, central, high = (texts.word(bound) for bound in ("low", "central", "high"))
        for path in (FOLDER / language).iterdir():
            for panel in _panels(path):
                over = {
                    one["matcher"]["options"]: {p["id"]: p["value"] for p in one["properties"]}
                    for one in panel["fieldConfig"].get("overrides", [])
                }
                if high in over:
                    bands += 1
                    assert over[high]["custom.fillBelowTo"] == low
                    assert over[central]["custom.lineWidth"] == 2
                    legends = {target["legendFormat"] for target in panel["targets"]}
                    assert legends == {low, central, high}
    assert bands == 2 * 16


def test_columns_of_tables_come_together_and_have_names() -> None:
    tables = 0
    for path in FILES:
        for panel in _panels(path):
            if panel["type"] == "table":
                tables += 1
                (organised,) = [one for one in panel["transformations"] if one["id"] == "organize"]
                refs = [target["refId"] for target in panel["targets"]]
                named = [f"Value #{ref}" for ref in refs] if len(refs) > 1 else ["Value"]
                assert set(named) <= set(organised["options"]["renameByName"])
                for target in panel["targets"]:
                    assert target["format"] == "table"
                    assert re.match(r"(sum|max) by \(", target["expr"]), target["expr"]
    assert tables >= 2 * 12


def test_both_languages_ask_the_same_and_say_it_in_their_own_words() -> None:
    for board in BOARDS:
        one, other = (FOLDER / language / f"{board.key}.json" for language in LANGUAGES)
        assert _queries(one) == _queries(other)
        assert _read(one)["title"] != _read(other)["title"]
        assert _read(one)["uid"] != _read(other)["uid"]
        assert len(list(_panels(one))) == len(list(_panels(other)))


def test_catalogues_have_the_same_keys_and_no_other_than_are_used() -> None:
    one, other = (read(language).content for language in LANGUAGES)
    assert {part: set(one[part]) for part in one} == {part: set(other[part]) for part in other}
    panels = [panel for board in BOARDS for section in board.sections for panel in section.panels]
    assert set(one["panels"]) == {panel.key for panel in panels}
    assert set(one["boards"]) == {board.key for board in BOARDS}
    headed = {section.key for board in BOARDS for section in board.sections if section.heading}
    assert set(one["sections"]) == headed
    legends = {query.legend for panel in panels for query in panel.queries if query.legend}
    said = {legend.split()[0] for legend in legends if not legend.startswith(("{{", "≤"))}
    labels = {"datasource", "period", "all", "other_boards", "runbook", "no_value"}
    assert set(one["words"]) == said | labels | set(QUERIES) | set(LABELLED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_dashboard_has_its_variables_and_uses_them(path: Path) -> None:
    variables = {one["name"]: one for one in _read(path)["templating"]["list"]}
    assert list(variables) == ["datasource", "period", "department", "tool", "model"]
    for name in ("department", "tool", "model"):
        assert variables[name]["multi"]
        assert variables[name]["allValue"] == ".*"
        assert variables[name]["query"]["query"] == QUERIES[name]
    used = set(re.findall(r"\$(\w+)", " ".join(_queries(path))))
    assert used <= {"period", "department", "tool", "model"}


def test_links_lead_to_runbooks_that_exist_in_the_readers_language() -> None:
    for language, ending in (("fr", ".fr.md"), ("en", ".md")):
        files = [path for path in FILES if path.parent.name == language]
        linked = {
            link["url"] for path in files for one in _panels(path) for link in one.get("links", [])
        }
        base = f"{PAGE}/{language}/runbooks/"
        pages = {url.removeprefix(base) for url in linked}
        assert len(pages) >= 12
        folder = ROOT / "docs" / "operate" / "runbooks"
        assert [page for page in pages if not (folder / f"{page}{ending}").is_file()] == []
