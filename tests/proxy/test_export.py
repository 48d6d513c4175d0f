import csv
import io
import json
import re
import stat
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict, Unpack

import pytest

from proxy import export
from proxy.config import Config, load
from proxy.export import COLUMNS, RAW_COLUMNS, WRITERS, ExportError, OutputFormat, period, run
from proxy.journal import JournalError, broken_line
from proxy.ledger import Entry, Ledger, LedgerError, url_of
from tests.support.ledger import HOUR, NOW, finding, impact, plain

ORGANISATION = """
name: Ville d'essai
departments:
  - {name: etat-civil, headcount: 12}
  - {name: voirie, headcount: 4}
  - {name: archives, headcount: 3}
  - {name: sports, headcount: 9}
"""

OCTOBER = 1_790_805_600.0
"""2026-10-01 00:00 in Paris, 22:00 UTC the day before."""
NOVEMBER = 1_793_487_600.0
"""2026-11-01 00:00 in Paris, 23:00 UTC the day before."""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "jauge.yaml").write_text(
        f"state_dir: {tmp_path / 'var'}\ntimezone: Europe/Paris\n", encoding="utf-8"
    )
    (tmp_path / "organisation.yaml").write_text(ORGANISATION, encoding="utf-8")
    return load(tmp_path / "jauge.yaml", environ={})


@pytest.fixture
def ledger(config: Config) -> Iterator[Ledger]:
    with Ledger.open(url_of(config), timezone="Europe/Paris", clock=lambda: NOW) as opened:
        yield opened


class Options(TypedDict, total=False):
    output_format: OutputFormat
    since: str
    until: str
    raw: bool


def exported(config: Config, **options: Unpack[Options]) -> str:
    stream = io.StringIO(newline="")
    run(config, stream=stream, **options)
    return stream.getvalue()


def records(config: Config, **options: Unpack[Options]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(config, **options).splitlines()]


def test_small_departments_are_merged_and_placeless_traffic_is_not(
    config: Config, ledger: Ledger
) -> None:
    names = ("etat-civil", "voirie", "archives", "sports", "unknown", "dissolved-service")
    ledger.write([Entry(plain(NOW - n, department=name)) for n, name in enumerate(names)])
    shown = {line["department"] for line in records(config)}
    # voirie (4) + archives (3) + a department that nobody declares any more (0).
    assert shown == {"etat-civil", "sports", "unknown", "autres"}
    assert [line["department"] for line in records(config)].count("autres") == 3


def test_times_are_those_of_the_hour_even_inside_the_id(config: Config, ledger: Ledger) -> None:
    one, two = plain(NOW + 61.5 - HOUR), plain(NOW + 3599.0 - HOUR, reference="dossier-9")
    ledger.write([Entry(one), Entry(two)])

    first, second = records(config)
    assert first["counted_at"] == second["counted_at"] == "2026-11-23T12:00:00+01:00"
    assert int(first["id"].replace("-", "")[:12], 16) == (NOW - HOUR) * 1000
    assert first["id"][13:] == one.id[13:]
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-\w{12}", first["id"]
    )
    assert first["id"] != second["id"]
    text = exported(config)
    assert "dossier-9" not in text
    assert "started_at" not in text


def test_clock_jumps_do_not_show_in_the_coarse_id(config: Config, ledger: Ledger) -> None:
    ledger.write([Entry(plain(0.0))])
    (line,) = records(config)
    assert int(line["id"].replace("-", "")[:12], 16) == NOW * 1000


def test_raw_gives_the_rows_as_they_are(config: Config, ledger: Ledger) -> None:
    one = plain(NOW - 0.25, department="archives", reference="dossier-9")
    ledger.write([Entry(one)])
    (line,) = records(config, raw=True)
    assert line["id"] == one.id
    assert line["department"] == "archives"
    assert line["counted_at"] == "2026-11-23T12:59:59.750+01:00"
    assert (line["started_at"], line["reference"]) == (NOW - 0.25, "dossier-9")


