"""The CSV files: readable by a machine and by a spreadsheet of the reader's country."""

from __future__ import annotations

import csv
import io

import pytest
from msgspec.structs import replace

from proxy.report.render.say import Say
from proxy.report.render.tables import TABLES, csv_text, file_name
from proxy.report.render.tables.sheet import Sheet
from proxy.texts import LANGS, Lang
from tests.support.report_cases import CASES

both = pytest.mark.parametrize("lang", LANGS)


def rows(table: str, lang: Lang, case: str = "month") -> list[dict[str, str]]:
    say = Say(lang)
    text = csv_text(TABLES[table](CASES[case](), say), say, simulated=False)
    assert text.startswith("\ufeff")
    reader = csv.DictReader(
        io.StringIO(text[1:], newline=""), delimiter=";" if lang == "fr" else ","
    )
    return list(reader)


def number(text: str) -> float:
    return float(text.replace(",", "."))


@both
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("case", CASES)
def test_rows_fit_their_columns(table: str, case: str, lang: Lang) -> None:
    sheet = TABLES[table](CASES[case](), Say(lang))
    assert {len(row) for row in sheet.rows} <= {len(sheet.columns)}
    names = [Say(lang).t(f"csv.column.{key}") for key in sheet.columns]
    assert len(names) == len(set(names))


@both
@pytest.mark.parametrize("table", TABLES)
def test_amounts_carry_unit_range_and_source(table: str, lang: Lang) -> None:
    sheet = TABLES[table](CASES["year"](), Say(lang))
    place = {key: at for at, key in enumerate(sheet.columns)}
    if "quantity" not in place:
        return
    for row in sheet.rows:
        if row[place["quantity"]] is None:
            continue
        low, central, high = (row[place[key]] for key in ("low", "central", "high"))
        assert row[place["unit"]]
        assert row[place["source"]]
        assert isinstance(low, float)
        assert isinstance(high, float)
        assert low <= high or row[place["stage"]] in {"method", "models", "uses"}
        assert central is None or isinstance(central, float)


def test_beges_is_activity_times_factor_with_its_sum() -> None:
    found = rows("beges", "en")
    *tools, total = found
    for row in found:
        assert row["ISO 14064-1 category"] == "4"
        for end in ("low", "central", "high"):
            product = number(row["activity data"]) * number(row[f"emission factor, {end}"])
            assert number(row[f"emissions, {end}"]) == pytest.approx(product)
    for end in ("low", "central", "high"):
        parts = sum(number(row[f"emissions, {end}"]) for row in tools)
        assert number(total[f"emissions, {end}"]) == pytest.approx(parts)
    assert total["name"] == "All tools"
    # 0.14 g a request in the middle, 1.0 g at most: 6.14 times more.
    assert number(total["high against central"]) == pytest.approx(1.0 / 0.14 - 1)


def test_reen_holds_goal_indicator_measure_and_action() -> None:
    (row,) = rows("reen", "fr", "year")
    assert row["objectif"] == "Contenir l’électricité"
    assert row["nom de l’indicateur"] == "Électricité"
    assert [number(row[end]) for end in ("bas", "central", "haut")] == [19, 62, 201]
    assert (row["cible"], row["unité"], row["atteint"]) == ("150", "kWh", "incertain")
    assert row["action"] == "Préférer les petits modèles"
    assert rows("reen", "fr", "month") == []


def test_both_languages_hold_the_same_figures() -> None:
    for table in TABLES:
        french, english = rows(table, "fr"), rows(table, "en")
        assert len(french) == len(english)
        for one, other in zip(french, english, strict=True):
            pairs = zip(one.values(), other.values(), strict=True)
            assert all(a.replace(",", ".") == b for a, b in pairs if b.replace(".", "").isdigit())


def test_simulated_rows_say_so() -> None:
    say = Say("fr")
    text = csv_text(TABLES["beges"](CASES["month"](), say), say, simulated=True)
    head, *lines = text.strip().split("\r\n")
    assert head.endswith(";données simulées")
    assert all(line.endswith(";oui") for line in lines)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_name_cannot_become_a_formula(text: str) -> None:
    sheet = Sheet(("label", "count"), ((text, -1),))
    line = csv_text(sheet, Say("en"), simulated=False).split("\r\n")[1]
    assert line == f"'{text},-1"


def test_unknown_is_an_empty_cell() -> None:
    gap = next(row for row in rows("months", "en") if row["observed"] == "no")
    assert gap["requests"] == ""
    assert gap["low"] == ""


def test_names_of_files() -> None:
    assert file_name("uses", "fr") == "uses.fr.csv"


def test_departments_are_those_of_the_model() -> None:
    report = CASES["month"]()
    merged = replace(report.uses, merged_departments=3)
    say = Say("fr")
    before, after = (
        TABLES["uses"](replace(report, uses=uses), say) for uses in (report.uses, merged)
    )
    assert before == after


@both
def test_the_glass_of_every_tool_is_there(lang: Lang) -> None:
    """The page names the first few only."""
    glass = CASES["month"]().glass
    found = rows("glass", lang)
    assert len(found) == 2 * len(glass.lines)
    low = Say(lang).t("csv.column.per_glass_low")
    name = Say(lang).t("csv.column.label")
    for line, row in zip(glass.lines, found[1::2], strict=True):
        assert number(row[low]) == pytest.approx(line.per_glass_total.low)
        assert row[name] == (line.label or line.tool or Say(lang).t("report.all_tools"))