def test_a_raw_export_is_noted_before_its_first_row(
    config: Config, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.write([Entry(plain(OCTOBER + n)) for n in range(3)])
    journal = config.state_dir / "journal.log"

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            assert json.loads(journal.read_text().splitlines()[0])["rows"] == 3
            return super().write(text)

    run(config, raw=True, since="2026-10", until="2026-11", stream=Stream())

    noted = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [(one["what"], one["rows"]) for one in noted] == [
        ("exchanges --raw", 3),
        ("exchanges --raw ended", 3),
    ]
    assert noted[0]["since"] == "2026-10-01T00:00:00+02:00"
    assert noted[0]["until"] == "2026-11-01T00:00:00+01:00"
    assert broken_line(journal) is None
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600


def test_a_discreet_export_needs_no_journal(config: Config, ledger: Ledger) -> None:
    ledger.write([Entry(plain())])
    exported(config)
    assert not (config.state_dir / "journal.log").exists()


def test_what_cannot_be_noted_is_not_given(config: Config, ledger: Ledger) -> None:
    ledger.write([Entry(plain())])
    (config.state_dir / "journal.log").symlink_to("/dev/full")
    stream = io.StringIO()
    with pytest.raises(JournalError):
        run(config, raw=True, stream=stream)
    assert stream.getvalue() == ""


def test_an_export_that_breaks_off_notes_how_far_it_came(config: Config, ledger: Ledger) -> None:
    ledger.write([Entry(plain(NOW - n)) for n in range(9)])

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            if self.getvalue().count("\n") == 4:
                raise BrokenPipeError
            return super().write(text)

    with pytest.raises(BrokenPipeError):
        run(config, raw=True, stream=Stream())
    noted = [
        json.loads(line) for line in (config.state_dir / "journal.log").read_text().splitlines()
    ]
    assert [one["rows"] for one in noted] == [9, 4]


def test_months_are_bounded_at_local_midnight(config: Config, ledger: Ledger) -> None:
    times = (OCTOBER - 1, OCTOBER, NOVEMBER - 1, NOVEMBER)
    ledger.write([Entry(plain(at)) for at in times])
    october = records(config, since="2026-10", until="2026-11", raw=True)
    assert [line["started_at"] for line in october] == [OCTOBER, NOVEMBER - 1]
    assert [line["counted_at"] for line in october] == [
        "2026-10-01T00:00:00+02:00",
        "2026-10-31T23:59:59+01:00",
    ]
    assert len(records(config, since="2026-11-01")) == 1
    assert len(records(config, until="2026-10-01T00:00+02:00")) == 1
    assert len(records(config)) == 4


def test_the_hour_that_comes_twice_is_told_apart(config: Config, ledger: Ledger) -> None:
    # 2026-10-25 in Paris: 02:30 summer time, then 02:30 winter time.
    twice = 1_792_888_200.0
    ledger.write([Entry(plain(twice)), Entry(plain(twice + HOUR))])
    assert [line["counted_at"] for line in records(config)] == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
    ]


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-10", "2026-10"), ("2026-11", "2026-10"), ("yesterday", None), (None, "2026-99")],
)
def test_a_senseless_period_is_told(config: Config, since: str | None, until: str | None) -> None:
    with pytest.raises(ExportError, match=r"--(since|until)"):
        period(since, until, config.zone)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-11-23T12:34", None),
        (None, "2026-11-23T12:00:01"),
        ("2026-11-23T12:00:00.5+01:00", "2026-11-23T13:00"),
    ],
)
def test_no_narrow_period_tells_a_time_within_the_hour(
    config: Config, ledger: Ledger, since: str | None, until: str | None
) -> None:
    ledger.write([Entry(exchange=plain(NOW, department="etat-civil"))])
    stream = io.StringIO()
    with pytest.raises(ExportError, match=r"--(since|until): expected a full hour.*--raw"):
        run(config, since=since, until=until, stream=stream)
    assert not stream.getvalue()
    run(config, since=since, until=until, stream=stream, raw=True)


@pytest.mark.parametrize("name", ["Europe/Paris", "Pacific/Marquesas"])
def test_a_full_hour_is_that_of_the_clock_on_the_wall(
    tmp_path: Path, ledger: Ledger, name: str
) -> None:
    config = load(tmp_path / "jauge.yaml", [f"timezone={name}"], environ={})
    assert exported(config, since="2026-01", until="2026-01-31T12:00") == ""


def test_csv_has_the_documented_columns_and_plain_cells(config: Config, ledger: Ledger) -> None:
    one = plain(streamed=True, department="sports", model_asked="@a,b")
    ledger.write([Entry(one, impact(), finding())])
    text = exported(config, output_format="csv")
    header, row = csv.reader(io.StringIO(text))
    assert tuple(header) == COLUMNS
    cells = dict(zip(header, row, strict=True))
    assert cells["streamed"] == "true"
    assert cells["images"] == ""
    assert cells["model_asked"] == "'@a,b", "a spreadsheet must not run it"
    assert float(cells["energy_central_wh"]) == 0.5
    assert json.loads(cells["finding_scores"]) == {"toxicity": 0.93, "insult": 0.2}
    assert json.loads(cells["finding_flags"]) == ["toxicity"]
    assert "\r" not in text

    raw = exported(config, output_format="csv", raw=True)
    assert tuple(next(csv.reader(io.StringIO(raw)))) == RAW_COLUMNS


def test_no_spreadsheet_runs_a_name(config: Config, ledger: Ledger) -> None:
    ledger.write([Entry(plain(model_asked="-2+3", reference="@SUM(A1:A9)"))])
    (cells,) = csv.DictReader(io.StringIO(exported(config, output_format="csv", raw=True)))
    assert cells["model_asked"] == "'-2+3"
    assert cells["reference"] == "'@SUM(A1:A9)"
    (line,) = records(config)
    assert line["model_asked"] == "-2+3", "JSON is no spreadsheet"


def test_numbers_stay_numbers_in_csv() -> None:
    out = io.StringIO()
    WRITERS["csv"](out, ("cells",))([-1.5, -3, True, None, "-3"])
    assert out.getvalue() == "cells\n-1.5,-3,true,,'-3\n"


def test_json_lines_hold_the_same_values_as_the_csv(config: Config, ledger: Ledger) -> None:
    entries = [
        Entry(plain(NOW - 1), impact(), finding()),
        Entry(plain(NOW - 2)),
        Entry(plain(NOW - 3), None, finding(subject="prompt")),
    ]
    ledger.write(entries)
    table = csv.DictReader(io.StringIO(exported(config, output_format="csv")))
    for cells, line in zip(table, records(config), strict=True):
        assert tuple(line) == COLUMNS
        for name, value in line.items():
            cell = cells[name]
            assert cell == ("" if value is None else value) or json.loads(cell) == value


def test_the_answers_finding_has_columns_and_others_a_list(config: Config, ledger: Ledger) -> None:
    one = plain()
    ledger.write([Entry(one, None, finding(subject="prompt"))])
    ledger.add_finding(one.id, finding(status="overload", scores={}, flags=()))
    (line,) = records(config)
    assert line["finding_status"] == "overload"
    assert [other["subject"] for other in line["other_findings"]] == ["prompt"]


def test_an_empty_period_gives_a_header_or_nothing(config: Config, ledger: Ledger) -> None:
    assert exported(config, since="2026-01", until="2026-02") == ""
    empty = exported(config, since="2026-01", until="2026-02", output_format="csv")
    assert empty == ",".join(COLUMNS) + "\n"


def test_before_anything_was_recorded_it_says_so_and_makes_nothing(config: Config) -> None:
    with pytest.raises(LedgerError, match="nothing has been recorded") as caught:
        run(config, stream=io.StringIO())
    assert caught.value.kind == "absent"
    assert not config.state_dir.exists()


def test_a_file_appears_when_it_is_whole(
    config: Config, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.write([Entry(plain(NOW - n)) for n in range(3)])
    out = tmp_path / "october.jsonl"
    assert run(config, out=out) == 3
    assert len(out.read_text().splitlines()) == 3
    assert stat.S_IMODE(out.stat().st_mode) == 0o600

    def fail(*_: object) -> str:
        raise RuntimeError("stop")

    monkeypatch.setattr(export, "_coarse_id", fail)
    with pytest.raises(RuntimeError, match="stop"):
        run(config, out=out)
    assert len(out.read_text().splitlines()) == 3, "the earlier file is still there"
    assert sorted(file.name for file in tmp_path.glob("october*")) == ["october.jsonl"]


def test_memory_does_not_grow_with_the_rows(
    config: Config, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.ledger.queries.PAGE", 100)

    class Sink(io.StringIO):
        def write(self, text: str) -> int:
            return len(text)

    def peak() -> int:
        tracemalloc.start()
        run(config, stream=Sink())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    ledger.write([Entry(plain(NOW - n), impact(), finding()) for n in range(300)])
    peak()
    few = peak()
    ledger.write([Entry(plain(NOW - n), impact(), finding()) for n in range(3000)])
    assert peak() < few * 1.3


def test_every_column_is_documented_in_order() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operate" / "ledger.md").read_text("utf-8")
    table = page.split("## Columns of an export")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    documented = [name for cell in cells for name in re.findall(r"`([a-z0-9_]+)`", cell)]
    assert tuple(documented) == RAW_COLUMNS
